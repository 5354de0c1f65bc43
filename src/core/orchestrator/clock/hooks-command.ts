import { NexusError } from "#core/contract/errors.ts";
import { readCode } from "#core/contract/short-code.ts";
import { requirePermission } from "#core/orchestrator/people/rights.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { alone } from "#core/orchestrator/wishes/plan-offer.ts";
import { doWithHook, HOOK_DEEDS, type HookDeed } from "./hook-deeds.ts";
import { deadReply, hookReply, listReply } from "./hook-lists.ts";
import { rotateHook, showSecret } from "./hook-secret.ts";

/** What can be typed about hooks that there are. */
export type HooksCommand = { readonly name: "hooks" } & (
  | { readonly do: "list" | "dead" }
  | { readonly do: "show" | "secret" | HookDeed; readonly code: string }
  | { readonly do: "rotate"; readonly code: string; readonly isAtOnce: boolean }
);

const LIST = /^(?:(?:list|show)(?: me)? )?(?:all )?(?:the |my |our )?(?:incoming )?(?:web-?)?hooks$/i;
const DEAD = /^(?:(?:list |show )?(?:the )?dead (?:hooks|deliveries|letters)|hooks dead)$/i;
const DEED = [...HOOK_DEEDS, "renew", "stop", "remove", "delete", "rotate", "secret", "show"].join("|");
const FIRST = new RegExp(
  `^(?<deed>${DEED}|take over) (?:web-?)?hook (?<code>[A-Z0-9]{4})(?<now> (?:now|at once))?$`,
  "i",
);
const LAST = new RegExp(`^(?:web-?)?hook (?<code>[A-Z0-9]{4})(?: (?<deed>${DEED})(?<now> (?:now|at once))?)?$`, "i");
const SAME: Readonly<Record<string, HookDeed>> = { stop: "end", remove: "end", delete: "end", "take over": "adopt" };

/** @param words a text without its closing marks, its letters as they were typed */
export function readHooksCommand(words: string): HooksCommand | undefined {
  const name = "hooks";
  if (LIST.test(words)) return { name, do: "list" };
  if (DEAD.test(words)) return { name, do: "dead" };
  const groups = (FIRST.exec(words) ?? LAST.exec(words))?.groups;
  const code = groups?.["code"] === undefined ? undefined : readCode(groups["code"]);
  if (code === undefined) return undefined;
  const said = (groups?.["deed"] ?? "show").toLowerCase();
  if (said === "show" || said === "secret") return { name, do: said, code };
  if (said === "rotate" || said === "renew")
    return { name, do: "rotate", code, isAtOnce: groups?.["now"] !== undefined };
  const deed = SAME[said] ?? HOOK_DEEDS.find((one) => one === said);
  return deed && { name, do: deed, code };
}

/** Shows hooks, or does something with one. @throws NexusError not_allowed | hook_unknown */
export async function onHooksCommand(deps: OrchestratorDeps, scene: Scene, command: HooksCommand): Promise<Outcome> {
  await requirePermission(deps, scene, "hook.manage");
  const { hooks } = deps.store.forOrg(scene.turn.org);
  if (!("code" in command)) {
    return { replies: [alone(await (command.do === "list" ? listReply : deadReply)(deps, scene))] };
  }
  const hook = await hooks.byCode(command.code);
  if (hook === undefined) throw new NexusError("hook_unknown", `no hook ${command.code} in this org`);
  switch (command.do) {
    case "show":
      return { replies: [alone(await hookReply(deps, scene, hook))] };
    case "secret":
      return showSecret(deps, scene, hook);
    case "rotate":
      return rotateHook(deps, scene, hook, command.isAtOnce);
    default:
      return doWithHook(deps, scene, hook, command.do);
  }
}
