import { expect, test, vi } from "vitest";
import { PERSON, startScriptedSlack, textReply } from "#test/slack-kit.ts";
import { startSlack } from "#test/platforms/slack/slack.ts";
import { connectionTo, install } from "#test/slack-web-kit.ts";

const organisation = { id: "E0ACME", name: "Acme" };
const SECOND = "T0SECOND";

/** An organisation of two workspaces that has installed NEXUS for both at once. */
async function startOrganisation() {
  const slack = await startSlack({ organisation });
  slack.addTeam({ id: SECOND, name: "Second" });
  slack.addPerson({ id: PERSON, name: "Ana" });
  slack.addPerson({ id: "U0KIM", name: "Kim", team: SECOND });
  slack.addChannel({ id: "C0ONE", name: "one", kind: "channel", members: [PERSON] });
  slack.addChannel({ id: "C0TWO", name: "two", kind: "channel", members: ["U0KIM"], team: SECOND });
  const connection = await connectionTo(slack);
  const nexus = await startScriptedSlack(() => textReply("Here you are."), { slack, connection });
  const origin = `http://127.0.0.1:${connection.port}`;
  await install(origin);
  await slack.useHttp(`${origin}/slack/events`);
  return {
    slack,
    nexus,
    async [Symbol.asyncDispose]() {
      await nexus[Symbol.asyncDispose]();
      await slack[Symbol.asyncDispose]();
    },
  };
}

test("an organisation installs NEXUS once, and each of its workspaces is a tenant of its own", async () => {
  await using acme = await startOrganisation();
  const { slack, nexus } = acme;
  expect([...nexus.memory.secrets.keys()]).toEqual([`installation:${organisation.id}`]);
  const mention = `<@${slack.botUserId}> hello`;
  const { ts: one } = await slack.post({ channel: "C0ONE", user: PERSON, text: mention });
  const { ts: two } = await slack.post({ channel: "C0TWO", user: "U0KIM", text: mention });
  await vi.waitUntil(() => nexus.delivered.length === 2);
  expect(nexus.inbounds.map(({ actor }) => actor.tenantId)).toEqual([slack.teamId, SECOND]);
  expect(slack.thread("C0ONE", one).at(-1)?.text).toBe("Here you are.");
  expect(slack.thread("C0TWO", two).at(-1)?.text).toBe("Here you are.");
  const posts = slack.calls.filter(({ method }) => method === "chat.postMessage");
  expect(posts.map(({ teamId }) => teamId)).toEqual([slack.teamId, SECOND]);
  // What names no channel says which workspace it is about, since the token does not.
  const [inbound] = nexus.inbounds;
  if (inbound === undefined) throw new Error("nothing came in");
  await nexus.door.resolve?.(inbound.actor, inbound.conversation, new AbortController().signal);
  expect(slack.calls.filter(({ method }) => method === "users.info")).toMatchObject([{ teamId: slack.teamId }]);
  expect(slack.refusals).toEqual([]);
});

test("a command and a press of an organisation's workspace are answered there", async () => {
  await using acme = await startOrganisation();
  const { slack, nexus } = acme;
  await slack.slash({ command: "/nexus", text: "status", channel: "C0TWO", user: "U0KIM" });
  await vi.waitUntil(() => slack.ephemerals("U0KIM").length === 1);
  expect(nexus.inbounds[0]).toMatchObject({ actor: { tenantId: SECOND }, conversation: { tenantId: SECOND } });
  expect(slack.refusals).toEqual([]);
});

test("a workspace nobody is known to have installed NEXUS in is never answered with another's token", async () => {
  await using acme = await startOrganisation();
  const { slack, nexus } = acme;
  await slack.post({ channel: "C0ONE", user: PERSON, text: `<@${slack.botUserId}> hello` });
  await vi.waitUntil(() => nexus.delivered.length === 1);
  const [inbound] = nexus.inbounds;
  if (inbound === undefined) throw new Error("nothing came in");
  const conversation = { ...inbound.conversation, tenantId: "T0STRANGE" };
  const before = slack.calls.length;
  const sending = nexus.door.deliver(
    nexus.outbound({ ...inbound, conversation }, textReply("hi")),
    new AbortController().signal,
  );
  await expect(sending).rejects.toMatchObject({ code: "upstream_unavailable" });
  expect(slack.calls.slice(before).filter(({ method }) => method === "chat.postMessage")).toEqual([]);
});

test("an organisation that removes NEXUS loses its tokens here, and all its workspaces are left", async () => {
  await using acme = await startOrganisation();
  const { slack, nexus } = acme;
  await slack.post({ channel: "C0ONE", user: PERSON, text: `<@${slack.botUserId}> hello` });
  await slack.post({ channel: "C0TWO", user: "U0KIM", text: `<@${slack.botUserId}> hello` });
  await vi.waitUntil(() => nexus.delivered.length === 2);
  await slack.uninstall();
  await vi.waitUntil(() => nexus.memory.secrets.size === 0);
  await vi.waitUntil(() => nexus.left.length > 1);
  expect(new Set(nexus.left)).toEqual(new Set([slack.teamId, SECOND]));
});
