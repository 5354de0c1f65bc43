import { z } from "zod";
import { NexusError } from "#core/contract/errors.ts";
import { ModuleName } from "#core/contract/ids.ts";
import { channelOf } from "#core/contract/message.ts";
import { personRef } from "#core/contract/principal.ts";
import type { Action, Reply } from "#core/contract/reply.ts";
import { say } from "#core/orchestrator/compose.ts";
import { type Source, sources } from "./connect.ts";
import { errorReply } from "#core/orchestrator/failure.ts";
import type { Meaning } from "#core/orchestrator/meaning.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { titleCase } from "#core/orchestrator/title-case.ts";

/** A message that held a secret arrives as this command, with what may be told of the secret in place of the text. */
export const SECRET_PASTED = "secret-pasted";

/** All that is kept of a secret that came in the wrong way. */
export interface Pasted {
  /** What it looked like: “GitHub token”. */
  readonly kind: string;
  /** The credential that was spoken of beside it. */
  readonly source?: ModuleName;
  /** It stood in a request with curl, of which a module may be wanted. */
  readonly inRequest?: true;
}

const Pasted = z.object({
  kind: z.string().max(80),
  source: ModuleName.optional(),
  inRequest: z.literal(true).optional(),
});

/** The rest of the command that stands for a pasted secret. */
export function writePasted(pasted: Pasted): string {
  return JSON.stringify(pasted);
}

/** Refuses a secret, to its sender alone: what it looks like, what to do about it, and the safe way to bring it. */
export async function refusePasted(deps: OrchestratorDeps, scene: Scene, rest: string): Promise<Outcome> {
  const { kind, source: named, inRequest } = readPasted(rest);
  const source = sourceOfSecret(sources(deps, scene.turn.org), kind, named);
  const cause = `That looks like ${withArticle(kind)}, so I did not store it or pass it on.`;
  const actions = [connectButton(scene, source), ...(await deleteButton(deps, scene))];
  const anew = inRequest === true ? ` ${REQUEST_ANEW}` : "";
  const next = `${nextStep(scene, actions.length > 1)}${anew}`;
  const reply = errorReply("secret_in_message", cause, next, scene.turn.turnId, actions);
  const { conversation, person } = scene;
  return {
    replies: [{ ...reply, visibility: "only_actor" }],
    audit: [
      {
        act: "secret.refused",
        outcome: "refused",
        actor: personRef(person),
        subject: { kind: "secret", id: kind },
        detail: { channel: channelOf(conversation), audience: conversation.audience },
      },
    ],
  };
}

const REQUEST_ANEW =
  "To have a module built from a request, say it again with TOKEN in the key's place: I find out without it which credential is needed.";

/** Deletes the message a secret was pasted in, for the one who pasted it, where the platform lets NEXUS. */
export async function deletePasted(
  deps: OrchestratorDeps,
  scene: Scene,
  { person, message }: Extract<Meaning, { verb: "del" }>,
): Promise<Outcome> {
  if (person !== scene.person) {
    throw new NexusError("not_allowed", "somebody else's message", {
      say: "Only the one who wrote that message can have it deleted here.",
      hint: "Ask them, or delete it yourself if the platform lets you.",
    });
  }
  const isGone = await deps.removal.remove(message, scene.turn.signal);
  const words = isGone
    ? "Your message is deleted. Whoever was here may have read it before: replace the key at its source all the same."
    : "I may not delete messages here any more. Please delete yours, and replace the key at its source.";
  return { replies: [alone(words)] };
}

function readPasted(rest: string): Pasted {
  try {
    const { kind, source, inRequest } = Pasted.parse(JSON.parse(rest));
    return { kind, ...(source !== undefined && { source }), ...(inRequest !== undefined && { inRequest }) };
  } catch {
    return { kind: rest.slice(0, 80) };
  }
}

/** What a secret is for: what was spoken of beside it, else the source whose name its shape carries. */
function sourceOfSecret(all: readonly Source[], kind: string, named: ModuleName | undefined): Source | undefined {
  const spoken = all.find(({ need }) => need.name === named);
  if (spoken !== undefined) return spoken;
  const [vendor = ""] = kind.toLowerCase().split(" ");
  if (GENERAL.has(vendor)) return undefined;
  return all.find(({ need }) => `${need.title} ${need.name} ${need.host}`.toLowerCase().includes(vendor));
}

/** Kinds that begin so name no vendor. */
const GENERAL: ReadonlySet<string> = new Set([
  "api",
  "key",
  "secret",
  "password",
  "private",
  "bearer",
  "signed",
  "model",
  "webhook",
  "",
]);

function connectButton(scene: Scene, source: Source | undefined): Action {
  if (source === undefined) return scene.composer.button("Save It Safely", { verb: "say", text: "connect" });
  const { manifest, need } = source;
  const label = titleCase(`Connect ${need.title}`);
  return scene.composer.button(label, { verb: "con", module: manifest.name, credential: need.name }, "primary");
}

async function deleteButton(deps: OrchestratorDeps, scene: Scene): Promise<Action[]> {
  const message = scene.turn.inbound.source;
  if (message === undefined || message.ephemeral) return [];
  // What cannot be found out now is not offered: the advice counts, and must not wait.
  const may = await deps.removal.mayRemove(message, scene.turn.signal).catch(() => false);
  if (!may) return [];
  const button = scene.composer.button("Delete My Message", { verb: "del", person: scene.person, message }, "danger");
  return [button];
}

function nextStep({ conversation, turn }: Scene, mayDelete: boolean): string {
  const { platform, audience } = conversation;
  const seen =
    platform === "console"
      ? "It may still stand in this window and in your shell's history"
      : audience === "just_me"
        ? "It still stands in this conversation's history"
        : "Anyone here may have seen it";
  const hasMessage = turn.inbound.source !== undefined && !turn.inbound.source.ephemeral;
  const deletion = mayDelete || !hasMessage ? "" : " Only you can delete your message.";
  return `${seen}: replace the key at its source, then press the button below, which hides what you type.${deletion}`;
}

function alone(summary: string): Reply {
  return { ...say(summary), visibility: "only_actor" };
}

/** “a Slack token”, “an npm token”. */
function withArticle(kind: string): string {
  return `${/^(?:[AEIOaeio]|npm|NPM|RSA|SSH)/.test(kind) ? "an" : "a"} ${kind}`;
}
