import { createHash } from "node:crypto";
import { z } from "zod";
import { Fence } from "#core/contract/validation.ts";
import type { Program } from "#sandbox/launch/program.ts";

/** What NEXUS tells the runner service on a connection, which stands for one process. */
export const ToService = z.discriminatedUnion("type", [
  /** A program by its name: the service runs its own and takes none. */
  z.object({ type: z.literal("start"), program: z.string().max(64) }),
  z.object({ type: z.literal("message"), message: z.unknown() }),
  /** `watch` numbers the limits, so that a peak is not taken for that of a later one. */
  z.object({ type: z.literal("limit"), watch: z.int(), capMib: z.number().positive().optional() }),
  z.object({ type: z.literal("kill") }),
]);
export type ToService = z.infer<typeof ToService>;

/** What the runner service tells NEXUS. */
export const FromService = z.discriminatedUnion("type", [
  /** First on every connection: which build it runs, and what stands around each of its programs. */
  z.object({ type: z.literal("hello"), build: z.string().max(64), fences: z.record(z.string(), z.array(Fence)) }),
  z.object({ type: z.literal("refused"), why: z.string().max(300) }),
  /** The process's own word: strange code's, to whoever reads it. */
  z.object({ type: z.literal("message"), message: z.unknown() }),
  z.object({ type: z.literal("peak"), watch: z.int(), mib: z.number() }),
  z.object({ type: z.literal("exit"), why: z.enum(["exit", "memory"]), detail: z.string().max(300) }),
]);
export type FromService = z.infer<typeof FromService>;

/** Names a build by what its programs do: two releases whose runners speak differently never work together. */
export function buildOf(programs: readonly Program[]): string {
  const hash = createHash("sha256");
  const inOrder = [...programs].sort((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, script, args } of inOrder) hash.update(JSON.stringify([name, script, args]));
  return hash.digest("hex").slice(0, 12);
}
