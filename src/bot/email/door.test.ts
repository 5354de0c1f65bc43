import { expect, test } from "vitest";
import { createChartRenderer } from "#bot/chart-png.ts";
import type { Outbound } from "#core/contract/door.ts";
import { ConversationKey, newId, OutboxId, TurnId } from "#core/contract/ids.ts";
import { moment } from "#core/contract/moment.ts";
import { ActionToken } from "#core/contract/message.ts";
import type { Part, Reply } from "#core/contract/reply.ts";
import { type MailMode, startMailServer } from "#test/platforms/mail-server.ts";
import { testActor } from "#test/platforms/test-message.ts";
import { SILENT } from "#test/silent-log.ts";
import { createEmailDoor } from "./door.ts";
import { createSmtp } from "./smtp.ts";

const signal = AbortSignal.timeout(60_000);
const FROM = "nexus@example.com";

function outbound(reply: Partial<Reply>, to = "ada@example.org"): Outbound {
  return {
    id: newId(OutboxId),
    turnId: newId(TurnId),
    actor: { ...testActor("acme", "ada"), timeZone: "Europe/Lisbon", locale: "en-GB" },
    conversation: {
      key: ConversationKey.parse(`email:acme:${to}`),
      platform: "email",
      tenantId: "acme",
      channelId: to,
      kind: "dm",
      audience: "just_me",
    },
    reply: { summary: "Good morning", parts: [], visibility: "everyone", ...reply },
  };
}

async function open(options: { user?: string; password?: string; unsubscribe?: string } = {}) {
  const stack = new AsyncDisposableStack();
  const server = stack.use(await startMailServer(options));
  const renderer = stack.use(createChartRenderer());
  const door = stack.use(
    createEmailDoor({
      transport: createSmtp({ url: server.url, from: `NEXUS <${FROM}>` }),
      from: FROM,
      unsubscribe: () => options.unsubscribe,
      renderer,
      log: SILENT,
    }),
  );
  return { server, door, [Symbol.asyncDispose]: () => stack[Symbol.asyncDispose]() };
}

const BRIEFING: Part[] = [
  { type: "heading", text: "Standup, Tuesday" },
  { type: "text", markdown: "**Meetings:** 3, the first at 09:00\n**Weather:** *rain* from 15:00, 2 * 3 * 4 mm" },
  {
    type: "chart",
    kind: "bar",
    title: "Calls",
    takeaway: "Calls doubled since Monday",
    categories: ["Mon", "Tue"],
    series: [{ name: "calls", values: [4, 8] }],
    format: { type: "number" },
  },
  { type: "table", caption: "Open", columns: [{ header: "Who" }, { header: "Units" }], rows: [["Ada <b>", 12]] },
  { type: "context", markdown: "Set up by Ada. `pause 7F3K` pauses it." },
  { type: "actions", items: [{ type: "button", label: "Snooze", token: ActionToken.parse("n1.sch.secret-token") }] },
];

test("a briefing arrives as plain text and as HTML with its chart, and with nothing that could be pressed", async () => {
  await using mail = await open();
  const sent = outbound({ summary: "Standup: 3 meetings, rain from 15:00", parts: BRIEFING });
  const ref = await mail.door.deliver(sent, signal);
  const [arrived] = mail.server.mails;
  expect(arrived).toMatchObject({
    subject: "Standup: 3 meetings, rain from 15:00",
    recipients: ["ada@example.org"],
    from: { name: "NEXUS", address: FROM },
    messageId: `<${sent.id}@example.com>`,
  });
  expect(ref.messageId).toBe(arrived?.messageId);
  expect(arrived?.text).toContain("Meetings: 3, the first at 09:00\nWeather: rain from 15:00, 2 * 3 * 4 mm");
  expect(arrived?.text).toContain("Mon,4");
  expect(arrived?.html).toContain("<strong>Meetings:</strong> 3, the first at 09:00");
  expect(arrived?.html).toContain('alt="Calls doubled since Monday"');
  expect(arrived?.html).toContain("Ada &#60;b&#62;");
  expect(arrived?.attachments.map(({ mimeType, contentId }) => [mimeType, contentId])).toEqual([
    ["image/png", "<chart-1@nexus>"],
  ]);
  expect(arrived?.raw).not.toContain("secret-token");
  expect(arrived?.raw).toContain("Auto-Submitted: auto-generated");
});

test("times are written in the reader's own zone", async () => {
  await using mail = await open();
  const at = new Date("2026-07-01T08:30:00Z");
  await mail.door.deliver(outbound({ summary: `At ${moment(at, "time")}.` }), signal);
  expect(mail.server.mails[0]?.subject).toBe("At 9:30.");
});

test("no subject breaks out of its header, and no text out of its page", async () => {
  await using mail = await open();
  const evil = "Hi\r\nBcc: eve@example.net\r\n\r\n<script>alert(1)</script>";
  const text = `${evil} [a bank](https://evil.example/x) <img src=x onerror=alert(1)> ![p](https://evil.example/p.png)`;
  await mail.door.deliver(outbound({ summary: evil, parts: [{ type: "text", markdown: text }] }), signal);
  const [arrived] = mail.server.mails;
  expect(arrived?.recipients).toEqual(["ada@example.org"]);
  expect(arrived?.headers.map(({ key }) => key)).not.toContain("bcc");
  expect(arrived?.html).not.toMatch(/<script|<img/);
  expect(arrived?.html).toContain("a bank (evil.example)</a>");
});

test("an address that holds more than one is not written to", async () => {
  await using mail = await open();
  const two = outbound({}, "ada@example.org, eve@example.net");
  await expect(mail.door.deliver(two, signal)).rejects.toMatchObject({ code: "mail_refused" });
  expect(mail.server.mails).toEqual([]);
});

test("it can be ended with one press, where a browser can reach NEXUS", async () => {
  await using mail = await open({ unsubscribe: "https://nexus.example.com/mail/end/abc" });
  await mail.door.deliver(outbound({}), signal);
  expect(mail.server.mails[0]?.raw).toContain("List-Unsubscribe: <https://nexus.example.com/mail/end/abc>");
  expect(mail.server.mails[0]?.raw).toContain("List-Unsubscribe-Post: List-Unsubscribe=One-Click");
});

test.each<{ mode: MailMode; code: string; retryable: boolean }>([
  { mode: "later", code: "mail_unreachable", retryable: true },
  { mode: "refused", code: "mail_refused", retryable: false },
  { mode: "dies_after_data", code: "mail_unreachable", retryable: true },
])("a server that answers “$mode” leads to $code", async ({ mode, code, retryable }) => {
  await using mail = await open();
  mail.server.mode = mode;
  await expect(mail.door.deliver(outbound({}), signal)).rejects.toMatchObject({ code, retryable });
});

test("what a server took without saying so is sent again under the same name", async () => {
  await using mail = await open();
  const sent = outbound({});
  mail.server.mode = "dies_after_data";
  await expect(mail.door.deliver(sent, signal)).rejects.toMatchObject({ code: "mail_unreachable" });
  await expect(mail.door.probe(sent, signal)).resolves.toEqual({ state: "unknown" });
  mail.server.mode = "ok";
  await mail.door.deliver(sent, signal);
  expect(mail.server.mails.map(({ messageId }) => messageId)).toEqual(Array(2).fill(`<${sent.id}@example.com>`));
});

test("user and password are said to the server, and a wrong one is named as what it is", async () => {
  await using mail = await open({ user: "nexus@example.com", password: "p@ss/word" });
  await mail.door.deliver(outbound({}), signal);
  expect(mail.server.mails).toHaveLength(1);
  const wrong = createSmtp({ url: mail.server.url.replace("p%40ss", "guess"), from: FROM });
  await expect(wrong.verify(signal)).rejects.toMatchObject({
    code: "mail_refused",
    say: "The mail server does not take NEXUS's user and password.",
  });
});

test("a server that is not there is waited for, and nothing is said in the clear to one far away", async () => {
  const gone = createSmtp({ url: "smtp://127.0.0.1:1", from: FROM });
  await expect(gone.verify(signal)).rejects.toMatchObject({ code: "mail_unreachable" });
});
