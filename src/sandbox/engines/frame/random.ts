import { seedWords } from "./seed-words.ts";

let state: readonly [number, number, number, number] = [1, 2, 3, 4];

/** Seeds `random`: the same text gives the same numbers in every engine. */
export function setSeed(seed: string): void {
  state = seedWords(seed);
}

/** The next number in [0, 1). sfc32: small, fast and good enough for samples and shuffles; never for secrets. */
export function random(): number {
  const [a, b, c, counter] = state;
  const sum = (a + b + counter) | 0;
  state = [b ^ (b >>> 9), (c + (c << 3)) | 0, (((c << 21) | (c >>> 11)) + sum) | 0, (counter + 1) | 0];
  return (sum >>> 0) / 4_294_967_296;
}
