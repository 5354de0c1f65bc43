import { expect, test, vi } from "vitest";
import type { Inbound } from "#core/contract/message.ts";
import type { Part, Reply } from "#core/contract/reply.ts";
import { CHANNEL, PERSON, type ScriptedSlack, startScriptedSlack, textReply } from "#test/slack-kit.ts";

const unlimited = new AbortController().signal;
const silent = () => undefined;

async function ask(nexus: ScriptedSlack): Promise<Inbound> {
  await nexus.slack.post({ channel: CHANNEL, user: PERSON, text: `<@${nexus.slack.botUserId}> hello` });
  await vi.waitUntil(() => nexus.inbounds.length > 0);
  const [inbound] = nexus.inbounds;
  if (inbound === undefined) throw new Error("nothing came in");
  return inbound;
}

function withFiles(contents: readonly string[], more: Partial<Reply> = {}): Reply {
  const files = contents.map((text): Part => ({
    type: "file",
    name: "list.csv",
    mimeType: "text/csv",
    text,
    description: "All rows",
  }));
  return textReply("The list.", { parts: [{ type: "text", markdown: "The list." }, ...files], ...more });
}

const uploaded = ({ slack }: ScriptedSlack) => slack.uploads.map(({ content }) => content.toString());

test("manner 28: a file for one person only never lands where others read", async () => {
  await using nexus = await startScriptedSlack(silent);
  const { slack } = nexus;
  const reply = withFiles(["you spent 5.00"], { visibility: "only_actor" });
  await nexus.door.deliver(nexus.outbound(await ask(nexus), reply), unlimited);
  const [file] = slack.uploads;
  const [place = ""] = file?.channels ?? [];
  expect(file?.channels).toHaveLength(1);
  expect(place).toMatch(/^D/);
  expect(slack.messages(place).flatMap(({ files }) => files)).toHaveLength(1);
  expect(slack.messages(CHANNEL).filter(({ isOurs }) => isOurs)).toEqual([]);
  expect(slack.ephemerals(PERSON)).toHaveLength(1);
  expect(slack.refusals).toEqual([]);
});

test("two files of one name both arrive, and neither twice after an interruption", async () => {
  await using nexus = await startScriptedSlack(silent);
  const outbound = nexus.outbound(await ask(nexus), withFiles(["first", "second"]));
  nexus.slack.faults.fail("files.completeUploadExternal", "internal_error", 1);
  await expect(nexus.door.deliver(outbound, unlimited)).rejects.toMatchObject({ retryable: true });
  expect(await nexus.door.probe(outbound, unlimited)).toEqual({ state: "absent" });
  await nexus.door.deliver(outbound, unlimited);
  expect(
    nexus.slack.uploads.filter(({ channels }) => channels.length > 0).map(({ content }) => String(content)),
  ).toEqual(["first", "second"]);
  expect(await nexus.door.probe(outbound, unlimited)).toMatchObject({ state: "delivered" });
});

test("a file whose upload was not answered is found, and not put there again", async () => {
  await using nexus = await startScriptedSlack(silent);
  const outbound = nexus.outbound(await ask(nexus), withFiles(["only"]));
  nexus.slack.faults.loseResponse("files.completeUploadExternal", 1);
  await expect(nexus.door.deliver(outbound, unlimited)).rejects.toMatchObject({ code: "upstream_unavailable" });
  expect(await nexus.door.probe(outbound, unlimited)).toMatchObject({ state: "delivered" });
  expect(uploaded(nexus)).toEqual(["only"]);
});

test("a file of an earlier reply is not taken for one of this", async () => {
  await using nexus = await startScriptedSlack(silent);
  const inbound = await ask(nexus);
  await nexus.door.deliver(nexus.outbound(inbound, withFiles(["earlier"])), unlimited);
  const outbound = nexus.outbound(inbound, withFiles(["later"]));
  nexus.slack.faults.fail("files.getUploadURLExternal", "internal_error", 1);
  await expect(nexus.door.deliver(outbound, unlimited)).rejects.toMatchObject({ retryable: true });
  expect(await nexus.door.probe(outbound, unlimited)).toEqual({ state: "absent" });
  await nexus.door.deliver(outbound, unlimited);
  expect(uploaded(nexus)).toEqual(["earlier", "later"]);
});
