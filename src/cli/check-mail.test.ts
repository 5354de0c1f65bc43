import { expect, test } from "vitest";
import { startMailServer } from "#test/platforms/mail-server.ts";
import { checkMail } from "./check-mail.ts";

const FROM = "nexus@example.com";
const settings = (url?: string) => ({ mail: { ...(url !== undefined && { url }), from: FROM, domains: [] } });

test("doctor says whether mails can be sent, and what to mend where they cannot", async () => {
  await using server = await startMailServer({ user: "nexus", password: "right" });
  expect(await checkMail(settings())).toMatchObject({ state: "ok", detail: "none is set up" });
  expect(await checkMail(settings(server.url))).toMatchObject({
    state: "ok",
    detail: expect.stringContaining("takes mails"),
  });
  expect(await checkMail(settings(server.url.replace("right", "wrong")))).toMatchObject({
    state: "fail",
    fix: expect.stringContaining("NEXUS_MAIL_URL"),
  });
  expect(await checkMail(settings("smtp://127.0.0.1:1"))).toMatchObject({ state: "warn" });
});
