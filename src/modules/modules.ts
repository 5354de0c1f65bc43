import type { HostModule } from "#core/contract/module.ts";
import { createCalendar } from "./calendar/index.ts";

/** The modules that come with NEXUS and run in the sandbox, by folder. */
export const SANDBOXED_MODULES: readonly URL[] = [
  new URL("./finance/", import.meta.url),
  new URL("./weather/", import.meta.url),
  new URL("./gaming/", import.meta.url),
  new URL("./showroom/", import.meta.url),
];

/** The modules that need a library of the host. Each is argued in docs/decisions. */
export function createHostModules(): HostModule[] {
  return [createCalendar()];
}
