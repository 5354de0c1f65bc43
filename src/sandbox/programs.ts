import type { Engines } from "./engines/engines.ts";
import { inspectorProgram } from "./inspect/inspector.ts";
import type { Program } from "./launch/program.ts";

/** Every program that is ever run in a fenced process. */
export function listPrograms(engines: Engines): readonly Program[] {
  return [...Object.values(engines.named).map(({ program }) => program), inspectorProgram()];
}
