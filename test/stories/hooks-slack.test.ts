import { describe, expect, test, vi } from "vitest";
import { PATIENCE } from "./console-terminal.ts";
import { asGitHub, openedIssue } from "./hook-kit.ts";
import { ADA, BEN, labelsIn, live, OPS, wordsOf } from "./slack-house.ts";

const LONG = 90_000;
const SETTINGS = { NEXUS_HTTP_PUBLIC_URL: "https://nexus.example.com" };

/** Sends the form of a page of ours, as a browser would. */
function send(url: string): Promise<Response> {
  return fetch(url, { method: "POST", headers: { "content-type": "application/x-www-form-urlencoded" }, body: "" });
}

describe("a hook in Slack", () => {
  test(
    "is planned for an admin alone, its secret is seen once on a page and never in the channel, and it posts there",
    () =>
      live(
        async (house) => {
          await house.linkAda();
          await house.ask(ADA, OPS, "let GitHub post in #ops", { whispered: true });
          const plan = await house.whispered(ADA, ({ text }) => text.startsWith("Shall I let GitHub"));
          expect(wordsOf(plan)).toContain("Nothing has changed yet");
          await house.press(ADA, OPS, plan, "Do It");
          const done = await house.whispered(ADA, ({ text }) => text.startsWith("Done: let GitHub post"));
          const code = /hook (\w{4}) secret/.exec(wordsOf(done))?.[1] ?? "";

          const refused = await house.command(BEN, OPS, `hook ${code} secret`);
          expect(wordsOf(refused)).toContain("let programs outside post here");
          await house.press(ADA, OPS, done, "Address and Secret");
          const link = await house.whispered(ADA, (message) => labelsIn(message).includes("Open the Page"));
          const at =
            /https:\/\/nexus\.example\.com(\/hook-secret\/[\w.-]+)/.exec(JSON.stringify(link.blocks))?.[1] ?? "";
          const page = `${house.house.nexus.origin}${at}`;
          const opened = await (await fetch(page)).text();
          expect(opened).toContain("Show Them");
          expect(opened).not.toMatch(/\/hooks\//);
          expect((await fetch(`${page}x`)).status).toBe(404);
          const seen = await (await send(page)).text();
          const [address = "", secret = ""] = [...seen.matchAll(/<code[^>]*>([^<]+)</g)].map(([, text]) => text);
          expect(address).toMatch(/^https:\/\/nexus\.example\.com\/hooks\//);
          expect((await send(page)).status).toBe(404);
          expect((await fetch(page)).status).toBe(404);

          const url = address.replace("https://nexus.example.com", house.house.nexus.origin ?? "");
          expect((await asGitHub({ url, secret }, "issues", openedIssue("<@U0ADA00001> look"))).status).toBe(202);
          const post = await house.shown(OPS, (message) => wordsOf(message).includes("opened issue #7"));
          expect(wordsOf(post)).toContain("github.com");
          expect(wordsOf(post)).not.toContain("<@U0ADA00001>");
          expect(JSON.stringify(house.said(OPS))).not.toContain(secret);

          await house.command(ADA, OPS, `hook ${code}`);
          const card = await house.whispered(ADA, (message) => wordsOf(message).includes(`Hook ${code}`));
          expect(labelsIn(card)).toContain("New Secret");
          await vi.waitUntil(() => house.said(OPS).length > 0, PATIENCE);
        },
        { settings: SETTINGS },
      ),
    LONG,
  );
});
