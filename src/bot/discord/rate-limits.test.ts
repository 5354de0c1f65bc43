import { expect, test, vi } from "vitest";
import { say, startScripted, TOWN } from "#test/discord-kit.ts";

const { general, ada, bob, guild } = TOWN;
const SEND = "POST /channels/{channel_id}/messages";
const unlimited = new AbortController().signal;

/** Ada and Bob have asked something, each in a channel of their own, that the test answers itself. */
async function twoChannels() {
  const house = await startScripted(() => undefined);
  const { discord } = house;
  const ops = discord.addChannel({ guild, name: "ops" }).id;
  discord.post({ channel: general, user: ada, text: "go", mentionsBot: true });
  await vi.waitUntil(() => house.inbounds.length === 1);
  discord.post({ channel: ops, user: bob, text: "go", mentionsBot: true });
  await vi.waitUntil(() => house.inbounds.length === 2);
  const [inGeneral, inOps] = house.inbounds;
  if (inGeneral === undefined || inOps === undefined) throw new Error("nobody was heard");
  return {
    house,
    discord,
    answerAda: () => house.door.deliver(house.outbound(inGeneral, say("For Ada.")), unlimited),
    answerBob: () => house.door.deliver(house.outbound(inOps, say("For Bob.")), unlimited),
    sends: () => discord.calls.filter(({ method, path }) => method === "POST" && path.endsWith("/messages")),
  };
}

test("manner 42: a channel in which Discord asks to wait does not delay an answer in another", async () => {
  const { house, discord, answerAda, answerBob, sends } = await twoChannels();
  await using _ = house;
  discord.rateLimit(SEND, { times: 1, retryAfterMs: 2_000 });
  const limited = answerAda();
  await vi.waitUntil(() => sends().length === 1);
  await answerBob();
  expect(sends().map(({ status }) => status)).toEqual([429, 200]);
  await limited;
  expect(sends().map(({ status }) => status)).toEqual([429, 200, 200]);
  expect(discord.messages(general).at(-1)?.content).toBe("For Ada.");
  expect(discord.refusals).toEqual([]);
});

test("manner 42: when Discord asks to wait everywhere nobody is sent anything, and the queue is told", async () => {
  const { house, discord, answerAda, answerBob, sends } = await twoChannels();
  await using _ = house;
  discord.rateLimit(SEND, { times: 1, retryAfterMs: 60_000, global: true });
  const told = { code: "rate_limited", retryable: true };
  await expect(answerAda()).rejects.toMatchObject(told);
  await expect(answerBob()).rejects.toMatchObject(told);
  expect(sends().map(({ status }) => status)).toEqual([429]);
  expect(discord.refusals).toEqual([]);
});
