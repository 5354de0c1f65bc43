import { isSecretHeader, isSecretName } from "#core/evolution/api/secret-names.ts";

/** What stands where a secret was. */
export const REMOVED = "REMOVED";

/** Whether a header carries a secret, by its name or by what it looks like. */
export function isSecretHeaderValue(name: string, value: string): boolean {
  return isSecretHeader(name) || SECRET_HEADER.test(name) || looksSecret(value);
}

/** Somebody's own way to sign in: `X-PD-Auth`, `X-Session-Id`. What kinds of it are known is no secret. */
const SECRET_HEADER = /cookie|authori[sz]ation|(?:^|-)(?:auth|session|signature|credentials?|jwt|bearer|sid)(?:-id)?$/i;

/** Whether a parameter in an address or a form is a secret. */
export function isSecretPair(name: string, value: string): boolean {
  return isSecretPart(name, value) || (/^key$/i.test(name) && value.length >= 6 && !/^[A-Z]\w+-\d+$/.test(value));
}

/** Whether a part of a body is a secret. */
export function isSecretPart(name: string, value: unknown): boolean {
  return isSecretAnswer(name, value) || SHORT_NAME.test(lettersOf(name));
}

/** Whether a part of an answer is a secret: few things are, and none that is a number. */
export function isSecretAnswer(name: string, value: unknown): boolean {
  if (typeof value !== "string") return isSecretName(name);
  const letters = lettersOf(name);
  return isSecretName(name) || (SECRET_ENDING.test(letters) && !OF_PAGES.test(letters)) || looksSecret(value);
}

function lettersOf(name: string): string {
  return name.replaceAll(/[^A-Za-z]/g, "").toLowerCase();
}

/** What is typed into one request is rather taken for a secret once too often: nothing is lost by it but an example. */
const SECRET_ENDING =
  /(?:token|secret|password|passwd|passphrase|pwd|apikey|accesskey|privatekey|signature|credentials?|authorization|jwt|bearer)$/;
const SHORT_NAME = /^(?:auth|sig|pass|pw|pin|otp|appid|sid|session|hmac)$/;
/** Where a list goes on, by the names services have for it. */
const OF_PAGES =
  /^(?:next|prev|previous|page|nextpage|prevpage|continuation|sync|nextsync|start|skip|resume|cursor)token$/;

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
