import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import type { FrontEnd, Outbound } from "#core/contract/door.ts";
import { NexusError } from "#core/contract/errors.ts";
import { ActionToken, type Inbound } from "#core/contract/message.ts";
import type { Reply } from "#core/contract/reply.ts";
import { testActor, testConversation, testMessage } from "#test/platforms/test-message.ts";
import { openTerminal, PATIENCE } from "./console-terminal.ts";
import { DEMO } from "./demo-words.ts";
import { buttonOf, CLASH_KEY, GOOGLE_CLIENT, type House, openHouse, OPENWEATHER_KEY, textOf } from "./house.ts";

const CHEQUING = join(process.cwd(), "src", "modules", "finance", "fixtures", "chequing.csv");

/** Every file below the data directory that holds the text, in any of the spellings it could hide in. */
function filesWith(house: House, secret: string): string[] {
  const spellings = [
    secret,
    Buffer.from(secret).toString("base64").replace(/=+$/, ""),
    Buffer.from(secret).toString("hex"),
  ];
  return readdirSync(house.dataDir, { recursive: true, encoding: "utf8" }).filter((name) => {
    const path = join(house.dataDir, name);
    if (!statSync(path).isFile()) return false;
    const bytes = readFileSync(path);
    return spellings.some((spelling) => bytes.includes(spelling) || bytes.includes(Buffer.from(spelling, "utf16le")));
  });
}

describe("secrets", () => {
  test("SEC-008: keys and tokens are in no file, no log line and no message, while running and after the end", async () => {
    await using house = await openHouse();
    await house.connectWeather();
    await house.submit((await house.say("connect Clash Royale")).form, { value: { secret: CLASH_KEY } });
    await house.connectCalendar();
    await house.say("what meetings do I have today?");
    house.wait(2 * 60 * 60_000);
    await house.say("what meetings do I have today?");
    await house.say("what's the weather in Lisbon?");
    await house.say("why");
    await house.say("status");
    const tokens = house.google.requests.flatMap(({ headers, body }) => [
      ...(headers.authorization?.startsWith("Bearer ") === true ? [headers.authorization.slice("Bearer ".length)] : []),
      ...new URLSearchParams(body).getAll("refresh_token"),
      ...new URLSearchParams(body).getAll("code_verifier"),
    ]);
    expect(tokens.length).toBeGreaterThan(3);
    const secrets = [OPENWEATHER_KEY, CLASH_KEY, GOOGLE_CLIENT.clientSecret, ...tokens];
    const spoken = house.terminal.transcript();
    const heldWhileRunning = secrets.flatMap((secret) => filesWith(house, secret));
    await house.restart();
    for (const secret of secrets) {
      expect(house.log()).not.toContain(secret);
      expect(spoken).not.toContain(secret);
      expect(filesWith(house, secret)).toEqual([]);
    }
    expect(heldWhileRunning).toEqual([]);
  });

  test.each([
    ["a GitHub token", `ghp_${"a1B2c3D4e5F6".repeat(3)}`],
    ["an OpenWeather key", "b6907d289e10d714a6e88b30761fae22"],
    ["an OpenWeather key behind `connect weather`", "b6907d289e10d714a6e88b30761fae22", "connect weather "],
    ["a password in an address", "postgres://bank:hunter2hunter2@db.example/money"],
  ])("%s pasted into a message is refused, and its text is kept nowhere", async (_, secret, before = "my key is ") => {
    await using house = await openHouse();
    const reply = await house.say(`${before}${secret}`);
    expect(textOf(reply)).toContain("secret_in_message");
    expect(textOf(reply)).not.toContain(secret);
    await house.say("why");
    expect(filesWith(house, secret)).toEqual([]);
    await house.restart();
    expect(filesWith(house, secret)).toEqual([]);
    expect(house.log()).not.toContain(secret);
  });

  test("the data directory and all in it is for its owner's eyes only", async () => {
    await using house = await openHouse();
    await house.say("", [CHEQUING]);
    await house.say("showroom");
    const open = ["", ...readdirSync(house.dataDir, { recursive: true, encoding: "utf8" })].filter(
      (name) => (statSync(join(house.dataDir, name)).mode & 0o077) !== 0,
    );
    expect(open).toEqual([]);
    expect(statSync(join(house.dataDir, "master.key")).mode & 0o777).toBe(0o600);
  });
});

test("what a bank file says can ping nobody, disguise no address and steer no terminal", async () => {
  await using house = await openHouse();
  mkdirSync(join(house.dataDir, "downloads"));
  const path = join(house.dataDir, "downloads", "evil.csv");
  const evil = [
    "<!channel> <@U123> @everyone @here",
    "[your bank](https://evil.example/login)",
    "\u001b[31mRED\u001b]0;title\u0007 \u202eesrever",
  ];
  // A file that begins with such bytes is refused as no text; further on they come as far as the description.
  const harmless = "2026-11-01,TIM HORTONS #2211 TORONTO,2.15,\n".repeat(120);
  writeFileSync(path, harmless + evil.map((text, at) => `2026-11-1${at},"${text}",4.50,\n`).join(""));
  expect((await house.say("", [path])).summary).toMatch(/^Imported 123/);
  const shown = await house.say("list my transactions this month");
  const words = textOf(shown) + shown.summary;
  expect(words).toContain("evil.example");
  expect(words).not.toMatch(/<!channel>|<@U123>|@everyone|@here/);
  expect(words).not.toMatch(/\]\(https:/);
  // oxlint-disable-next-line no-control-regex -- control characters are what must not be there
  expect(words).not.toMatch(/[\u001b\u0007\u202e]|\\u001b|\\u0007|\\u202e/i);
});

describe("buttons", () => {
  test("of another conversation, forged, altered or too old are no longer active", async () => {
    await using house = await openHouse();
    const question = await house.say(DEMO.choose);
    const { token } = buttonOf(question, "green");
    await using elsewhere = openTerminal(house.nexus.console.attach(), "elsewhere");
    const altered = buttonOf(question, "red").token.replace(/.$/, (last) => (last === "A" ? "B" : "A"));
    expect(textOf(await elsewhere.pressToken(token))).toContain("action_expired");
    expect(textOf(await house.terminal.pressToken(ActionToken.parse(altered)))).toContain("action_expired");
    expect((await house.press(question, "green")).summary).toContain("you chose green");
    house.wait(5 * 24 * 60 * 60_000);
    expect(textOf(await house.press(question, "green"))).toContain("action_expired");
  });
});

describe("two people", () => {
  test("of one organisation never see each other's spending, nor why the other was answered as they were", async () => {
    const chat = openChat();
    await using house = await openHouse({ doors: [chat.door] });
    const ask = (message: Inbound) => chat.ask(house, message);
    const imported = await ask(chat.withFile("ada", "ada-dm", CHEQUING));
    expect(imported.summary).toMatch(/^Imported/);
    const sentAtMs = house.now().getTime();
    const question = { text: "show me my spending this month", sentAtMs };
    const ada = await ask(testMessage({ ...question, id: "1", person: "ada", channel: "ada-dm" }));
    expect(ada.summary).not.toContain("sample data");
    const bob = await ask(testMessage({ ...question, id: "2", person: "bob", channel: "bob-dm" }));
    expect(bob.summary).toContain("(sample data)");
    await house.say("sample off");
    const empty = await ask(testMessage({ ...question, id: "4", person: "bob", channel: "bob-dm" }));
    expect(textOf(empty)).toContain("no_data");

    const press = { actor: testActor("acme", "bob"), conversation: testConversation("acme", "bob-dm") };
    const stolen = await ask({
      ...press,
      kind: "action",
      token: buttonOf(ada, "Why").token,
      values: [],
      dedupeKeys: ["test:5"],
      sentAtMs,
    });
    expect(textOf(stolen)).toContain("action_expired");
  });

  test("in one channel: an answer about money, and why it was given, are for the asker's eyes only", async () => {
    const chat = openChat();
    await using house = await openHouse({ doors: [chat.door] });
    await chat.ask(house, chat.withFile("ada", "ada-dm", CHEQUING));
    const sentAtMs = house.now().getTime();
    const message = testMessage({ id: "1", text: "show me my spending this month", sentAtMs, person: "ada" });
    const conversation = { ...message.conversation, kind: "channel", audience: "members" } as const;
    const shown = await chat.ask(house, { ...message, conversation });
    expect(shown.visibility).toBe("only_actor");

    const inChannel = (person: string, id: string): Inbound => ({
      ...testMessage({ id, text: "why", sentAtMs, person }),
      conversation,
    });
    const { token } = buttonOf(shown, "Why");
    const { actor, dedupeKeys } = testMessage({ id: "2", person: "bob" });
    const press = { actor, dedupeKeys, sentAtMs } as const;
    const pressed = await chat.ask(house, { ...press, conversation, kind: "action", token, values: [] });
    for (const reply of [pressed, await chat.ask(house, inChannel("bob", "3"))]) {
      expect(textOf(reply)).toContain("no_data");
      expect(textOf(reply)).not.toContain("period");
    }
    const own = await chat.ask(house, inChannel("ada", "4"));
    expect(textOf(own)).toContain("period");
    expect(own.visibility).toBe("only_actor");
  });
});

/** A chat platform in memory: what is delivered to it, by turn. */
function openChat() {
  const delivered: Outbound[] = [];
  const ref = { platform: "test", tenantId: "acme", channelId: "c", messageId: "m", ephemeral: false } as const;
  const door: FrontEnd = {
    platform: "test",
    start: () => Promise.resolve(),
    deliver(outbound) {
      delivered.push(outbound);
      return Promise.resolve(ref);
    },
    probe: () => Promise.resolve({ state: "unknown" }),
    read(attachment) {
      if (attachment.ref !== CHEQUING) throw new NexusError("file_unreadable", "no such file");
      return Promise.resolve(readFileSync(attachment.ref));
    },
    stream: () => ({ text: () => undefined, step: () => undefined, end: () => undefined }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  return {
    door,
    withFile(person: string, channel: string, path: string): Inbound {
      const message = testMessage({ id: `file-${person}`, text: "import this bank statement", person, channel });
      const attachments = [{ name: "export.csv", ref: path }];
      return message.kind === "message" ? { ...message, attachments } : message;
    },
    async ask(house: House, message: Inbound): Promise<Reply> {
      const received = await house.nexus.core.receive({ ...message, sentAtMs: house.now().getTime() });
      if (!received.accepted) throw new Error("taken for a duplicate");
      const { turnId } = received;
      const outbound = await vi.waitUntil(() => delivered.find((one) => one.turnId === turnId), PATIENCE);
      return outbound.reply;
    },
  };
}
