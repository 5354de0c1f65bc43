import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { z } from "zod";
import { PATIENCE } from "./console-terminal.ts";
import { asGitHub, asSlack, asStandard, codesOf, openedIssue, readHook, setUpHook } from "./hook-kit.ts";
import { type House, INNER_LIFE, labelsOf, openHouse, textOf } from "./house.ts";

const Problem = z.record(z.string(), z.unknown());
const LONG = 60_000;
const MINUTE_MS = 60_000;

let house: House;
beforeEach(async () => {
  house = await openHouse({ settings: { NEXUS_HTTP_PUBLIC_URL: "https://nexus.example.com" } });
});
afterEach(() => house[Symbol.asyncDispose]());

/** What came from outside and was said in the terminal, unasked. */
const posts = () =>
  house.terminal.shown().flatMap(({ reply }) => (textOf(reply).includes("From outside") ? [reply] : []));
const posted = (words: string) => vi.waitUntil(() => posts().find(({ summary }) => summary.includes(words)), PATIENCE);

test(
  "“let GitHub post here” is planned, done at the press, and what GitHub sends is said once in its place",
  async () => {
    const plan = await house.say("let GitHub post here");
    expect(plan.summary).toBe("Shall I let GitHub post to you alone?");
    expect(textOf(plan)).toContain("by GitHub's signature");
    const done = await house.press(plan, "Do It");
    expect(labelsOf(done)).toEqual(["Address and Secret", "Send a Test", "Undo"]);
    const code = /hook (\w{4}) secret/.exec(textOf(done))?.[1] ?? "";
    const hook = await readHook(house, code);
    expect(hook.path).toMatch(/^\/hooks\/[0-9a-f-]{36}\/[0-9a-f-]{36}$/);
    expect(hook.secret).toMatch(/^[\w-]{43}$/);
    expect((await house.say(`hook ${code} secret`)).summary).toContain("has been shown");

    const answer = await asGitHub(hook, "issues", openedIssue("The door sticks"));
    expect([answer.status, await answer.json()]).toEqual([202, { status: "accepted" }]);
    const post = await posted("The door sticks");
    expect(post.summary).toBe("ada opened issue #7 in example/rocket: The door sticks");
    expect(textOf(post)).toContain('"title":"github.com"');
    expect(textOf(post)).toContain("From outside, by the hook “GitHub”");
    expect(textOf(post)).not.toMatch(INNER_LIFE);
    expect(posts()).toHaveLength(1);
    expect(house.log()).not.toContain(hook.secret);
    expect(house.log()).not.toContain("The door sticks");
  },
  LONG,
);

test(
  "a wrong signature, an unknown hook, another org's address and no signature at all get the same answer, and are audited",
  async () => {
    const hook = await setUpHook(house, "let GitHub post here");
    const other = hook.url.replace(/[0-9a-f]{12}$/, "000000000000");
    const [, , org = ""] = hook.path.split("/");
    const elsewhere = hook.url.replace(org, "01990000-0000-7000-8000-000000000001");
    const answers = await Promise.all([
      asGitHub({ ...hook, secret: "another secret" }, "push", {}),
      asGitHub({ ...hook, url: other }, "push", {}),
      asGitHub({ ...hook, url: elsewhere }, "push", {}),
      asGitHub({ ...hook, url: hook.url.replace(org, "..%2f..%2fetc") }, "push", {}),
      fetch(hook.url, { method: "POST", headers: { "content-type": "application/json" }, body: "{}" }),
    ]);
    const told = await Promise.all(
      answers.map(async (answer) => ({ status: answer.status, body: Problem.parse(await answer.json()) })),
    );
    expect(new Set(told.map(({ status, body }) => JSON.stringify([status, { ...body, instance: "" }]))).size).toBe(1);
    expect(told[0]).toMatchObject({ status: 401, body: { code: "hook_refused" } });
    expect(textOf(await house.say("audit"))).toContain("hook");
    expect(posts()).toEqual([]);
  },
  LONG,
);

test(
  "what is sent again, under its name or under another, is said once",
  async () => {
    const hook = await setUpHook(house, "let GitHub post here");
    const body = openedIssue("Once only");
    const first = { "x-github-delivery": "11111111-0000-4000-8000-000000000001" };
    expect((await asGitHub(hook, "issues", body, first)).status).toBe(202);
    expect((await asGitHub(hook, "issues", body, first)).status).toBe(200);
    // The name of a delivery is not signed: whoever has seen one could send it under another.
    expect((await asGitHub(hook, "issues", body)).status).toBe(200);
    house.wait(48 * 60 * MINUTE_MS);
    expect((await asGitHub(hook, "issues", body)).status).toBe(200);
    expect((await asGitHub(hook, "issues", openedIssue("Another"))).status).toBe(202);
    await posted("Another");
    expect(posts()).toHaveLength(2);
  },
  LONG,
);

test(
  "a signature of before, or of a clock that is ahead, is refused",
  async () => {
    const hook = await setUpHook(house, "let a program post here");
    const at = house.now();
    const off = (ms: number) => asStandard(hook, { title: "late" }, { at: new Date(at.getTime() + ms) });
    expect((await off(-6 * MINUTE_MS)).status).toBe(401);
    expect((await off(6 * MINUTE_MS)).status).toBe(401);
    expect((await off(-4 * MINUTE_MS)).status).toBe(202);
    await posted("late");
    const same = { at, id: "msg_one" };
    expect((await asStandard(hook, { title: "one" }, same)).status).toBe(202);
    expect((await asStandard(hook, { title: "one" }, same)).status).toBe(200);
  },
  LONG,
);

test(
  "what is too large, compressed, of another kind or no JSON is not taken",
  async () => {
    const hook = await setUpHook(house, "let GitHub post here");
    const large = await asGitHub(hook, "push", { text: "x".repeat(300_000) });
    expect([large.status, Problem.parse(await large.json())["detail"]]).toEqual([
      413,
      expect.stringContaining("256 KiB"),
    ]);
    expect((await asGitHub(hook, "push", {}, { "content-encoding": "gzip" })).status).toBe(415);
    expect((await asGitHub(hook, "push", {}, { "content-type": "application/xml" })).status).toBe(415);
    expect((await asGitHub(hook, "push", "no JSON")).status).toBe(400);
    expect((await asGitHub(hook, "push", `${"[".repeat(5_000)}${"]".repeat(5_000)}`)).status).toBe(400);
    const nearly = await asGitHub(hook, "issues", { ...openedIssue("Large"), more: "x".repeat(250_000) });
    expect(nearly.status).toBe(202);
    await posted("Large");
  },
  LONG,
);

test(
  "a rotated secret works beside the one before for a day, then alone",
  async () => {
    const hook = await setUpHook(house, "let GitHub post here");
    await house.say(`rotate hook ${hook.code}`);
    const next = await readHook(house, hook.code);
    expect(next.secret).not.toBe(hook.secret);
    expect((await asGitHub(hook, "issues", openedIssue("by the former"))).status).toBe(202);
    expect((await asGitHub(next, "issues", openedIssue("by the new one"))).status).toBe(202);
    house.wait(25 * 60 * MINUTE_MS);
    expect((await asGitHub(hook, "issues", openedIssue("too late"))).status).toBe(401);
    await posted("by the new one");
    expect(codesOf(await house.say(`hook ${hook.code} secret`))).toEqual([]);
  },
  LONG,
);

test(
  "Slack proves the address by a challenge, its events are told once however often it tries, and NEXUS's own posts are not",
  async () => {
    const done = await house.press(await house.say("let Slack post here"), "Do It");
    const code = /hook (\w{4}) secret/.exec(textOf(done))?.[1] ?? "";
    const asked = await house.say(`hook ${code} secret`);
    const page = /\/hook-secret\/[\w.-]+/.exec(JSON.stringify(asked.parts))?.[0] ?? "";
    const [secret, headers] = ["signing-secret-of-the-app", { "content-type": "application/x-www-form-urlencoded" }];
    const body = `secret=${secret}`;
    const kept = await fetch(`${house.nexus.origin}${page}`, { method: "POST", headers, body });
    const path = /nexus\.example\.com(\/hooks\/[\w/-]+)/.exec(await kept.text())?.[1] ?? "";
    const hook = { url: `${house.nexus.origin}${path}`, secret };

    const challenge = {
      type: "url_verification",
      token: "old",
      challenge: "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P",
    };
    const said = await asSlack(hook, challenge, house.now());
    expect([said.status, await said.text()]).toEqual([200, challenge.challenge]);
    expect((await asSlack({ ...hook, secret: "another-secret-of-an-app" }, challenge, house.now())).status).toBe(401);
    const event = { type: "event_callback", token: "old-token", event_id: "Ev1" };
    const message = { type: "message", user: "U1", channel: "C1", text: "the door sticks" };
    expect((await asSlack(hook, { ...event, event: message }, house.now())).status).toBe(202);
    house.wait(MINUTE_MS);
    expect((await asSlack(hook, { ...event, event: message }, house.now())).status).toBe(200);
    const own = { ...message, bot_id: "B1", text: "posted by NEXUS" };
    expect((await asSlack(hook, { ...event, event_id: "Ev2", event: own }, house.now())).status).toBe(202);
    expect(
      (await asSlack(hook, { ...event, event_id: "Ev3", event: { ...message, text: "last" } }, house.now())).status,
    ).toBe(202);
    await vi.waitUntil(() => posts().some((post) => textOf(post).includes("last")), PATIENCE);
    expect(posts()).toHaveLength(2);
    const told = JSON.stringify(posts());
    expect(told).toContain("the door sticks");
    expect(told).not.toMatch(/posted by NEXUS|old-token|3eZbrw/);
    expect(textOf(await house.say(`hook ${code}`))).toMatch(/it works: proven by the sender .*\(url_verification\)/);
  },
  LONG,
);
