import type { OrgId } from "#core/contract/ids.ts";
import type { ScheduleTask } from "#core/contract/schedule.ts";
import { reachOf } from "#core/credentials/reach.ts";
import type { CredentialKey } from "#core/store/credentials.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { placeName } from "#core/orchestrator/place-name.ts";
import type { OrchestratorDeps } from "#core/orchestrator/scene.ts";

const MOST_NAMED = 4;
/** As many are looked through. */
const MOST_WATCHES = 300;

/**
 * What stops when a credential ends, each in a few words: the briefings and schedules that use it, the watches, and what
 * its modules are asked for.
 */
export async function whatStops(
  { store, registry }: Pick<OrchestratorDeps, "store" | "registry">,
  org: OrgId,
  key: CredentialKey,
): Promise<string[]> {
  const own = store.forOrg(org);
  const modules = registry
    .modules(org)
    .map(({ manifest }) => ({
      name: manifest.name,
      capabilities: manifest.capabilities.filter(({ credentials }) => credentials.some((one) => one === key.name)),
    }))
    .filter(({ capabilities }) => capabilities.length > 0);
  const needs = (module: string, capability: string): boolean =>
    modules.some(({ name, capabilities }) => name === module && capabilities.some((one) => one.name === capability));
  const uses = async (person: Parameters<typeof reachOf>[2]): Promise<boolean> => {
    const reach = await reachOf(own, key.name, person);
    return "record" in reach && reach.record.owner === key.owner;
  };
  const schedules: string[] = [];
  for (const { plan, person, state } of await own.schedules.all()) {
    if (state !== "on" || !callsOf(plan.task).some((call) => needs(call.module, call.capability))) continue;
    const where = plan.place.kind === "channel" ? ` in ${placeName(plan.place)}` : "";
    if (await uses(person)) schedules.push(`*${inert(plan.title)}*${where}`);
  }
  const watches: string[] = [];
  for (const code of (await own.watches.codes()).slice(0, MOST_WATCHES)) {
    const watch = await own.watches.byCode(code);
    if (watch === undefined) continue;
    const { plan, person } = watch;
    if (!needs(plan.module, plan.capability) || !(await uses(person))) continue;
    watches.push(`the watch for *${inert(plan.title)}*`);
  }
  const commands = modules.flatMap(({ capabilities }) => capabilities.flatMap(commandOf));
  return [...clipped(schedules, "schedule"), ...clipped(watches, "watch"), ...clipped(commands, "command")];
}

/** The shortest of the sentences that a capability is asked for by, as it can be typed. */
function commandOf({ examples }: { readonly examples: readonly string[] }): string[] {
  const [shortest] = examples.toSorted((one, other) => one.length - other.length);
  return shortest === undefined ? [] : [`\`/nexus ${inert(shortest.replaceAll("`", ""))}\``];
}

function callsOf(task: ScheduleTask): { readonly module: string; readonly capability: string }[] {
  switch (task.do) {
    case "briefing":
      return task.sections.flatMap((section) => (section.kind === "capability" ? [section] : []));
    case "run":
      return [task];
    case "say":
      return [];
    default:
      return task satisfies never;
  }
}

function clipped(names: readonly string[], what: string): string[] {
  const more = names.length - MOST_NAMED;
  // One more takes no more room than to say that there is.
  if (more <= 1) return [...names];
  return [...names.slice(0, MOST_NAMED), `${more} more ${what === "watch" ? "watches" : `${what}s`}`];
}
