import { asNexusError, NexusError } from "#core/contract/errors.ts";
import type { FrontEnd, StatusLine } from "#core/contract/door.ts";
import type { Sandbox } from "#core/contract/sandbox.ts";
import type { Registry } from "#core/registry/registry.ts";
import type { Store } from "#core/store/store.ts";

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
}

export interface Health {
  readonly ready: boolean;
  readonly checks: readonly Check[];
  /** Names of the degraded modes NEXUS is in. */
  readonly degraded: readonly string[];
}

export interface HealthDeps {
  readonly store: Pick<Store, "ping">;
  readonly sandbox: Pick<Sandbox, "check">;
  readonly doors: () => readonly FrontEnd[];
  /** What the composition root knows of its parts; those that fail are degraded modes. */
  readonly surroundings: () => readonly StatusLine[];
}

/** Whether NEXUS can do its work: each part asked, with what it says, and the degraded modes by name. */
export async function checkHealth(deps: HealthDeps, registry: Registry, signal: AbortSignal): Promise<Health> {
  const checks: Check[] = [];
  const check = async (name: string, work: () => Promise<string>): Promise<void> => {
    try {
      checks.push({ name, ok: true, detail: await work() });
    } catch (error) {
      checks.push({ name, ok: false, detail: asNexusError(error).say });
    }
  };
  await check("store", async () => {
    await deps.store.ping();
    return "answers";
  });
  await check("sandbox", async () => {
    const { ok, detail } = await deps.sandbox.check(signal);
    if (!ok) throw new NexusError("sandbox_unavailable", detail, { say: detail });
    return detail;
  });
  const doors = deps.doors().map(({ platform }) => platform);
  checks.push({ name: "doors", ok: doors.length > 0, detail: doors.length > 0 ? doors.join(", ") : "none is open" });
  const down = registry.modules().filter(({ breaker }) => breaker === "open");
  return {
    ready: checks.every(({ ok }) => ok),
    checks,
    degraded: [
      "no model",
      ...down.map(({ manifest }) => `module down: ${manifest.name}`),
      ...deps
        .surroundings()
        .filter(({ state }) => state === "failing")
        .map(({ name, detail }) => `${name}: ${detail}`),
    ],
  };
}
