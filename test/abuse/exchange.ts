import type { EgressCode } from "#core/contract/module.ts";
import { type Asked, type BrokerWorld, openBrokerWorld, SECRET } from "./broker-world.ts";

/** One attempt on the broker, by a module or by a source. */
export interface Exchange {
  /** As in the catalogue of attacks; kinds that are not in it have names of their own. */
  readonly id: string;
  /** What is tried. */
  readonly attack: string;
  /** What the module is told: `ok` for an answer. */
  readonly ends: EgressCode | "ok";
  /** How many requests come as far as the source. */
  readonly reached: number;
  go(world: BrokerWorld): Promise<Asked>;
  /** What else must be true of it; a sentence when it is not. */
  readonly also?: (asked: Asked, world: BrokerWorld) => string | undefined;
}

/**
 * Tries an exchange in a world of its own.
 * @returns how it ended, and every way in which that is not as it must be
 */
export async function tryExchange(exchange: Exchange): Promise<{ ended: string; problems: readonly string[] }> {
  await using world = await openBrokerWorld();
  const asked = await exchange.go(world);
  const { result, record } = asked;
  const ended = result.ok ? "ok" : result.code;
  const problems: string[] = [];
  if (ended !== exchange.ends) problems.push(`ended as ${ended}${result.ok ? "" : ` (${result.detail})`}`);
  if (world.seen.length !== exchange.reached) problems.push(`${world.seen.length} requests came to the source`);
  if (record.outcome !== (result.ok ? result.status : result.code)) problems.push(`recorded as ${record.outcome}`);
  if ((ended === "denied") !== world.log().includes("a request was refused")) problems.push("the log tells otherwise");
  if (JSON.stringify([asked, world.log()]).includes(JSON.stringify(SECRET).slice(1, -1))) {
    problems.push("the credential came out");
  }
  const sentTo = world.seen.filter(({ headers, path, body }) => JSON.stringify([headers, path, body]).includes(SECRET));
  if (sentTo.some(({ host }) => host !== "api.example.com")) problems.push("the credential went to another host");
  const more = exchange.also?.(asked, world);
  if (more !== undefined) problems.push(more);
  return { ended, problems };
}
