import { z } from "zod";

/** What the parent tells a runner. */
export type ToRunner =
  /** Makes ready for a bundle: a new isolate, whatever was there is thrown away. */
  | { readonly type: "load"; readonly code: readonly CodeFile[]; readonly memoryMib: number }
  | ({ readonly type: "call" } & WireCall)
  | { readonly type: "answer"; readonly call: number; readonly ask: number; readonly text: string };

/** One file of a bundle: its path and its JavaScript. */
export type CodeFile = readonly [path: string, code: string];

/** One call, ready to travel: whatever reaches the isolate is text or a number. */
export interface WireCall {
  readonly call: number;
  readonly capability: string;
  readonly input: string;
  readonly settings: string;
  readonly nowMs: number;
  readonly seed: string;
  readonly timeoutMs: number;
}

const call = z.int();

/** How the runner says a call ended. */
export const Ended = z.discriminatedUnion("status", [
  z.object({ status: z.literal("completed"), output: z.string(), cpuMs: z.number() }),
  z.object({ status: z.literal("failed"), message: z.string().max(4000) }),
  z.object({ status: z.literal("timeout") }),
  z.object({ status: z.literal("resources"), what: z.enum(["memory", "output", "calls"]) }),
]);
export type Ended = z.infer<typeof Ended>;

/** What a runner tells the parent. It holds strange code, so it is read through this and not believed. */
export const FromRunner = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  z.object({ type: z.literal("ask"), call, ask: z.int(), verb: z.string(), args: z.string() }),
  z.object({ type: z.literal("log"), call, text: z.string() }),
  z.object({ type: z.literal("overrun"), call, what: z.enum(["calls", "output"]) }),
  /** With `idle`, nothing of the call runs any more and the next may come. */
  z.object({ type: z.literal("ended"), call, ended: Ended, idle: z.boolean().exactOptional() }),
  /** Nothing of the last call runs any more and the next may come, when `ended` could not say so yet. */
  z.object({ type: z.literal("idle") }),
]);
export type FromRunner = z.infer<typeof FromRunner>;
