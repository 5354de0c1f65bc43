import { z } from "zod";
import type { DoorMemory } from "#core/contract/door.ts";
import type { Clock } from "#core/contract/ports.ts";
import type { Confirmation } from "./render/rendering.ts";

const Kept = z.object({ title: z.string(), text: z.string(), ok: z.string(), atMs: z.number() });

/** Keeps what is to be asked before a press counts: it may be pressed after a restart, and has no room in the button. */
export async function keepConfirmations(
  memory: DoorMemory,
  confirmations: ReadonlyMap<string, Confirmation>,
  clock: Clock,
): Promise<void> {
  for (const [token, { title, text, ok }] of confirmations) {
    await memory.set(PREFIX + token, { title, text, ok, atMs: clock().getTime() });
  }
}

/** What is to be asked before a press of this token counts; undefined when that is no longer known. */
export async function readConfirmation(memory: DoorMemory, token: string): Promise<Confirmation | undefined> {
  return Kept.safeParse(await memory.get(PREFIX + token)).data;
}

/** Forgets what nobody will press any more. */
export async function forgetConfirmations(memory: DoorMemory, clock: Clock): Promise<void> {
  const before = clock().getTime() - KEPT_MS;
  for (const key of await memory.keys(PREFIX)) {
    const kept = Kept.safeParse(await memory.get(key)).data;
    if (kept === undefined || kept.atMs < before) await memory.delete(key);
  }
}

const PREFIX = "confirm:";
const KEPT_MS = 30 * 24 * 60 * 60_000;
