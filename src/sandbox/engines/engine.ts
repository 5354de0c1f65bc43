import type { Bundle } from "#core/contract/module.ts";
import type { EngineName } from "#core/contract/validation.ts";
import type { Program } from "#sandbox/launch/program.ts";

/**
 * A way to run a module's code: the program of a runner process that speaks the messages of `wire.ts`. What a module can
 * see and do is the same in each.
 */
export interface Engine {
  readonly name: EngineName;
  readonly program: Program;
  /** Whether calls of a bundle have one heap, each in a context of its own. Else each has a memory of its own. */
  readonly sharesHeap: boolean;
  /** Why it cannot run this bundle; undefined when it can. */
  refuses(bundle: Pick<Bundle, "code" | "wasm">): string | undefined;
}
