import { readFile, stat, writeFile } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { stripVTControlCharacters } from "node:util";
import { expect, test, vi } from "vitest";
import { Reply } from "#core/contract/reply.ts";
import { type Script, type ScriptedConsole, startScriptedConsole, textReply } from "./fixtures/scripted-core.ts";
import { runTerminal } from "./terminal.ts";
import type { TerminalOptions } from "./terminal-options.ts";

const echo: Script = (inbound) => textReply(`heard ${inbound.kind === "message" ? inbound.text : inbound.kind}`);
const withButtons = textReply("Which one?", {
  parts: Reply.shape.parts.parse([
    { type: "text", markdown: "Which one?" },
    {
      type: "actions",
      items: [
        { type: "button", label: "By Category", token: "n1.category" },
        { type: "link", label: "Docs", url: "https://example.com/" },
        { type: "button", label: "By Month", token: "n1.month" },
      ],
    },
  ]),
});
const withForm = Reply.parse({
  summary: "I need a key.",
  visibility: "only_actor",
  parts: [{ type: "text", markdown: "I need a key." }],
  form: {
    token: "n1.form",
    opener: "n1.opener",
    title: "Connect OpenWeather",
    submit: "Connect",
    fields: [
      { id: "key", label: "API key", type: "secret" },
      { id: "note", label: "Note", type: "text", optional: true },
    ],
  },
});

test("a number piped in is the suggestion of that number, and the answer is plain text", async () => {
  await using nexus = await startScriptedConsole(echo);
  using terminal = open(nexus, { mode: "piped", isTty: false, colour: false });
  terminal.input.end("1\n");
  expect(await terminal.result).toEqual({ exitCode: 0, answered: 1 });
  expect(terminal.raw()).toBe("› show me my spending\n\nheard show me my spending\n");
});

test("piped lines are answered one after the other", async () => {
  const order: string[] = [];
  await using nexus = await startScriptedConsole(async (inbound) => {
    const text = inbound.kind === "message" ? inbound.text : "";
    order.push(`asked ${text}`);
    await new Promise((resolve) => setImmediate(resolve));
    order.push(`answered ${text}`);
    return textReply(`heard ${text}`);
  });
  using terminal = open(nexus, { mode: "piped", isTty: false, colour: false });
  terminal.input.end("one\n\ntwo\nthree");
  expect(await terminal.result).toEqual({ exitCode: 0, answered: 3 });
  expect(terminal.raw()).toBe("heard one\n\nheard two\n\nheard three\n");
  expect(order).toEqual(["asked one", "answered one", "asked two", "answered two", "asked three", "answered three"]);
});

test("an empty pipe ends at once and says that nothing was asked", async () => {
  await using nexus = await startScriptedConsole(echo);
  using terminal = open(nexus, { mode: "piped", isTty: false });
  terminal.input.end();
  expect(await terminal.result).toEqual({ exitCode: 0, answered: 0 });
});

test("a single question prints its answer and nothing else", async () => {
  await using nexus = await startScriptedConsole(echo);
  using terminal = open(nexus, { mode: "ask", question: "how are you", isTty: false, colour: false });
  expect(await terminal.result).toEqual({ exitCode: 0, answered: 1 });
  expect(terminal.raw()).toBe("heard how are you\n");
});

test("a single question that ends in an error, or has no words, says so to the shell", async () => {
  const failing = Reply.parse({
    summary: "It failed.",
    visibility: "everyone",
    parts: [{ type: "notice", tone: "error", text: "The source is not answering." }],
  });
  await using nexus = await startScriptedConsole(() => failing);
  using terminal = open(nexus, { mode: "ask", question: "weather", isTty: false, colour: false });
  expect(await terminal.result).toEqual({ exitCode: 1, answered: 1 });
  expect(terminal.raw()).toBe("Error: The source is not answering.\n");
  using empty = open(nexus, { mode: "ask", question: "  " });
  expect(await empty.result).toEqual({ exitCode: 2, answered: 0 });
});

test("the first screen says what is on and what to try", async () => {
  await using nexus = await startScriptedConsole(echo);
  using terminal = open(nexus);
  await terminal.shows("you ▸ ");
  expect(terminal.text()).toMatchInlineSnapshot(`
    "
      NEXUS 0.1.0

        ready    data   ./data (new)
        off      Slack  no tokens

        Try one (type it, or its number):
         1  show me my spending   sample data
         2  what's the weather
         ?  help     s  Slack     d  Discord     q  quit

    you ▸ "
  `);
  terminal.type("\u0004");
  expect(await terminal.result).toEqual({ exitCode: 0, answered: 0 });
});

test("the keys s and d ask how Slack and Discord are connected", async () => {
  await using nexus = await startScriptedConsole(echo);
  using terminal = open(nexus);
  await terminal.shows("you ▸ ");
  terminal.type("s\r");
  await terminal.shows("heard connect slack");
  terminal.type("d\r");
  await terminal.shows("heard connect discord");
});

test("a button that cannot easily be taken back is asked about once more, and only yes presses it", async () => {
  const confirm = { title: "Switch off weather?", text: "Nobody here can ask it then.", ok: "Switch off" };
  const danger = Reply.parse({
    summary: "Ready.",
    visibility: "everyone",
    parts: [
      { type: "actions", items: [{ type: "button", label: "Switch Off", token: "n1.off", style: "danger", confirm }] },
    ],
  });
  await using nexus = await startScriptedConsole((inbound) => (inbound.kind === "message" ? danger : textReply("off")));
  using terminal = open(nexus);
  terminal.type("show\r");
  await terminal.shows("[1] Switch Off");
  terminal.type("1\r");
  await terminal.shows("Nobody here can ask it then.");
  terminal.type("\r");
  await terminal.shows("Left as it is.");
  terminal.type("1\r");
  await vi.waitUntil(() => terminal.raw().split("(y/N)").length === 3);
  terminal.type("y\r");
  await vi.waitUntil(() => nexus.inbounds.length === 2);
  expect(nexus.inbounds[1]).toMatchObject({ kind: "action", token: "n1.off" });
});

test("a number presses the button of the last reply, and means nothing once there is another", async () => {
  await using nexus = await startScriptedConsole((inbound) =>
    inbound.kind === "message" && inbound.text === "menu" ? withButtons : textReply("done"),
  );
  using terminal = open(nexus);
  terminal.type("menu\r");
  await terminal.shows("[2] By Month");
  terminal.type("2\r");
  await vi.waitUntil(() => nexus.inbounds.length === 2);
  expect(nexus.inbounds[1]).toMatchObject({ kind: "action", token: "n1.month" });
  await terminal.shows("done");
  terminal.type("2\r");
  await vi.waitUntil(() => nexus.inbounds.length === 3);
  expect(nexus.inbounds[2]).toMatchObject({ kind: "message", text: "2" });
});

test("a secret typed into a form is never shown and never remembered", async () => {
  await using nexus = await startScriptedConsole((inbound) =>
    inbound.kind === "form" ? textReply("Connected.") : withForm,
  );
  const historyPath = join(nexus.dir, "history");
  using terminal = open(nexus, { historyPath });
  terminal.type("connect\r");
  await terminal.shows("hidden as you type): ");
  terminal.type("hunter2-k3y\r");
  await terminal.shows("Enter skips): ");
  terminal.type("\r");
  await terminal.shows("Connected.");
  expect(nexus.inbounds[1]).toMatchObject({
    kind: "form",
    token: "n1.form",
    values: { key: { secret: "hunter2-k3y" } },
  });
  expect(terminal.raw()).not.toContain("hunter2");
  // Up brings back what was typed last: the command, not the key.
  terminal.clear();
  terminal.type("\u001B[A");
  await terminal.shows("connect");
  expect(terminal.raw()).not.toContain("hunter2");
  expect(await readFile(historyPath, "utf8")).toBe("connect\n");
  expect((await stat(historyPath)).mode & 0o777).toBe(0o600);
});

test.each([
  ["Esc", "\u001B"],
  ["Ctrl-C", "\u0003"],
])("%s gives a form up and sends nothing", async (_name, key) => {
  await using nexus = await startScriptedConsole((inbound) => (inbound.kind === "form" ? textReply("sent") : withForm));
  using terminal = open(nexus);
  terminal.type("connect\r");
  await terminal.shows("hidden as you type): ");
  terminal.type(`half${key}`);
  await terminal.shows("Given up; nothing was sent.");
  expect(nexus.inbounds).toHaveLength(1);
});

test("a required answer is asked for again", async () => {
  await using nexus = await startScriptedConsole((inbound) =>
    inbound.kind === "form" ? textReply("Connected.") : withForm,
  );
  using terminal = open(nexus, { mode: "piped", isTty: false, colour: false });
  terminal.input.end("connect\n\nkey\nmine\n");
  await terminal.result;
  expect(terminal.text()).toContain("This one is needed.");
  expect(nexus.inbounds[1]).toMatchObject({ values: { key: { secret: "key" }, note: "mine" } });
});

test("what was typed ahead does not become the answer to a form", async () => {
  const ready = Promise.withResolvers<void>();
  await using nexus = await startScriptedConsole(async (inbound) => {
    if (inbound.kind === "form") return textReply("Connected.");
    await ready.promise;
    return withForm;
  });
  using terminal = open(nexus);
  terminal.type("connect\r");
  await vi.waitUntil(() => nexus.inbounds.length === 1);
  terminal.type("impatient\r");
  terminal.type("more");
  ready.resolve();
  await terminal.shows("hidden as you type): ");
  terminal.type("key\r");
  await terminal.shows("Enter skips): ");
  terminal.type("\r");
  await terminal.shows("Connected.");
  expect(nexus.inbounds[1]).toMatchObject({ values: { key: { secret: "key" } } });
});

test("Ctrl-C stops the running answer, and twice leaves", async () => {
  const stopped = Promise.withResolvers<void>();
  await using nexus = await startScriptedConsole(async () => {
    await stopped.promise;
    return textReply("Okay, I stopped.");
  });
  using terminal = open(nexus);
  terminal.type("work\r");
  await vi.waitUntil(() => nexus.inbounds.length === 1);
  terminal.type("\u0003");
  await vi.waitUntil(() => nexus.stops.length === 1);
  stopped.resolve();
  await terminal.shows("Okay, I stopped.");
  terminal.later(1_999);
  terminal.type("\u0003");
  expect(await terminal.result).toMatchObject({ exitCode: 0 });
});

test("Ctrl-C clears a line that was begun, and later presses do not add up", async () => {
  await using nexus = await startScriptedConsole(echo);
  using terminal = open(nexus);
  await terminal.shows("you ▸ ");
  terminal.type("rm everything");
  terminal.type("\u0003");
  terminal.later(2_000);
  terminal.type("\u0003");
  await terminal.shows("Press Ctrl-C again to quit.");
  terminal.type("hello\r");
  await terminal.shows("heard hello");
  expect(nexus.inbounds).toHaveLength(1);
});

test("a file dropped into the terminal comes with the message", async () => {
  await using nexus = await startScriptedConsole(echo);
  const path = join(nexus.dir, "my october.csv");
  await writeFile(path, "x");
  using terminal = open(nexus);
  terminal.type(`import '${path}' please\r`);
  await terminal.shows("Attached: my october.csv");
  await vi.waitUntil(() => nexus.inbounds.length === 1);
  expect(nexus.inbounds[0]).toMatchObject({
    text: "import please",
    attachments: [{ name: "my october.csv", ref: path }],
  });
});

test("a file the door cannot take is named, and the conversation goes on", async () => {
  await using nexus = await startScriptedConsole(echo);
  await using flaky = await startProxy(nexus.socketPath, (line) =>
    line.replace(/"files":\[\]/, '"files":["/nowhere.csv"]'),
  );
  using terminal = open(nexus, { duplex: connect(flaky.path) });
  terminal.type("hello\r");
  await terminal.shows("Error: “nowhere.csv” cannot be found or opened.");
  await terminal.shows("you ▸ ");
});

test("after a broken connection the question is not asked twice and the answer is shown once", async () => {
  const gate = Promise.withResolvers<void>();
  await using nexus = await startScriptedConsole(async (inbound, turnId) => {
    await gate.promise;
    return await echo(inbound, turnId);
  });
  await using flaky = await startProxy(nexus.socketPath, (line) => line, "accepted");
  using terminal = open(nexus, { duplex: connect(flaky.path), reconnect: () => Promise.resolve(connect(flaky.path)) });
  terminal.type("hello\r");
  await terminal.shows("The connection is lost");
  await terminal.shows("Connected again.");
  gate.resolve();
  await terminal.shows("heard hello");
  expect(nexus.inbounds).toHaveLength(1);
  expect(terminal.text().match(/heard hello/g)).toHaveLength(1);
});

test("an answer that nobody asked for is put above what is being typed", async () => {
  await using nexus = await startScriptedConsole(echo);
  using terminal = open(nexus);
  await terminal.shows("you ▸ ");
  terminal.type("half a li");
  await terminal.shows("half a li");
  terminal.clear();
  await nexus.door.deliver(nexus.outbound("main", textReply("Your digest.")), new AbortController().signal);
  expect(terminal.text()).toMatch(/Your digest\.\n\nyou ▸ half a li/);
});

test("a screen reader hears words only: no colour, no cursor movement, no drawing", async () => {
  await using nexus = await startScriptedConsole(() => withButtons);
  using terminal = open(nexus, { mode: "piped", plain: true, colour: true, isTty: true });
  terminal.input.end("menu\n");
  await terminal.result;
  expect(terminal.raw()).toBe("Which one?\n\n[1] By Category\nDocs (https://example.com/)\n[2] By Month\n");
});

test("the end of NEXUS ends the terminal", async () => {
  const nexus = await startScriptedConsole(() => undefined);
  using terminal = open(nexus);
  terminal.type("hello\r");
  await vi.waitUntil(() => nexus.inbounds.length === 1);
  await nexus[Symbol.asyncDispose]();
  expect(await terminal.result).toEqual({ exitCode: 1, answered: 0 });
  expect(terminal.text()).toContain("NEXUS has stopped.");
});

interface OpenTerminal extends Disposable {
  readonly input: PassThrough;
  readonly result: ReturnType<typeof runTerminal>;
  type(keys: string): void;
  /** All that was written so far, as it reads. */
  text(): string;
  /** The same with its escape sequences. */
  raw(): string;
  clear(): void;
  shows(words: string): Promise<void>;
  later(ms: number): void;
}

/** A terminal with a keyboard to type on and a screen to look at. */
function open(nexus: ScriptedConsole, more: Partial<TerminalOptions> = {}): OpenTerminal {
  const input = new PassThrough();
  const output = new PassThrough({ encoding: "utf8" });
  let written = "";
  let now = Date.parse("2026-11-20T10:30:00Z");
  output.on("data", (chunk: string) => (written += chunk));
  const result = runTerminal({
    duplex: more.duplex ?? nexus.door.attach(),
    input,
    output,
    columns: () => 80,
    colour: true,
    isTty: true,
    mode: "interactive",
    channel: "main",
    folders: { current: nexus.dir, home: nexus.dir },
    asker: {},
    newId: () => crypto.randomUUID(),
    clock: () => new Date(now),
    ...more,
  });
  return {
    input,
    result,
    type: (keys) => void input.write(keys),
    text: () => stripVTControlCharacters(written),
    raw: () => written,
    clear: () => (written = ""),
    shows: async (words) => {
      await vi.waitUntil(() => stripVTControlCharacters(written).includes(words), { timeout: 8_000 });
    },
    later: (ms) => (now += ms),
    [Symbol.dispose]: () => void input.end(),
  };
}

interface Proxy extends AsyncDisposable {
  readonly path: string;
}

/** A socket in between that may change what the terminal says, or break the first connection at a message of the door. */
async function startProxy(target: string, change: (line: string) => string, breakAt?: string): Promise<Proxy> {
  const path = `${target}.proxy`;
  const open = new Set<Socket>();
  let isBroken = breakAt === undefined;
  const server = createServer((near) => {
    const far = connect(target);
    for (const socket of [near, far]) open.add(socket.on("error", () => {}));
    near.on("data", (chunk) => far.write(change(String(chunk))));
    far.on("data", (chunk) => {
      if (isBroken || !String(chunk).includes(`"type":"${breakAt}"`)) {
        near.write(chunk);
        return;
      }
      isBroken = true;
      near.destroy();
      far.destroy();
    });
    near.on("close", () => far.destroy());
    far.on("close", () => near.destroy());
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return {
    path,
    async [Symbol.asyncDispose]() {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
