import type { Config } from "#config.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { Sandbox } from "#core/contract/sandbox.ts";
import { FENCES } from "#core/contract/validation.ts";
import { createLog } from "#core/telemetry/log.ts";
import { readVersion } from "#core/telemetry/version.ts";
import { createEngines } from "#sandbox/engines/engines.ts";
import type { Launcher } from "#sandbox/launch/cell.ts";
import { checkMinimum } from "#sandbox/launch/minimum.ts";
import { createSandbox, DEFAULT_MINIMUM, openLauncher } from "#sandbox/sandbox.ts";

/**
 * What starts the processes that modules are looked at and run in, as the service would have it.
 * @throws NexusError sandbox_too_weak naming the fences that are demanded and down
 */
export async function openWorkshop({ sandbox }: Config): Promise<Launcher> {
  const engines = createEngines();
  await using stack = new AsyncDisposableStack();
  const launcher = stack.use(openLauncher(sandbox.socket, engines));
  await launcher.ready();
  const missing = checkMinimum(launcher.fences(engines.scripts.program), sandbox.minimum ?? DEFAULT_MINIMUM);
  if (missing.length > 0) {
    const names = missing.map(({ name }) => FENCES[name]).join(", ");
    const causes = [...new Set(missing.flatMap(({ why }) => why ?? []))].join("; ");
    const say = `Modules cannot be run here without these fences: ${names}${causes && ` (${causes})`}.`;
    throw new NexusError("sandbox_too_weak", say, { say });
  }
  stack.move();
  return launcher;
}

/** The sandbox of the service, with no more runners than one author keeps busy. Closes `launcher` with itself. */
export function openSandbox({ runners, sandbox }: Config, launcher: Launcher): Sandbox {
  const log = createLog({ level: "silent", destination: 1 });
  const { minimum } = sandbox;
  return createSandbox({ launcher, minimum, runners: Math.min(runners, 2), spares: 1, version: readVersion(), log });
}
