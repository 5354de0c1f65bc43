import type { FormValue, Inbound } from "#core/contract/message.ts";
import { looksLikeSecret } from "#core/credentials/paste-detector.ts";
import type { Vault } from "#core/credentials/vault.ts";
import { FORM_SECRET } from "#core/orchestrator/connect.ts";
import { SECRET_PASTED } from "#core/orchestrator/handle-turn.ts";

/**
 * The inbound as it may be written to disk: what was typed into a secret field is sealed, and a message that holds a
 * key is replaced by the bare fact.
 */
export function withoutSecrets(inbound: Inbound, vault: Pick<Vault, "seal">): Inbound {
  if (inbound.kind === "form") {
    const sealed = Object.entries(inbound.values).map(([id, value]): [string, FormValue] => [
      id,
      typeof value === "object" && "secret" in value ? { sealed: vault.seal(value.secret, FORM_SECRET) } : value,
    ]);
    return { ...inbound, values: Object.fromEntries(sealed) };
  }
  if (inbound.kind !== "message" && inbound.kind !== "command") return inbound;
  const text = inbound.kind === "message" ? inbound.text : inbound.rest;
  const secret = looksLikeSecret(text);
  if (secret === undefined) return inbound;
  const { dedupeKeys, sentAtMs, actor, conversation, source } = inbound;
  const base = { dedupeKeys, sentAtMs, actor, conversation, ...(source && { source }) };
  return { ...base, kind: "command", name: SECRET_PASTED, rest: secret.kind, attachments: [] };
}
