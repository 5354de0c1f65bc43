import { MAIN_CHANNEL } from "#bot/console/door.ts";
import { readConfig } from "#config.ts";
import { NexusError } from "#core/contract/errors.ts";
import { connectToRunning } from "./running.ts";
import { attendance, talk } from "./terminal.ts";

/** Talks to the NEXUS that is already running. @returns the exit status */
export async function attachConsole({ plain }: { readonly plain: boolean }): Promise<number> {
  const config = readConfig();
  const reconnect = () => connectToRunning(config);
  const duplex = await reconnect().catch((cause: unknown) => {
    throw new NexusError("not_running", `no console socket in ${config.dataDir}`, { cause });
  });
  const mode = attendance() === "person" ? "interactive" : "piped";
  const { exitCode } = await talk(config, { duplex, reconnect, mode, channel: MAIN_CHANNEL, plain });
  return exitCode;
}
