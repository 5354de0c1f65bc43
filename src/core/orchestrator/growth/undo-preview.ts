import type { ModuleName } from "#core/contract/ids.ts";
import type { Reply } from "#core/contract/reply.ts";
import type { UndoPlan, UninstallPlan } from "#core/evolution/installer/installer.ts";
import { say } from "#core/orchestrator/compose.ts";
import { whenOf } from "#core/orchestrator/context.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { Scene } from "#core/orchestrator/scene.ts";
import { counted } from "./install-permissions.ts";

interface Item {
  readonly label: string;
  readonly value: string;
}

/**
 * What undoing the last change of a module would do, for the one who asks: nothing has been done yet.
 * @param became who changed it last, how and when: told of a module that is gone
 */
export function undoPreview(scene: Scene, plan: UndoPlan, became?: string): Reply {
  const { module, change, from } = plan;
  const summary = `${module}: ${wayOf(plan)}.`;
  const items = [
    ...(became === undefined || from !== undefined ? [] : [{ label: "What happened", value: became }]),
    { label: "Data", value: dataText(scene, plan) },
    ...runningItems(plan.running, from?.version),
    ...(plan.cannotUndo.length === 0 ? [] : [{ label: "Stays done", value: inert(plan.cannotUndo.join("; ")) }]),
  ];
  const undo = scene.composer.button("Undo", { verb: "und", module, do: "undo", change }, "primary");
  return alone(say(summary, [undo], [{ type: "fields", items }]));
}

/** What taking a module away would do, for the one who asks. */
export function uninstallPreview(scene: Scene, plan: UninstallPlan): Reply {
  const { module, version, sha256, data, credentials, running } = plan;
  const kept =
    data.files === 0
      ? "nobody keeps anything with it"
      : `${counted(data.files, "file")} of ${counted(data.people, "person").replace("persons", "people")}: deleted, and kept for an undo until ${whenOf(data.keptUntil, scene)}`;
  const items = [
    { label: "Data", value: kept },
    ...(credentials.length === 0
      ? []
      : [
          {
            label: "Credentials",
            value: `${credentials.map(inert).join(", ")}: deleted at once, an undo does not bring them back`,
          },
        ]),
    ...runningItems(running, version),
  ];
  const away = scene.composer.button("Uninstall", { verb: "und", module, do: "uninstall", sha256 }, "danger");
  return alone(say(`${module} ${version} would be taken away.`, [away], [{ type: "fields", items }]));
}

/** `1.4.0 → 1.3.2`, or what is meant where one of them is nothing. */
export function wayOf({ from, to }: Pick<UndoPlan, "from" | "to">): string {
  if (from === undefined) return `it was taken away, and comes back as ${to?.version ?? "it was"}`;
  return to === undefined ? `${from.version} goes: there was none before it` : `${from.version} → ${to.version}`;
}

/** Where a module is once it has been undone. */
export function doneText(module: ModuleName, { to }: Pick<UndoPlan, "to">): string {
  return to === undefined ? `Done. ${module} is gone.` : `Done. ${module} is on ${to.version}.`;
}

function dataText(scene: Scene, { snapshotAt, filesSetBack }: UndoPlan): string {
  if (snapshotAt === undefined) return "stays as it is: nothing was kept of before";
  const back = filesSetBack === 0 ? "nothing was changed since" : `${counted(filesSetBack, "file")} set back`;
  return `as of ${whenOf(snapshotAt, scene)}; ${back}`;
}

function runningItems(running: number, version: string | undefined): Item[] {
  if (running === 0 || version === undefined) return [];
  const verb = running === 1 ? "finishes" : "finish";
  return [{ label: "Running", value: `${counted(running, "call")} ${verb} on ${version}` }];
}

function alone(reply: Reply): Reply {
  return { ...reply, visibility: "only_actor" };
}
