/** 2015-01-01T00:00:00Z, where Discord's ids begin: https://docs.discord.com/developers/reference#snowflakes */
const EPOCH_MS = 1_420_070_400_000n;

/** When a thing of Discord's was made, which its id tells; Unix ms. */
export function snowflakeMs(id: string): number {
  return Number((BigInt(id) >> 22n) + EPOCH_MS);
}

/** The smallest id a thing made at that moment can have. */
export function snowflakeAt(ms: number): string {
  const sinceEpoch = BigInt(Math.floor(ms)) - EPOCH_MS;
  return String((sinceEpoch < 0n ? 0n : sinceEpoch) << 22n);
}

/** Whether one id is of an earlier thing than another: ids are too large for a number, and differ in length. */
export function isOlder(id: string, than: string): boolean {
  return BigInt(id) < BigInt(than);
}
