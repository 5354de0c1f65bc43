import { randomBytes } from "node:crypto";
import type { HookScheme } from "#core/contract/hook.ts";
import type { HookId } from "#core/contract/ids.ts";

/** A fresh secret of 256 bits, as the scheme writes it. */
export function newSecret(scheme: HookScheme): string {
  const bytes = randomBytes(32);
  return scheme === "standard" ? `whsec_${bytes.toString("base64")}` : bytes.toString("base64url");
}

/** What a secret is sealed for: it opens for no other hook, and for no other number. */
export function secretPurpose(hook: HookId, version: number): string {
  return JSON.stringify(["hook secret", hook, version]);
}

/** What stands in the way of using a secret that somebody typed; undefined: nothing. */
export function whyNoSecret(typed: string): string | undefined {
  if (!/^[\x21-\x7e]*$/.test(typed)) return "A secret has letters, digits and signs only, and no spaces.";
  if (typed.length < SHORTEST) return `That is too short: a secret has ${SHORTEST} characters at least.`;
  return typed.length > LONGEST ? "That is too long to be a secret." : undefined;
}

const SHORTEST = 16;
const LONGEST = 500;
