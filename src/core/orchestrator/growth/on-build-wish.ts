import type { Attachment } from "#core/contract/message.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { BuildSource } from "#core/contract/build-source.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { openBuild } from "./build-open.ts";
import type { BuildWish, WishSource } from "./build-wish.ts";
import { editDraft } from "./draft-edit.ts";
import { onlyAWish } from "./may-build.ts";

/** A wish for a module in somebody's own words. */
export async function onBuildWish(
  deps: OrchestratorDeps,
  scene: Scene,
  wish: BuildWish,
  text: string,
): Promise<Outcome> {
  if (wish.do === "edit") return editDraft(deps, scene, wish.code, await fileOf(deps, scene, wish.file));
  const refused = await onlyAWish(deps, scene, text);
  if (refused !== undefined) return refused;
  if (wish.do === "pack") {
    const bytes = await bytesOf(deps, scene, wish.file);
    const source = {
      kind: "pack",
      name: wish.file.name.slice(0, 200),
      base64: Buffer.from(bytes).toString("base64"),
    } as const;
    return openBuild(deps, scene, { need: "", source });
  }
  return openBuild(deps, scene, { need: wish.need, source: await sourceOf(deps, scene, wish.from) });
}

async function sourceOf(deps: OrchestratorDeps, scene: Scene, from: WishSource): Promise<BuildSource> {
  switch (from.kind) {
    case "url":
    case "exchange":
    case "words":
      return from;
    case "document":
      return { ...from, name: "the document you gave" };
    case "file": {
      const { path, text } = await fileOf(deps, scene, from.file);
      const server = from.server === undefined ? {} : { server: from.server };
      return { kind: "document", name: path.slice(0, 200), text, ...server };
    }
    default:
      return from satisfies never;
  }
}

async function fileOf(deps: OrchestratorDeps, scene: Scene, file: Attachment): Promise<{ path: string; text: string }> {
  const bytes = await bytesOf(deps, scene, file);
  try {
    return { path: file.name, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch (cause) {
    throw new NexusError("file_format", `${file.name} is no UTF-8`, {
      cause,
      say: "That file is no text I can read.",
      hint: "Send it as UTF-8 text.",
    });
  }
}

function bytesOf(deps: OrchestratorDeps, scene: Scene, file: Attachment): Promise<Uint8Array> {
  return deps.readAttachment(scene.conversation.platform, file, MOST_BYTES, scene.turn.signal);
}

/** API documents of large vendors have a dozen. */
const MOST_BYTES = 20_000_000;
