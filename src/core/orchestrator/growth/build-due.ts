import { asNexusError, type ErrorCode, ERRORS } from "#core/contract/errors.ts";
import { BuildId } from "#core/contract/ids.ts";
import type { Inbound } from "#core/contract/message.ts";
import type { Part, Reply } from "#core/contract/reply.ts";
import type { Elsewhere } from "#core/delivery/delivery.ts";
import type { Build } from "#core/evolution/builds/build.ts";
import { errorReply } from "#core/orchestrator/failure.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { buildCard, isAsIs } from "./build-card.ts";
import { spending } from "./build-words.ts";
import { askToInstall } from "./install-ask.ts";
import { proposalCards } from "./proposal-cards.ts";

/**
 * Something of a build has changed that people are to see: its checklist is redrawn where it stands, once it has passed
 * people are asked, and when it ends badly that is told, with what there is to read of it.
 */
export async function onBuild(
  deps: OrchestratorDeps,
  scene: Scene,
  inbound: Extract<Inbound, { kind: "due" }>,
): Promise<Outcome> {
  const { org } = scene.turn;
  const build = await deps.builds.get(org, BuildId.parse(inbound.id));
  // A newer change is on its way, and shows this one too.
  if (build === undefined || !inbound.dedupeKeys.includes(`build:${build.id}:${build.change}`)) return { replies: [] };
  switch (build.state) {
    case "ready":
      return isToBeAsked(build) ? asked(deps, scene, build) : redrawn(deps, scene, build);
    case "given_up":
    case "failed":
      return { ...(await ended(deps, scene, build)), replies: [await failed(deps, scene, build)] };
    case "installed":
    case "rejected":
    case "stopped":
      return ended(deps, scene, build);
    case "queued":
    case "working":
    case "asked":
      return redrawn(deps, scene, build);
    default:
      return build.state satisfies never;
  }
}

/** One about which nobody has decided in time is not asked about again by itself. */
function isToBeAsked({ steps }: Build): boolean {
  return steps.some(({ name, state }) => name === "ask" && state === "doing");
}

/** Asks for the installation; what stands in the way is told, and it stays a draft. */
async function asked(deps: OrchestratorDeps, scene: Scene, build: Build): Promise<Outcome> {
  try {
    const asking = await askToInstall(deps, scene, build);
    const card = await cardOf(deps, scene, { ...build, state: "asked" });
    return { ...asking, elsewhere: [...card, ...(asking.elsewhere ?? [])] };
  } catch (thrown) {
    const { code, say, hint } = asNexusError(thrown);
    if (code === "internal" || code === "disk_full") throw thrown;
    return {
      replies: [errorReply(code, inert(say), inert(hint), scene.turn.turnId)],
      elsewhere: await cardOf(deps, scene, build),
      commit: (inside) => deps.builds.settle(inside, scene.turn.org, build.id, "ready"),
    };
  }
}

async function redrawn(deps: OrchestratorDeps, scene: Scene, build: Build): Promise<Outcome> {
  return { replies: [], elsewhere: await cardOf(deps, scene, build) };
}

/** The card of the proposal it came from says as well what became of it: that it is there, or can be decided on anew. */
async function ended(deps: OrchestratorDeps, scene: Scene, build: Build): Promise<Outcome> {
  const cards = await cardOf(deps, scene, build);
  const proposal = build.proposal && (await deps.curriculum.get(build.org, build.proposal));
  return { replies: [], elsewhere: [...cards, ...(proposal ? await proposalCards(deps, scene, proposal) : [])] };
}

/** The checklist in the place of what it was. Of a build that a program asked for there is none. */
async function cardOf(deps: OrchestratorDeps, scene: Scene, build: Build): Promise<Elsewhere[]> {
  const shown = await deps.builds.shownBy(build.org, build.id);
  const posted = shown === undefined ? [] : await deps.store.outbox.postedBy(build.org, shown);
  const card = posted.find(({ conversation }) => conversation.key === build.conversation.key);
  if (card === undefined) return [];
  const reply = buildCard(scene.composer.at(build.conversation), build);
  return [{ conversation: build.conversation, actor: build.actor, reply, edits: card.id }];
}

/** How it ended, with the report, the specification and the last change attached. */
async function failed(deps: OrchestratorDeps, scene: Scene, build: Build): Promise<Reply> {
  const { failure, code, org, id } = build;
  const { report, specification, lastDiff, files } = await deps.builds.papers(org, id);
  const ended = build.state === "given_up" ? "Stopped." : "";
  const say = [inert(failure?.say ?? "It came to nothing."), spending(build), ended].filter(Boolean).join(" ");
  const hint = inert(failure?.hint ?? "");
  const reply = errorReply(isCode(failure?.code) ? failure.code : "build_failed", say, hint, scene.turn.turnId);
  const source = [...files].map(([path, text]) => `==> ${path} <==\n${text}`).join("\n\n");
  const papers: Part[] = [
    ...paper(`${code}-report.json`, "What the sandbox found", report && `${JSON.stringify(report, undefined, 2)}\n`),
    ...paper(`${code}-specification.txt`, "What it was to be", specification ?? wholeNeed(build)),
    ...paper(`${code}-last.diff`, "The last change that was tried", lastDiff),
    ...paper(`${code}-source.txt`, "Every file as it was tried last", source),
  ];
  const how = [
    ...(isAsIs(build) ? [] : [`\`build ${code}: …\` says what should be different`]),
    ...(files.size > 0 ? [`\`draft ${code}\` shows its files`] : []),
    `\`build ${code} again\``,
  ].join(" · ");
  return { ...reply, parts: [...reply.parts, ...papers, { type: "context", markdown: how }] };
}

/** What was asked for, where it says more than the first line of the card. */
function wholeNeed({ need }: Build): string | undefined {
  return need.length > ONE_LINE ? need : undefined;
}

const ONE_LINE = 150;

function paper(name: string, description: string, text: string | undefined): Part[] {
  if (text === undefined || text === "") return [];
  return [
    { type: "file", name, mimeType: name.endsWith(".json") ? "application/json" : "text/plain", text, description },
  ];
}

function isCode(code: string | undefined): code is ErrorCode {
  return code !== undefined && code in ERRORS;
}
