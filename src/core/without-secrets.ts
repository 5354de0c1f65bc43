import type { ModuleName } from "#core/contract/ids.ts";
import type { Manifest } from "#core/contract/manifest.ts";
import type { Attachment, FormValue, Inbound } from "#core/contract/message.ts";
import { looksLikeSecret } from "#core/credentials/paste-detector.ts";
import { isSecretFile } from "#core/credentials/secret-files.ts";
import type { Vault } from "#core/credentials/vault.ts";
import { withoutRequestSecrets } from "#core/evolution/api/exchange/request-in-words.ts";
import { FORM_SECRET } from "./orchestrator/secrets/connect.ts";
import { SECRET_PASTED, writePasted } from "./orchestrator/secrets/pasted-secret.ts";

/** The credentials that can be connected here, each with the words people have for it. */
export type KnownSources = readonly { readonly credential: ModuleName; readonly words: readonly string[] }[];

/** What a person brings in. All else core makes itself, of what it has looked at before. */
type Said = Exclude<Inbound, { kind: "due" | "program" }>;

/** The words for each credential: its own name and title, and those of its module. */
export function knownSources(modules: readonly { readonly manifest: Manifest }[]): KnownSources {
  return modules.flatMap(({ manifest }) =>
    manifest.credentials.map(({ name, title }) => ({
      credential: name,
      words: [title, name.replaceAll("-", " "), manifest.title, manifest.name.replaceAll("-", " ")],
    })),
  );
}

/**
 * The inbound as it may be written to disk: what was typed into a secret field is sealed, and whatever else holds a
 * key is replaced by the bare fact. Of a request typed with curl only the secrets go. All other inbounds stay as they are,
 * to the letter.
 */
export function withoutSecrets(inbound: Inbound, vault: Pick<Vault, "seal">, known: KnownSources = []): Inbound {
  if (inbound.kind === "due" || inbound.kind === "program") return inbound;
  const found = secretIn(inbound);
  if (found !== undefined) {
    const { dedupeKeys, sentAtMs, actor, conversation, source } = inbound;
    const base = { dedupeKeys, sentAtMs, actor, conversation, ...(source && { source }) };
    const words = wordsOf(inbound).join(" ");
    const near = sourceIn(words, known);
    const inRequest = /\bcurl\s/i.test(words) ? ({ inRequest: true } as const) : {};
    const rest = writePasted({ kind: found.kind, ...(near !== undefined && { source: near }), ...inRequest });
    return { ...base, kind: "command", name: SECRET_PASTED, rest, attachments: [] };
  }
  if (inbound.kind === "message") {
    const text = withoutRequestSecrets(inbound.text);
    return text === inbound.text ? inbound : { ...inbound, text };
  }
  if (inbound.kind === "command") {
    const rest = withoutRequestSecrets(inbound.rest);
    return rest === inbound.rest ? inbound : { ...inbound, rest };
  }
  if (inbound.kind !== "form") return inbound;
  const sealed = Object.entries(inbound.values).map(([id, value]): [string, FormValue] => [
    id,
    isTyped(value)
      ? { sealed: vault.seal(value.secret, FORM_SECRET) }
      : typeof value === "string"
        ? withoutRequestSecrets(value)
        : value,
  ]);
  return { ...inbound, values: Object.fromEntries(sealed) };
}

function secretIn(inbound: Said): { kind: string } | undefined {
  for (const words of wordsOf(inbound)) {
    const secret = looksLikeSecret(words);
    if (secret !== undefined) return secret;
  }
  return filesOf(inbound).some(({ name }) => isSecretFile(name)) ? { kind: "key file" } : undefined;
}

/** Everything a person can have put words into, but for the fields made for secrets. */
function wordsOf(inbound: Said): string[] {
  const names = filesOf(inbound).map(({ name }) => name);
  switch (inbound.kind) {
    case "message":
      return [inbound.text, ...names];
    case "command":
      return [`${inbound.name} ${inbound.rest}`, ...names];
    case "action":
      return inbound.values;
    case "form":
      return Object.values(inbound.values).flatMap((value) =>
        typeof value === "string" ? [value] : Array.isArray(value) ? value : [],
      );
    default:
      return inbound satisfies never;
  }
}

function filesOf(inbound: Said): readonly Attachment[] {
  return inbound.kind === "message" || inbound.kind === "command" ? inbound.attachments : [];
}

function isTyped(value: FormValue): value is { secret: string } {
  return typeof value === "object" && "secret" in value;
}

/** The credential that is spoken of beside a secret. Only its name is kept, which is ours. */
function sourceIn(text: string, known: KnownSources): ModuleName | undefined {
  const said = ` ${text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ")} `;
  return known.find(({ words }) => words.some((word) => said.includes(` ${word.toLowerCase()} `)))?.credential;
}
