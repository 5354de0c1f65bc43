/** Four words of 32 bits from any seed (FNV-1a, differently started). */
export function seedWords(seed: string): [number, number, number, number] {
  const word = (start: number): number => {
    let value = start;
    for (let index = 0; index < seed.length; index += 1) value = Math.imul(value ^ seed.charCodeAt(index), 16_777_619);
    return value >>> 0;
  };
  return [word(0x811c9dc5), word(0x9e3779b9), word(0x243f6a88), word(0xb7e15162)];
}
