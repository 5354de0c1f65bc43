import type { TurnId } from "#core/contract/ids.ts";
import type { Command } from "./command.ts";
import { say } from "./compose.ts";
import { askForCredential, disconnect, findSource } from "./connect.ts";
import { errorReply } from "./failure.ts";
import { help, moduleList } from "./help.ts";
import type { OrchestratorDeps, Outcome, Scene } from "./scene.ts";
import { explain, mayExplain, StoredDecision } from "./why.ts";

/** Answers what was recognised word for word. */
export async function onCommand(deps: OrchestratorDeps, scene: Scene, command: Command): Promise<Outcome> {
  switch (command.name) {
    case "help": {
      const abilities = await withMissing(deps, scene);
      return { replies: [help(abilities, await deps.sample.on())] };
    }
    case "modules":
      return { replies: [moduleList(await withMissing(deps, scene))] };
    case "status":
      return { replies: [await status(deps)] };
    case "why":
      return { replies: [await why(deps, scene, scene.state.answered)] };
    case "who":
      return {
        replies: [
          say("I am NEXUS, a bot. I match what you ask to installed modules and run them; no person reads along."),
        ],
      };
    case "thanks":
      return { replies: [say("You're welcome.")] };
    case "stop":
      return stopped(deps, scene);
    case "sample":
      await deps.sample.set(command.on);
      return {
        replies: [
          say(
            command.on
              ? "Sample data is on: modules without an account show generated data, labelled as such."
              : "Sample data is off: modules without an account say what they need instead.",
          ),
        ],
      };
    case "connect":
    case "disconnect": {
      const source = findSource(deps, command.what);
      if (source === undefined)
        return { replies: [say(`I know no source called “${command.what}”. Say \`modules\`.`)] };
      return command.name === "connect"
        ? { replies: [askForCredential(scene, source)] }
        : disconnect(deps, scene, source);
    }
    default:
      return command satisfies never;
  }
}

/** Explains a turn of this conversation's org, from its stored decision; what may not be told is as if it were not there. */
export async function why(
  deps: OrchestratorDeps,
  scene: Scene,
  turn: TurnId | undefined,
): Promise<Outcome["replies"][number]> {
  const stored = turn === undefined ? undefined : await deps.store.forOrg(scene.turn.org).decisions.get(turn);
  const record = StoredDecision.safeParse(stored);
  return record.success && mayExplain(record.data, scene.person)
    ? explain(record.data, scene.asker, scene.now)
    : errorReply(
        "no_data",
        "There is nothing to explain yet.",
        "Ask me something first, then say `why`.",
        scene.turn.turnId,
      );
}

/** What “stop” leads to: the turn that was stopped says so itself. */
export function stopped(deps: OrchestratorDeps, scene: Scene): Outcome {
  if (deps.stopHit(scene.turn.turnId)) return { replies: [] }; // the stopped turn itself says so
  if (scene.state.pending === undefined) return { replies: [say("Nothing is running.")] };
  return {
    replies: [say("Okay, forgotten.")],
    state: scene.state.last === undefined ? {} : { last: scene.state.last },
  };
}

async function withMissing(deps: OrchestratorDeps, scene: Scene) {
  const present = new Set((await deps.vault.list(scene.turn.org)).map(({ name }) => name));
  return deps.registry.modules().map((module) => ({
    ...module,
    missing: module.manifest.credentials.filter(({ name }) => !present.has(name)).map(({ title }) => title),
  }));
}

async function status(deps: OrchestratorDeps): Promise<Outcome["replies"][number]> {
  const lines = await deps.status();
  const failing = lines.filter(({ state }) => state === "failing").length;
  const summary = failing === 0 ? "All that is switched on works." : `${failing} of ${lines.length} parts need a look.`;
  return {
    summary,
    parts: [
      { type: "text", markdown: summary },
      {
        type: "fields",
        items: lines.map(({ name, state, detail }) => ({ label: name, value: `${state}: ${detail}` })),
      },
    ],
    visibility: "everyone",
  };
}
