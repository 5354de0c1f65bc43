import { NexusError } from "#core/contract/errors.ts";
import { Json } from "#core/contract/json.ts";
import { isTooDeep } from "#core/contract/json-depth.ts";

/** The kinds of content that a hook takes. */
export const HOOK_CONTENT =
  /^(?:application\/(?:[a-z0-9.+-]+\+)?json|application\/x-www-form-urlencoded|text\/plain)\s*(?:;|$)/i;

/**
 * What a program sent, read: JSON as it is; a form as its fields, or as the JSON of its one field `payload`; text as `text`.
 * @throws NexusError request_invalid
 */
export function readBody(contentType: string, bytes: Uint8Array): Json {
  const text = decoded(bytes);
  if (/^text\/plain/i.test(contentType)) return { text };
  if (!/^application\/x-www-form-urlencoded/i.test(contentType)) return parsed(text);
  const fields = Object.fromEntries(new URLSearchParams(text));
  const { payload } = fields;
  return payload === undefined || Object.keys(fields).length > 1 ? Json.parse(fields) : parsed(payload);
}

function decoded(bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw unreadable("It is not UTF-8 text.", cause);
  }
}

function parsed(text: string): Json {
  if (isTooDeep(text)) throw unreadable("Its JSON is nested too deeply.");
  try {
    return Json.parse(JSON.parse(text));
  } catch (cause) {
    throw unreadable("It is not JSON.", cause);
  }
}

function unreadable(say: string, cause?: unknown): NexusError {
  return new NexusError("request_invalid", "a delivery that cannot be read", { say, cause });
}
