import { NexusError } from "#core/contract/errors.ts";
import { actorOf } from "#core/orchestrator/acting.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { buildCard } from "./build-card.ts";
import { requireBuilding } from "./may-build.ts";

/**
 * Puts one file of a draft in the place of what it was, and has the whole checked anew. What changed is shown; whoever
 * edited may not approve it.
 */
export async function editDraft(
  deps: OrchestratorDeps,
  scene: Scene,
  code: string,
  { path, text }: { readonly path: string; readonly text: string },
): Promise<Outcome> {
  await requireBuilding(deps, scene);
  const { turn, person, composer } = scene;
  const found = await deps.builds.byCode(turn.org, code);
  if (found === undefined) throw new NexusError("build_unknown", `no build ${code} in this org`);
  const file = { path: await placeOf(deps, found, path), text };
  const isHere = scene.conversation.key === found.conversation.key;
  const by = { person, ref: actorOf(scene) };
  const { build, diff, commit } = await deps.builds.editDraft(
    turn.org,
    found.id,
    file,
    by,
    isHere ? turn.turnId : undefined,
  );
  if (diff === "") return { replies: [say(`${inert(file.path)} is the same as it was.`)] };
  const part = {
    type: "file",
    name: `${code}-edit.diff`,
    mimeType: "text/plain",
    text: diff,
    description: "What you changed",
  } as const;
  const card = isHere ? buildCard(composer, build) : say(`Draft ${code} is checked anew.`);
  const at = card.parts.findIndex(({ type }) => type === "actions");
  const parts = card.parts.toSpliced(at < 0 ? card.parts.length : at, 0, part);
  return { replies: [{ ...card, parts }], commit, afterwards: async () => deps.builds.wake() };
}

/** A file is sent by its name alone, or as `draft` showed it: `tests_list-pets.json`. */
async function placeOf(
  deps: OrchestratorDeps,
  {
    org,
    id,
  }: {
    readonly org: Parameters<OrchestratorDeps["builds"]["papers"]>[0];
    readonly id: Parameters<OrchestratorDeps["builds"]["papers"]>[1];
  },
  name: string,
): Promise<string> {
  const { files } = await deps.builds.papers(org, id);
  const paths = [...files.keys()];
  const sameName = paths.filter((path) => path === name || path.replaceAll("/", "_") === name);
  const sameEnd = paths.filter((path) => path.split("/").at(-1) === name);
  return sameName[0] ?? (sameEnd.length === 1 ? sameEnd[0] : undefined) ?? name;
}
