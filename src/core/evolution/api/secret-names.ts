/** Whether a value by that name opens something: it is never asked of a person in a conversation. */
export function isSecretName(name: string): boolean {
  return SECRET.test(name.replaceAll(/[^A-Za-z]/g, ""));
}

/** Whether a header by that name carries a credential. */
export function isSecretHeader(name: string): boolean {
  return isSecretName(name) || /(?:^|-)(?:api-?key|apikey|token|secret|password|key)$/i.test(name.replaceAll("_", "-"));
}

const SECRET =
  /^x?(?:(?:api|access|auth|app|application|client|user|session|secret|private|subscription|account)(?:key|token|secret|password)|authorization|(?:api)?secret|password|passwd|jwt|bearer|bearertoken|tokensecret|sessionid)$/i;
