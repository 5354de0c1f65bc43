import type { Part, Reply } from "#core/contract/reply.ts";
import type { Build } from "#core/evolution/builds/build.ts";
import { clip, say } from "#core/orchestrator/compose.ts";
import { whenOf } from "#core/orchestrator/context.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { requirePermission } from "#core/orchestrator/people/rights.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import { buildCard } from "./build-card.ts";
import { standing, subjectOf } from "./build-words.ts";

/** One build: its checklist, what was tried in which round, and what people said of it. */
export async function showBuild(deps: OrchestratorDeps, scene: Scene, build: Build): Promise<Reply> {
  await requirePermission(deps, scene, "module.build");
  const { lastDiff, feedback, notes } = await deps.builds.papers(build.org, build.id);
  const card = buildCard(scene.composer, build);
  const parts: Part[] = [...roundsPart(build), ...diffPart(build, lastDiff)];
  if (notes.length > 0)
    parts.push({
      type: "text",
      markdown: notes
        .slice(0, MOST_NOTES)
        .map((note) => `- ${inert(note)}`)
        .join("\n"),
    });
  if (build.review !== undefined && build.review.concerns.length > 0) {
    const { by, concerns, isRewritten } = build.review;
    const worries = concerns.slice(0, MOST_NOTES).map((one) => `- ${clip(inert(one), 200)}`);
    const anew = isRewritten ? " It was written anew after that." : "";
    const who = `${inert(by)} read it and was worried about this, which nobody has checked.${anew}`;
    parts.push({ type: "text", markdown: `${who}\n${worries.join("\n")}` });
  }
  if (feedback.length > 0) {
    const said = feedback.map(({ words }) => `- “${clip(inert(words), 200)}”`).join("\n");
    parts.push({ type: "text", markdown: `What people said should be different:\n${said}` });
  }
  if (build.result !== undefined) {
    const { module, version, sha256 } = build.result;
    parts.push({ type: "context", markdown: `${inert(module)} ${version} · sha256 ${sha256}` });
  }
  const at = card.parts.findIndex(({ type }) => type === "actions");
  return { ...card, parts: at < 0 ? [...card.parts, ...parts] : card.parts.toSpliced(at, 0, ...parts) };
}

/** The newest builds of the org. */
export async function buildList(deps: OrchestratorDeps, scene: Scene): Promise<Reply> {
  await requirePermission(deps, scene, "module.build");
  const builds = await deps.builds.list(scene.turn.org, { limit: MOST_BUILDS });
  if (builds.length === 0) {
    return say("Nothing has been built here yet. Say `build a module for` and the address of an API document.");
  }
  const rows = builds.map((build) => [
    build.code,
    clip(subjectOf(build), 80),
    clip(standing(build), 160),
    whenOf(build.createdAt, scene),
  ]);
  const columns = ["Build", "Of", "Stands", "Asked"].map((header) => ({ header }));
  return say(
    builds.length === 1 ? "One module was asked for." : `The newest ${builds.length} builds.`,
    [],
    [
      { type: "table", caption: "Builds", columns, rows },
      { type: "context", markdown: "`build CODE` shows one · `stop build CODE` · `build CODE again`" },
    ],
  );
}

const MOST_BUILDS = 15;
const MOST_NOTES = 12;

function roundsPart({ rounds }: Build): Part[] {
  if (rounds.length === 0) return [];
  const isSaid = rounds.some(({ said }) => said !== undefined);
  const rows = rounds.map(({ round, ok, units, sha256, said }) => [
    round,
    ok ? "passed" : "failed",
    Math.round(units * 10) / 10,
    sha256.slice(0, 12),
    ...(isSaid ? [clip(inert(said ?? ""), 160)] : []),
  ]);
  const headers = ["Round", "Came to", "Units", "sha256", ...(isSaid ? ["A model said"] : [])];
  const columns = headers.map((header) => ({ header }));
  return [{ type: "table", caption: "Rounds", columns, rows }];
}

function diffPart({ code }: Build, lastDiff: string): Part[] {
  if (lastDiff === "") return [];
  const description = "The last change, as a unified diff";
  return [{ type: "file", name: `${code}-last.diff`, mimeType: "text/plain", text: lastDiff, description }];
}
