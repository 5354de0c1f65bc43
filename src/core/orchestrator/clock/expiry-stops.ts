import type { OrgId, PersonId } from "#core/contract/ids.ts";
import type { Conversation, Platform } from "#core/contract/message.ts";
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
 * its modules are asked for. What others keep to themselves is a number.
 */
export async function whatStops(
  { store, registry }: Pick<OrchestratorDeps, "store" | "registry">,
  org: OrgId,
  key: CredentialKey,
  reader: PersonId,
  platform: Platform,
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
  const uses = async (person: PersonId): Promise<boolean> => {
    const reach = await reachOf(own, key.name, person);
    return "record" in reach && reach.record.owner === key.owner;
  };
  const isHidden = ({ audience }: Conversation, person: PersonId): boolean =>
    audience === "just_me" && person !== reader;
  const schedules: string[] = [];
  const hidden = { schedules: 0, watches: 0 };
  for (const { plan, person, state } of await own.schedules.all()) {
    if (state !== "on" || !callsOf(plan.task).some((call) => needs(call.module, call.capability))) continue;
    if (!(await uses(person))) continue;
    const where = plan.place.kind === "channel" ? ` in ${placeName(plan.place)}` : "";
    if (isHidden(plan.place, person)) hidden.schedules += 1;
    else schedules.push(`*${inert(plan.title)}*${where}`);
  }
  const watches: string[] = [];
  for (const code of (await own.watches.codes()).slice(0, MOST_WATCHES)) {
    const watch = await own.watches.byCode(code);
    if (watch === undefined) continue;
    const { plan, person } = watch;
    if (!needs(plan.module, plan.capability) || !(await uses(person))) continue;
    if (isHidden(plan.place, person)) hidden.watches += 1;
    else watches.push(`the watch for *${inert(plan.title)}*`);
  }
  const commands = modules.flatMap(({ capabilities }) => capabilities.flatMap((one) => commandOf(one, platform)));
  return [
    ...clipped(schedules, "schedule"),
    ...ofOthers(hidden.schedules, "schedule"),
    ...clipped(watches, "watch"),
    ...ofOthers(hidden.watches, "watch"),
    ...clipped(commands, "command"),
  ];
}

/** The shortest of the sentences that a capability is asked for by, as it can be typed. */
function commandOf({ examples }: { readonly examples: readonly string[] }, platform: Platform): string[] {
  const plain = examples.map((one) => one.replaceAll(/`|,? please\b/gi, "").trim());
  const [shortest] = plain.toSorted((one, other) => one.length - other.length);
  // Only Slack takes any words behind the command.
  return shortest === undefined ? [] : [`\`${platform === "slack" ? "/nexus " : ""}${inert(shortest)}\``];
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
  return [...names.slice(0, MOST_NAMED), `${more} more ${severalOf(what)}`];
}

function ofOthers(count: number, what: string): string[] {
  if (count === 0) return [];
  return [
    count === 1
      ? `a ${what} that somebody keeps to themselves`
      : `${count} ${severalOf(what)} that people keep to themselves`,
  ];
}

function severalOf(what: string): string {
  return what === "watch" ? "watches" : `${what}s`;
}
