import { asNexusError } from "#core/contract/errors.ts";
import { drawMoments } from "#core/contract/moment.ts";
import type { FrontEnd, StatusLine } from "#core/contract/door.ts";
import type { OrgId } from "#core/contract/ids.ts";
import type { Sandbox, SandboxHealth } from "#core/contract/sandbox.ts";
import type { Fence } from "#core/contract/validation.ts";
import type { ModelReport } from "#core/llm/model-report.ts";
import type { Registry } from "#core/registry/registry.ts";
import type { Store } from "#core/store/store.ts";

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string;
  /** What stands around modules; of the sandbox only. */
  readonly fences?: readonly Fence[];
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
  readonly models: () => ModelReport;
}

/**
 * Whether NEXUS can do its work: each part asked, with what it says, and the degraded modes by name.
 * @param org whose modules are told of; left out, everybody's, which is for the operator alone
 */
export async function checkHealth(
  deps: HealthDeps,
  registry: Pick<Registry, "modules" | "everyModule" | "notLoaded">,
  signal: AbortSignal,
  org?: OrgId,
): Promise<Health> {
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
  const { ok, detail, fences, missing } = await askSandbox(deps, signal);
  checks.push({ name: "sandbox", ok, detail, fences });
  const doors = deps.doors().map(({ platform }) => platform);
  checks.push({ name: "doors", ok: doors.length > 0, detail: doors.length > 0 ? doors.join(", ") : "none is open" });
  const models = deps.models();
  // Without a model NEXUS still does its work: that is a degraded mode, and no reason to send nobody to it.
  checks.push({ name: "models", ok: true, detail: forPrograms(models.lines.map(lineText).join("; ")) });
  const modules = org === undefined ? registry.everyModule() : registry.modules(org);
  const down = new Set(modules.flatMap(({ breaker, manifest }) => (breaker === "open" ? [manifest.name] : [])));
  const unread = notLoadedText(registry, org);
  return {
    ready: checks.every(({ ok }) => ok),
    checks,
    degraded: [
      ...models.degraded,
      ...missing.map(({ name }) => `installed modules do not run: the fence ${name} is down`),
      ...[...down].map((name) => `module down: ${name}`),
      ...(unread === undefined ? [] : [`installed modules: ${unread}`]),
      ...deps
        .surroundings()
        .filter(({ state }) => state === "failing")
        .map(lineText),
    ].map(forPrograms),
  };
}

/** What is installed and is not run, in one line; undefined when there is nothing of that kind. */
export function notLoadedText(registry: Pick<Registry, "notLoaded">, org?: OrgId): string | undefined {
  const theirs = registry.notLoaded().filter((one) => org === undefined || one.org === undefined || one.org === org);
  if (theirs.length === 0) return undefined;
  return `not loaded: ${theirs.map(({ module, why }) => `${plain(module)} (${plain(why)})`).join(", ")}`;
}

/** Kept text, which may have been damaged: never more than a short line. */
function plain(text: string): string {
  return text.replace(/[^\p{L}\p{N}\p{P} ]/gu, "?").slice(0, 120);
}

function lineText({ name, detail }: StatusLine): string {
  return `${name}: ${detail}`;
}

/** Programs read times as ISO 8601 has them. */
function forPrograms(text: string): string {
  return drawMoments(text, (at) => at.toISOString());
}

async function askSandbox(deps: HealthDeps, signal: AbortSignal): Promise<SandboxHealth> {
  try {
    return await deps.sandbox.check(signal);
  } catch (error) {
    return { ok: false, detail: asNexusError(error).say, engine: { name: "v8" }, fences: [], missing: [] };
  }
}
