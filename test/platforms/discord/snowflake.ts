/** The first millisecond of 2015, from which Discord counts. Source: https://discord.com/developers/docs/reference#snowflakes */
const DISCORD_EPOCH_MS = 1_420_070_400_000;

/** A maker of ids that carry their time and only grow, whatever the clock does. */
export function createSnowflakes(clock: () => Date): () => string {
  let last = 0n;
  return () => {
    const stamped = BigInt(clock().getTime() - DISCORD_EPOCH_MS) << 22n;
    last = stamped > last ? stamped : last + 1n;
    return last.toString();
  };
}

/** Unix ms at which an id was made. */
export function timeOf(snowflake: string): number {
  return Number(BigInt(snowflake) >> 22n) + DISCORD_EPOCH_MS;
}
