import { includesRole, type Role } from "#core/contract/gate.ts";
import type { OrgId, PersonId } from "#core/contract/ids.ts";
import { type Actor, channelOf, type Conversation } from "#core/contract/message.ts";
import type { Clock } from "#core/contract/ports.ts";
import { MATRIX } from "#core/contract/permission.ts";
import type { Part, Reply } from "#core/contract/reply.ts";
import { toUnits, unitsText } from "#core/contract/run-units.ts";
import type { Approval } from "#core/approval/approval.ts";
import type { Rights } from "#core/auth/rights.ts";
import type { Roles } from "#core/auth/roles.ts";
import type { Vault } from "#core/credentials/vault.ts";
import type { Metering } from "#core/metering/metering.ts";
import { leftText } from "#core/metering/words.ts";
import { buttons, createComposer } from "#core/orchestrator/compose.ts";
import { decidable, gateParts } from "./orchestrator/approvals/gate-list.ts";
import { examples } from "#core/orchestrator/help.ts";
import { isOutsider, outsiderReply } from "./orchestrator/people/outsider.ts";
import { ALLOWS, aRole } from "./orchestrator/people/rights.ts";
import { titleCase } from "#core/orchestrator/title-case.ts";
import type { TokenReader } from "#core/orchestrator/token.ts";
import type { Registry } from "#core/registry/registry.ts";
import type { Person, Store } from "#core/store/store.ts";

export interface HomeDeps {
  readonly store: Store;
  readonly registry: Pick<Registry, "modules">;
  readonly vault: Vault;
  readonly roles: Roles;
  readonly rights: Pick<Rights, "usable">;
  readonly approval: Approval;
  readonly tokens: TokenReader;
  readonly metering: Pick<Metering, "usage" | "standings" | "today">;
  readonly clock: Clock;
}

/**
 * Makes `DoorCore.home`: what waits for this person, which sources are connected, what to say, and what it has cost. All
 * of it by the role they have now, and nothing of anybody else.
 */
export function createHome(deps: HomeDeps) {
  return async (actor: Actor, conversation: Conversation): Promise<Reply> => {
    if (isOutsider(actor)) return outsiderReply();
    const who = await deps.store.people.identify(actor);
    await deps.store.forOrg(who.org).memberships.saw(who.person, actor, deps.clock());
    const role = await deps.roles.roleOf(who.org, who.person);
    const summary = `You are ${aRole(role)} here: ${ALLOWS[role]}.`;
    const gates = await decidable(deps, who.org, who.person);
    const waiting: Part[] =
      gates.length === 0 ? [] : [heading("Waiting for You"), ...gateParts(deps, gates, conversation)];
    return {
      summary,
      parts: [
        { type: "text", markdown: summary },
        ...waiting,
        ...(await sourceParts(deps, who.org, role, conversation)),
        ...(await exampleParts(deps, who, conversation)),
        ...(await usageParts(deps, who, role)),
      ],
      visibility: "only_actor",
    };
  };
}

function heading(text: string): Part {
  return { type: "heading", text };
}

/** No row of buttons holds more on any platform. */
const MOST_BUTTONS = 5;

async function sourceParts(deps: HomeDeps, org: OrgId, role: Role, place: Conversation): Promise<Part[]> {
  const present = new Set((await deps.vault.list(org)).map(({ name }) => name));
  const sources = (await modulesOn(deps, org)).flatMap((manifest) =>
    manifest.credentials.map((need) => ({ manifest, need, isConnected: present.has(need.name) })),
  );
  if (sources.length === 0) return [];
  const now = deps.clock();
  const composer = createComposer(deps.tokens, place, now);
  const missing = includesRole(role, "admin") ? sources.filter(({ isConnected }) => !isConnected) : [];
  const connect = missing.slice(0, MOST_BUTTONS).map(({ manifest, need }) =>
    composer.button(titleCase(`Connect ${need.title}`), {
      verb: "con",
      module: manifest.name,
      credential: need.name,
    }),
  );
  await deps.store.forOrg(org).actions.add(place.key, composer.minted);
  const items = sources.map(({ need, isConnected }) => ({
    label: need.title,
    value: isConnected ? "connected" : "not connected",
  }));
  return [heading("Sources"), { type: "fields", items }, ...buttons(connect)];
}

async function exampleParts(deps: HomeDeps, { org, person }: Person, place: Conversation): Promise<Part[]> {
  const theirs = await deps.rights.usable({ org, person, channel: channelOf(place) }, await modulesOn(deps, org));
  const abilities = theirs.map((manifest) => ({ manifest, missing: [] }));
  return [heading("Try"), { type: "text", markdown: examples(abilities, place).join("\n") }];
}

/** What this month has seen: of the person, and of all for whoever answers for it; and what is left of their limits. */
async function usageParts(deps: HomeDeps, { org, person }: Person, role: Role): Promise<Part[]> {
  const { metering } = deps;
  const { day, monthStart } = metering.today();
  const words = async (of: { person?: PersonId }): Promise<string> => {
    const lines = await metering.usage(org, { from: monthStart, to: day, by: "day", ...of });
    const uses = lines.reduce((sum, line) => sum + line.uses, 0);
    const milli = lines.reduce((sum, { units }) => sum + Math.round(units * 1_000), 0);
    return `${uses} ${uses === 1 ? "answer" : "answers"}, ${unitsText(toUnits(milli))}`;
  };
  const items = [{ label: "You", value: await words({ person }) }];
  if (MATRIX[role].has("usage.read")) items.push({ label: "Everybody here", value: await words({}) });
  for (const standing of await metering.standings(org, { person })) {
    items.push({ label: standing.scope === "person" ? "Your limit" : "Everybody's limit", value: leftText(standing) });
  }
  return [heading("This Month"), { type: "fields", items }];
}

async function modulesOn(deps: HomeDeps, org: OrgId) {
  const off = await deps.store.forOrg(org).moduleStates.off();
  return deps.registry
    .modules(org)
    .map(({ manifest }) => manifest)
    .filter(({ name }) => !off.has(name));
}
