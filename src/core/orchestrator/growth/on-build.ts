import { NexusError } from "#core/contract/errors.ts";
import type { BuildId } from "#core/contract/ids.ts";
import type { FormValue } from "#core/contract/message.ts";
import type { Build } from "#core/evolution/builds/build.ts";
import { actorOf } from "#core/orchestrator/acting.ts";
import { say } from "#core/orchestrator/compose.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { buildCard } from "./build-card.ts";
import type { BuildCommand } from "./build-command.ts";
import { buildList, showBuild } from "./build-show.ts";
import { standing } from "./build-words.ts";
import { showDraft } from "./draft-show.ts";
import { askToInstall } from "./install-ask.ts";
import { installFrom } from "./install-from.ts";
import { requireBuilding } from "./may-build.ts";

/** Does what was typed about modules being built. */
export async function onBuildCommand(deps: OrchestratorDeps, scene: Scene, command: BuildCommand): Promise<Outcome> {
  switch (command.name) {
    case "builds":
      return { replies: [await buildList(deps, scene)] };
    case "install":
      return installFrom(deps, scene, command);
    case "draft":
      return { replies: [await showDraft(deps, scene, await buildByCode(deps, scene, command.code))] };
    case "build": {
      const build = await buildByCode(deps, scene, command.code);
      return command.do === "again"
        ? buildAgain(deps, scene, build, command.words)
        : pressBuild(deps, scene, build, command.do);
    }
    default:
      return command satisfies never;
  }
}

/** A button of a build. */
export async function onBuildPress(
  deps: OrchestratorDeps,
  scene: Scene,
  press: { readonly build: BuildId; readonly do: "show" | "stop" | "again" | "ask" },
): Promise<Outcome> {
  const build = await buildById(deps, scene, press.build);
  return press.do === "again" ? buildAgain(deps, scene, build, "") : pressBuild(deps, scene, build, press.do);
}

/** The form in which somebody says what a build should do differently. */
export async function askForFeedback(deps: OrchestratorDeps, scene: Scene, id: BuildId): Promise<Outcome> {
  await requireBuilding(deps, scene);
  const build = await buildById(deps, scene, id);
  const form = scene.composer.form(
    { verb: "bff", build: id },
    { verb: "bfb", build: id },
    {
      title: `Build ${build.code} Anew`,
      submit: "Build",
      fields: [{ id: "words", label: "What should be different", type: "text", multiline: true }],
    },
  );
  return { replies: [{ ...say(`What should build ${build.code} do differently?`), visibility: "only_actor", form }] };
}

/** The answers to it. */
export async function onFeedbackForm(
  deps: OrchestratorDeps,
  scene: Scene,
  id: BuildId,
  { words }: Readonly<Record<string, FormValue>>,
): Promise<Outcome> {
  return buildAgain(deps, scene, await buildById(deps, scene, id), typeof words === "string" ? words : "");
}

async function pressBuild(
  deps: OrchestratorDeps,
  scene: Scene,
  build: Build,
  wish: "show" | "stop" | "ask",
): Promise<Outcome> {
  switch (wish) {
    case "show":
      return { replies: [await showBuild(deps, scene, build)] };
    case "stop":
      return stopBuild(deps, scene, build);
    case "ask":
      return promote(deps, scene, build);
    default:
      return wish satisfies never;
  }
}

async function stopBuild(deps: OrchestratorDeps, scene: Scene, build: Build): Promise<Outcome> {
  await requireBuilding(deps, scene);
  const isStopped = await deps.builds.stop(build.org, build.id, actorOf(scene));
  const now = (await deps.builds.get(build.org, build.id)) ?? build;
  return {
    replies: [say(isStopped ? `Okay, I stopped build ${build.code}.` : `There is nothing to stop. ${standing(now)}`)],
  };
}

/** Builds it anew; its checklist begins again, in a message of its own. */
async function buildAgain(deps: OrchestratorDeps, scene: Scene, build: Build, words: string): Promise<Outcome> {
  await requireBuilding(deps, scene);
  const { turn, person, composer } = scene;
  const isHere = scene.conversation.key === build.conversation.key;
  const anew = await deps.builds.feedback(turn.org, build.id, words, person, isHere ? turn.turnId : undefined);
  const said = `Building ${build.code} anew: its checklist stands where it was asked for.`;
  return {
    replies: [isHere ? buildCard(composer, anew.build) : say(said)],
    commit: anew.commit,
    afterwards: async () => deps.builds.wake(),
  };
}

/** Asks for the installation of what has passed, once more. */
async function promote(deps: OrchestratorDeps, scene: Scene, build: Build): Promise<Outcome> {
  await requireBuilding(deps, scene);
  if (build.state !== "ready") return { replies: [say(standing(build))] };
  return askToInstall(deps, scene, build);
}

async function buildByCode(deps: OrchestratorDeps, scene: Scene, code: string): Promise<Build> {
  const build = await deps.builds.byCode(scene.turn.org, code);
  if (build === undefined) throw new NexusError("build_unknown", `no build ${code} in this org`);
  return build;
}

async function buildById(deps: OrchestratorDeps, scene: Scene, id: BuildId): Promise<Build> {
  const build = await deps.builds.get(scene.turn.org, id);
  if (build === undefined) throw new NexusError("build_unknown", `no build ${id} in this org`);
  return build;
}
