import { isSecretHeader, isSecretName } from "#core/evolution/api/secret-names.ts";

/** What stands where a secret was. */
export const REMOVED = "REMOVED";

/** Whether a header carries a secret, by its name or by what it looks like. */
export function isSecretHeaderValue(name: string, value: string): boolean {
  return isSecretHeader(name) || /^(?:proxy-)?authorization$|^cookie$/i.test(name) || looksSecret(value);
}

/** Whether a parameter or a part of a body is a secret. */
export function isSecretPart(name: string, value: unknown): boolean {
  return isSecretName(name) || (typeof value === "string" && looksSecret(value));
}

/** Whether a value has the form of a key or a token, whatever it is called. */
export function looksSecret(value: string): boolean {
  return value === REMOVED || FORMS.some((form) => form.test(value)) || isRandom(value);
}

/** Forms that well-known services give their keys, and tokens that say themselves what they are. */
const FORMS: readonly RegExp[] = [
  /\beyJ[\w-]{8,}\.[\w-]{8,}\./,
  /\b(?:sk|pk|rk|whsec)_(?:live|test)_\w{8,}/,
  /\bsk-[\w-]{16,}/,
  /\bgh[pousr]_\w{20,}|\bgithub_pat_\w{20,}|\bglpat-[\w-]{16,}/,
  /\bxox[abeoprs]-[\w-]{8,}|\bxapp-[\w-]{8,}/,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b|\bAIza[\w-]{30,}/,
  /\b(?:Bearer|Basic|Token|ApiKey|Digest)\s+[\w+/=.~-]{6,}/,
];

/** Long, of one word, with letters of both kinds and digits: nobody wrote that. Ids of the usual forms are none. */
function isRandom(value: string): boolean {
  if (!/^[\w+/=.-]{28,}$/.test(value) || /^[0-9a-f-]{36}$/i.test(value)) return false;
  return /\d/.test(value) && /[a-z]/.test(value) && (/[A-Z]/.test(value) || /^[0-9a-f]{32,}$/.test(value));
}
