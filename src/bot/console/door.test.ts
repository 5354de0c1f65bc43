import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import type { Duplex } from "node:stream";
import { expect, test, vi } from "vitest";
import { NexusError } from "#core/contract/errors.ts";
import { newId, TurnId } from "#core/contract/ids.ts";
import { ActionToken, Attachment } from "#core/contract/message.ts";
import { Reply } from "#core/contract/reply.ts";
import { type Script, startScriptedConsole, textReply } from "./fixtures/scripted-core.ts";
import { readMessages, writeMessage } from "./json-lines.ts";
import { FromDoor, type FromTerminal, PROTOCOL_VERSION } from "./protocol.ts";

const unlimited = new AbortController().signal;
const silent: Script = () => undefined;

test("the socket can only be opened by its owner", async () => {
  await using nexus = await startScriptedConsole(silent);
  expect((await stat(nexus.socketPath)).mode & 0o777).toBe(0o600);
});

test("a line typed in a terminal reaches the core once, however often it is sent", async () => {
  await using nexus = await startScriptedConsole(silent);
  using terminal = await attach(nexus.socketPath, "main", { locale: "en-CA", timeZone: "America/Toronto" });
  const say: FromTerminal = { type: "say", id: crypto.randomUUID(), text: "hello", files: [] };
  terminal.send(say);
  terminal.send(say);
  const [first, second] = await terminal.received("accepted", 2);
  expect(second).toEqual(first);
  expect(nexus.inbounds).toHaveLength(1);
  expect(nexus.inbounds[0]).toMatchObject({
    kind: "message",
    text: "hello",
    dedupeKeys: [`console:${say.id}`],
    actor: { locale: "en-CA", timeZone: "America/Toronto" },
    conversation: { key: "console:local:main", kind: "console", audience: "just_me" },
  });
});

test("a reply counts as delivered when the terminal has drawn it, not before", async () => {
  await using nexus = await startScriptedConsole(silent);
  using terminal = await attach(nexus.socketPath, "main");
  const outbound = nexus.outbound("main", textReply("hi"));
  let isDelivered = false;
  const delivering = nexus.door.deliver(outbound, unlimited).then((ref) => {
    isDelivered = true;
    return ref;
  });
  await terminal.received("reply");
  expect(await nexus.door.probe(outbound, unlimited)).toEqual({ state: "unknown" });
  expect(isDelivered).toBe(false);
  terminal.send({ type: "drawn", outboxId: outbound.id });
  const ref = await delivering;
  expect(ref).toMatchObject({ platform: "console", channelId: "main", messageId: outbound.id });
  expect(await nexus.door.probe(outbound, unlimited)).toEqual({ state: "delivered", ref });
});

test("a reply to a conversation nobody has open is kept for later, and opening it is announced", async () => {
  await using nexus = await startScriptedConsole(silent);
  using other = await attach(nexus.socketPath, "other");
  const outbound = nexus.outbound("main", textReply("hi"));
  await expect(nexus.door.deliver(outbound, unlimited)).rejects.toMatchObject({
    code: "terminal_detached",
    retryable: true,
  });
  using terminal = await attach(nexus.socketPath, "main");
  expect(nexus.attached).toEqual(["console:local:other", "console:local:main"]);
  expect(other.messages.filter(({ type }) => type === "reply")).toEqual([]);
  const delivering = nexus.door.deliver(outbound, unlimited);
  terminal.send({ type: "drawn", outboxId: outbound.id });
  await expect(delivering).resolves.toMatchObject({ messageId: outbound.id });
});

test("a reply is not lost when the terminal goes before drawing it", async () => {
  await using nexus = await startScriptedConsole(silent);
  using terminal = await attach(nexus.socketPath, "main");
  const delivering = nexus.door.deliver(nexus.outbound("main", textReply("hi")), unlimited);
  await terminal.received("reply");
  terminal[Symbol.dispose]();
  await expect(delivering).rejects.toMatchObject({ code: "terminal_detached" });
});

test("two terminals of one conversation both show a reply, and others do not", async () => {
  await using nexus = await startScriptedConsole(silent);
  using one = await attach(nexus.socketPath, "main");
  using two = await attach(nexus.socketPath, "main");
  using other = await attach(nexus.socketPath, "other");
  const outbound = nexus.outbound("main", textReply("hi"));
  const delivering = nexus.door.deliver(outbound, unlimited);
  await one.received("reply");
  await two.received("reply");
  two.send({ type: "drawn", outboxId: outbound.id });
  await delivering;
  expect(other.messages.filter(({ type }) => type === "reply")).toEqual([]);
});

test("a delivery that is called off ends at once", async () => {
  await using nexus = await startScriptedConsole(silent);
  using terminal = await attach(nexus.socketPath, "main");
  const deadline = new AbortController();
  const delivering = nexus.door.deliver(nexus.outbound("main", textReply("hi")), deadline.signal);
  await terminal.received("reply");
  deadline.abort();
  await expect(delivering).rejects.toThrow(/abort/i);
});

test("what happens during a turn is shown where it was asked", async () => {
  await using nexus = await startScriptedConsole(silent);
  using terminal = await attach(nexus.socketPath, "main");
  const turnId = newId(TurnId);
  const live = nexus.door.stream({
    ...nexus.outbound("main", textReply("hi")),
    turnId,
    stop: ActionToken.parse("n1.stp.x"),
  });
  live.step({ id: "a", title: "Asking the source", status: "running" });
  live.text("It is ");
  expect(await terminal.received("step")).toEqual([
    { type: "step", turnId, step: { id: "a", title: "Asking the source", status: "running" } },
  ]);
  expect(await terminal.received("text")).toEqual([{ type: "text", turnId, delta: "It is " }]);
});

test("stop reaches the conversation it was asked in", async () => {
  await using nexus = await startScriptedConsole(silent);
  using terminal = await attach(nexus.socketPath, "main");
  terminal.send({ type: "stop" });
  expect(await terminal.received("stopped")).toEqual([{ type: "stopped", wasRunning: true }]);
  expect(nexus.stops).toEqual(["console:local:main"]);
});

test("a terminal of another version is turned away with words", async () => {
  await using nexus = await startScriptedConsole(silent);
  const socket = connect(nexus.socketPath);
  writeMessage(socket, { type: "hello", protocol: PROTOCOL_VERSION + 1, channel: "main", pictures: false });
  const answers: FromDoor[] = [];
  for await (const message of readMessages(socket, FromDoor)) answers.push(message);
  expect(answers).toMatchObject([{ type: "refused" }]);
  expect(nexus.attached).toEqual([]);
});

test.each([
  ["something that is not JSON", "hello?\n"],
  ["a message before hello", `${JSON.stringify({ type: "stop" })}\n`],
  [
    "a channel that could reach elsewhere",
    `${JSON.stringify({ type: "hello", protocol: 1, channel: "a:b", pictures: false })}\n`,
  ],
])("%s closes that connection and no other", async (_what, line) => {
  await using nexus = await startScriptedConsole(silent);
  using terminal = await attach(nexus.socketPath, "main");
  const stranger = connect(nexus.socketPath);
  stranger.resume();
  stranger.write(line);
  await once(stranger, "close");
  terminal.send({ type: "stop" });
  await terminal.received("stopped");
  expect(nexus.stops).toEqual(["console:local:main"]);
});

test("a dropped file is described, and read up to the size that is allowed", async () => {
  await using nexus = await startScriptedConsole(silent);
  using terminal = await attach(nexus.socketPath, "main");
  const path = join(nexus.dir, "october.csv");
  await writeFile(path, "date,amount\n");
  terminal.send({ type: "say", id: crypto.randomUUID(), text: "import", files: [path] });
  await terminal.received("accepted");
  const attachment = Attachment.parse({ name: "october.csv", mimeType: "text/csv", bytes: 12, ref: path });
  expect(nexus.inbounds[0]).toMatchObject({ attachments: [attachment] });
  expect(Buffer.from(await nexus.door.read(attachment, 12, unlimited)).toString()).toBe("date,amount\n");
  await expect(nexus.door.read(attachment, 11, unlimited)).rejects.toMatchObject({ code: "file_too_large" });
  await rm(path);
  await expect(nexus.door.read(attachment, 12, unlimited)).rejects.toMatchObject({ code: "file_unreadable" });
});

test("directories, devices and files that do not end are refused in plain words", async () => {
  await using nexus = await startScriptedConsole(silent);
  using terminal = await attach(nexus.socketPath, "main");
  terminal.send({ type: "say", id: crypto.randomUUID(), text: "import", files: [nexus.dir] });
  const [refusal] = await terminal.received("rejected");
  expect(refusal).toMatchObject({ say: `“${basename(nexus.dir)}” is not a regular file.` });
  const device = Attachment.parse({ name: "zero", ref: "/dev/zero" });
  await expect(nexus.door.read(device, 10, unlimited)).rejects.toMatchObject({ code: "file_unreadable" });
  const endless = Attachment.parse({ name: "maps", ref: "/proc/self/maps" });
  await expect(nexus.door.read(endless, 10, unlimited)).rejects.toMatchObject({ code: "file_too_large" });
});

test("a file in a reply is saved inside the out folder whatever it is called, and not twice", async () => {
  await using nexus = await startScriptedConsole(silent);
  using terminal = await attach(nexus.socketPath, "main");
  const file = { type: "file", name: "../../\u001B[2Jall.csv", mimeType: "text/csv", text: "a,b", description: "All" };
  const reply = Reply.parse({ summary: "x", visibility: "everyone", parts: [file, { ...file, text: "c,d" }, file] });
  const outbound = nexus.outbound("main", reply);
  const delivering = nexus.door.deliver(outbound, unlimited);
  const [message] = await terminal.received("reply");
  terminal.send({ type: "drawn", outboxId: outbound.id });
  await delivering;
  const [one = "", two = "", three] = message?.type === "reply" ? message.files : [];
  expect(dirname(one ?? "")).toBe(join(nexus.dir, "out"));
  expect(await readFile(one ?? "", "utf8")).toBe("a,b");
  expect(await readFile(two ?? "", "utf8")).toBe("c,d");
  expect(three).toBe(one);
  expect((await stat(one ?? "")).mode & 0o777).toBe(0o600);
});

test("a chart is saved as a picture after its text is on the screen", async () => {
  const png = new Uint8Array([1, 2, 3]);
  const renderer = {
    render: () => Promise.resolve(png),
    checkFonts: () => Promise.resolve(true),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  await using nexus = await startScriptedConsole(silent, { renderer });
  using terminal = await attach(nexus.socketPath, "main", { pictures: true });
  const outbound = nexus.outbound("main", chartReply());
  const delivering = nexus.door.deliver(outbound, unlimited);
  await terminal.received("reply");
  expect(terminal.messages.some(({ type }) => type === "picture")).toBe(false);
  terminal.send({ type: "drawn", outboxId: outbound.id });
  await delivering;
  const [picture] = await terminal.received("picture");
  const path = picture?.type === "picture" ? picture.path : undefined;
  expect(path).toBe(join(nexus.dir, "out", "chart-20261120-103005-spending-by-month.png"));
  expect(new Uint8Array(await readFile(path ?? ""))).toEqual(png);
});

test("a picture that cannot be made leaves the text as it is", async () => {
  await using nexus = await startScriptedConsole(silent);
  using terminal = await attach(nexus.socketPath, "main", { pictures: true });
  const outbound = nexus.outbound("main", chartReply());
  const delivering = nexus.door.deliver(outbound, unlimited);
  terminal.send({ type: "drawn", outboxId: outbound.id });
  await delivering;
  expect(await terminal.received("picture")).toEqual([{ type: "picture", outboxId: outbound.id, index: 0 }]);
});

test("a socket left behind by a crash is replaced, anything else in its place is left alone", async () => {
  const dir = await mkdtemp(join(tmpdir(), "nexus-console-"));
  const left = await startScriptedConsole(silent, { dir });
  await using second = await startScriptedConsole(silent, { dir });
  using terminal = await attach(second.socketPath, "main");
  expect(terminal.messages[0]).toMatchObject({ type: "welcome" });
  await left[Symbol.asyncDispose]();
  const taken = join(dir, "taken");
  await mkdir(join(taken, "console.sock"), { recursive: true });
  await expect(startScriptedConsole(silent, { dir: taken })).rejects.toThrow(NexusError);
  await rm(dir, { recursive: true });
});

test("a data directory too deep for a socket is named before anything starts", async () => {
  const dir = join(tmpdir(), "d".repeat(120));
  await expect(startScriptedConsole(silent, { dir })).rejects.toMatchObject({
    code: "data_unusable",
    say: "The path of the data directory is too long for the console's socket.",
  });
});

function chartReply(): Reply {
  const chart = {
    type: "chart",
    kind: "bar",
    title: "Spending by month",
    takeaway: "Less.",
    categories: ["Oct"],
    series: [{ name: "All", values: [1] }],
    format: { type: "number" },
  };
  return Reply.parse({ summary: "x", visibility: "everyone", parts: [chart] });
}

interface Attached extends Disposable {
  readonly messages: FromDoor[];
  send(message: FromTerminal): void;
  received(type: FromDoor["type"], count?: number): Promise<FromDoor[]>;
}

/** A terminal that draws nothing: the protocol, spoken by hand. */
async function attach(
  path: string,
  channel: string,
  more: { locale?: string; timeZone?: string; pictures?: boolean } = {},
): Promise<Attached> {
  const socket: Duplex = connect(path);
  const messages: FromDoor[] = [];
  const reading = (async () => {
    for await (const message of readMessages(socket, FromDoor)) messages.push(message);
  })();
  reading.catch(() => {});
  const received = async (type: FromDoor["type"], count = 1) =>
    await vi.waitUntil(() => {
      const found = messages.filter((message) => message.type === type);
      return found.length >= count ? found : undefined;
    });
  writeMessage(socket, { type: "hello", protocol: PROTOCOL_VERSION, channel, pictures: false, ...more });
  await received("welcome");
  return {
    messages,
    send: (message) => void writeMessage(socket, message),
    received,
    [Symbol.dispose]: () => void socket.destroy(),
  };
}
