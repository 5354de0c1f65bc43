import { createHash } from "node:crypto";

/** The numbers a seed stands for, in [0, 1): for replays, never for secrets. */
export function createSeededRandom(seed: string): () => number {
  let count = 0;
  return () => {
    count += 1;
    return createHash("sha256").update(`${count}:${seed}`).digest().readUInt32BE(0) / 4_294_967_296;
  };
}
