import { expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { clientOf, slackWithKim, startBolt } from "./kit.ts";

test("an event that was sent when the connection broke comes again on the next one", async () => {
  const slack = await slackWithKim();
  const first = await open(slack.appToken, slack);
  const posted = slack.post({ channel: "C0OPS", user: "U0KIM", text: "are you there?" });
  await vi.waitUntil(() => first.frames.length === 2);
  slack.dropSockets();
  const second = await open(slack.appToken, slack);
  await vi.waitUntil(() => second.frames.length === 2);
  expect(second.frames[1]).toMatchObject({ type: "events_api", retry_attempt: 1, retry_reason: "connection_failed" });
  second.ack();
  expect(await posted).toMatchObject({ late: false });
});

test("a rotation asks for a new connection, and events arrive on either", async () => {
  const slack = await slackWithKim();
  const old = await open(slack.appToken, slack);
  slack.rotate();
  await vi.waitUntil(() => old.frames.some((frame) => frame["reason"] === "refresh_requested"));
  const fresh = await open(slack.appToken, slack);
  const posted = [1, 2].map((n) => slack.post({ channel: "C0OPS", user: "U0KIM", text: `message ${n}` }));
  await vi.waitUntil(() => [old, fresh].every(({ frames }) => frames.some(({ type }) => type === "events_api")));
  old.ack();
  fresh.ack();
  await Promise.all(posted);
  expect(slack.acks).toHaveLength(2);
});

test("each event may come several times, and again long after", async () => {
  const slack = await slackWithKim({ deliveries: () => 3, events: ["message.channels"] });
  const heard: unknown[] = [];
  await startBolt(slack, "socket", (app) => app.message(async ({ body }) => void heard.push(body.event_id)));
  const { eventIds } = await slack.post({ channel: "C0OPS", user: "U0KIM", text: "once" });
  await slack.redeliver(eventIds[0] ?? "", { times: 2, retryAttempt: 0 });
  await vi.waitUntil(() => heard.length === 5);
  expect(new Set(heard)).toEqual(new Set(eventIds));
});

test("nothing arrives while the sockets are paused, and all of it after", async () => {
  const slack = await slackWithKim();
  const heard: unknown[] = [];
  await startBolt(slack, "socket", (app) => app.message(async ({ message }) => void heard.push(message.ts)));
  slack.pauseSockets();
  const posted = slack.post({ channel: "C0OPS", user: "U0KIM", text: "later" });
  await clientOf(slack).auth.test();
  expect(heard).toEqual([]);
  slack.resumeSockets();
  const { ts } = await posted;
  await vi.waitUntil(() => heard.length === 1);
  expect(heard).toEqual([ts]);
});

test("an eleventh connection is turned away, and so is a ticket that was used", async () => {
  const slack = await slackWithKim();
  for (let each = 0; each < 10; each += 1) await open(slack.appToken, slack);
  const eleventh = await open(slack.appToken, slack);
  expect(eleventh.frames[0]).toMatchObject({ type: "disconnect", reason: "too_many_websockets" });
  expect(slack.connections).toBe(10);
  expect(slack.refusals).toMatchObject([{ error: "too_many_websockets" }]);
  const again = new WebSocket(eleventh.url);
  const refused = Promise.withResolvers<string>();
  again.on("error", (error) => refused.resolve(error.message));
  expect(await refused.promise).toContain("404");
});

/** A socket that acknowledges only when told to. */
async function open(appToken: string, slack: Parameters<typeof clientOf>[0]) {
  const { url = "" } = await clientOf(slack, appToken).apps.connections.open();
  const socket = new WebSocket(url);
  const frames: Record<string, unknown>[] = [];
  socket.on("message", (data) => frames.push(JSON.parse(Buffer.isBuffer(data) ? data.toString("utf8") : "{}")));
  socket.on("error", () => socket.terminate());
  await vi.waitUntil(() => frames.length > 0);
  const ack = () => {
    for (const { envelope_id } of frames) if (envelope_id !== undefined) socket.send(JSON.stringify({ envelope_id }));
  };
  return { frames, ack, url };
}
