import { expect, test } from "vitest";
import { GMAIL_ACCOUNT, startGmail } from "#test/platforms/gmail.ts";
import { createGmail } from "./gmail.ts";
import type { Mail } from "./mail.ts";

const signal = AbortSignal.timeout(60_000);
const MAIL: Mail = {
  messageId: "<0193-1@example.com>",
  to: "ada@example.org",
  subject: "Standup: 3 Termine, ab 15 Uhr Regen ☂",
  text: "3 Termine",
  html: "<p>3 Termine</p>",
  pictures: [],
  files: [],
};

async function open() {
  const gmail = await startGmail();
  const transport = createGmail({
    ...GMAIL_ACCOUNT,
    from: "NEXUS <nexus@gmail.com>",
    apiUrl: gmail.apiUrl,
    tokenUrl: gmail.tokenUrl,
  });
  return { gmail, transport, [Symbol.asyncDispose]: () => gmail[Symbol.asyncDispose]() };
}

test("a mail goes out through the account that allowed it, as it was written", async () => {
  await using mail = await open();
  await mail.transport.verify(signal);
  await mail.transport.send(MAIL, signal);
  expect(mail.gmail.mails).toMatchObject([
    {
      messageId: MAIL.messageId,
      subject: MAIL.subject,
      to: [{ address: "ada@example.org" }],
      from: { address: "nexus@gmail.com" },
      text: "3 Termine\n",
    },
  ]);
});

test("what was interrupted is looked up by its name, and not sent twice", async () => {
  await using mail = await open();
  await expect(mail.transport.probe(MAIL.messageId, signal)).resolves.toBe("absent");
  mail.gmail.mode = "takes_and_hangs_up";
  await expect(mail.transport.send(MAIL, signal)).rejects.toMatchObject({ code: "mail_unreachable" });
  mail.gmail.mode = "ok";
  await expect(mail.transport.probe(MAIL.messageId, signal)).resolves.toBe("delivered");
});

test("an account that only lets NEXUS send is enough, and what was interrupted is then unknown", async () => {
  await using mail = await open();
  mail.gmail.mode = "send_only";
  await mail.transport.verify(signal);
  await mail.transport.send(MAIL, signal);
  await expect(mail.transport.probe(MAIL.messageId, signal)).resolves.toBe("unknown");
});

test.each([
  { mode: "revoked", code: "mail_refused", retryable: false },
  { mode: "rate_limited", code: "mail_unreachable", retryable: true },
  { mode: "unavailable", code: "mail_unreachable", retryable: true },
] as const)("a Gmail that is $mode leads to $code", async ({ mode, code, retryable }) => {
  await using mail = await open();
  mail.gmail.mode = mode;
  await expect(mail.transport.send(MAIL, signal)).rejects.toMatchObject({ code, retryable });
});
