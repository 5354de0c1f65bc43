import type { OrgId } from "#core/contract/ids.ts";
import type { Actor, Conversation } from "#core/contract/message.ts";
import type { HealthWatchDeps } from "./health-deps.ts";

/**
 * Hands what was decided to the inbox, for people to be told: where the version was asked for, or else to an admin. What
 * cannot be told to anybody yet waits.
 */
export async function tellUntold(deps: HealthWatchDeps): Promise<void> {
  for (const { org, activation } of await deps.store.untoldHealth.find(AT_ONCE)) {
    const place = await placeFor(deps, org, activation);
    if (place === undefined) continue;
    await deps.receive(org, {
      kind: "due",
      what: "module_reverted",
      id: activation,
      dedupeKeys: [`module-reverted:${activation}`],
      sentAtMs: deps.clock().getTime(),
      ...place,
    });
    await deps.store.forOrg(org).moduleHealth.told(activation);
  }
}

const AT_ONCE = 100;

async function placeFor(
  deps: HealthWatchDeps,
  org: OrgId,
  id: string,
): Promise<{ actor: Actor; conversation: Conversation } | undefined> {
  const own = deps.store.forOrg(org);
  const { gate: gateId, module } = (await own.moduleInstalls.activation(id)) ?? {};
  // What came back by itself has no request of its own; the one it came by first is told.
  const history = module === undefined ? [] : await own.moduleInstalls.history(module);
  const gates = [gateId, ...history.map((one) => one.gate)].filter((gate) => gate !== undefined);
  for (const one of gates) {
    const gate = await own.gates.get(one);
    if (gate !== undefined) return { actor: gate.authorActor, conversation: gate.conversation };
  }
  const [admin] = await deps.adminPlaces(org);
  return admin;
}
