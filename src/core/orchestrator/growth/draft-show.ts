import type { Reply } from "#core/contract/reply.ts";
import type { Build } from "#core/evolution/builds/build.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import { standing } from "./build-words.ts";
import { counted } from "./install-permissions.ts";
import { requireBuilding } from "./may-build.ts";

/** The files of a draft, each to be saved, changed and sent back. */
export async function showDraft(deps: OrchestratorDeps, scene: Scene, build: Build): Promise<Reply> {
  await requireBuilding(deps, scene);
  const { files } = await deps.builds.papers(build.org, build.id);
  if (files.size === 0) return say(`Build ${build.code} has no files yet. ${standing(build)}`);
  const parts = [...files].map(
    ([path, text]) =>
      ({
        type: "file",
        name: inert(path.replaceAll("/", "_")).slice(0, 120),
        mimeType: path.endsWith(".json") ? "application/json" : "text/plain",
        text,
        description: path.includes("/") ? `${inert(path)}, ${linesOf(text)}` : linesOf(text),
      }) as const,
  );
  const how = `Send a changed file with \`draft ${build.code}\` to put it in place: it is checked anew, and you are one of its makers then.`;
  const reply = say(
    `The ${files.size} files of draft ${build.code}. ${standing(build)}`,
    [],
    [...parts, { type: "context", markdown: how }],
  );
  // Whoever asked edits it; the others see the source on its card.
  return { ...reply, visibility: "only_actor" };
}

function linesOf(text: string): string {
  return counted(text.trimEnd().split("\n").length, "line");
}
