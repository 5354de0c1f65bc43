import { createHmac, randomUUID } from "node:crypto";
import { expect, test } from "vitest";
import type { Received } from "#core/contract/door.ts";
import type { HookPlan, HookScheme } from "#core/contract/hook.ts";
import { ConversationKey, HookId, newId, type OrgId } from "#core/contract/ids.ts";
import type { Inbound } from "#core/contract/message.ts";
import type { Egress } from "#core/contract/sandbox.ts";
import { openStore } from "#core/store/store.ts";
import { silent } from "#test/delivery-kit.ts";
import { testActor } from "#test/platforms/test-message.ts";
import { listeningAudit, vaultOver } from "#test/vault-kit.ts";
import { Webhook } from "standardwebhooks";
import { createHooks } from "./hooks.ts";

const START = Date.UTC(2026, 10, 20, 15);
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const NO_EGRESS: Egress = {
  request: () => Promise.reject(new Error("nothing leaves")),
  [Symbol.asyncDispose]: () => Promise.resolve(),
};

/** Hooks of one org on a store, as many processes as are wanted, and what came into the inbox. */
async function openHooks() {
  const state = { now: START };
  const clock = () => new Date(state.now);
  const store = await openStore(":memory:", { clock });
  const actor = testActor("acme", "ada");
  const { org, person } = await store.people.identify(actor);
  const audit = listeningAudit();
  const vault = vaultOver(store, { clock, log: silent, audit, egress: NO_EGRESS });
  const turns: Inbound[] = [];
  const receive = async (of: OrgId, inbound: Inbound): Promise<Received> => {
    const { turnId, duplicate } = await store.queue.put(of, inbound, clock());
    if (duplicate) return { accepted: false, duplicateOf: turnId };
    turns.push(inbound);
    return { accepted: true, turnId };
  };
  const process = () =>
    createHooks({
      store,
      vault,
      audit,
      receive,
      clock,
      log: silent,
      key: Buffer.alloc(32, 3),
      publicUrl: () => "https://nexus.example.com",
      pause: () => Promise.resolve(),
    });
  const hooks = process();
  const place = {
    key: "test:acme:dev",
    platform: "test",
    tenantId: "acme",
    channelId: "dev",
    kind: "channel",
    audience: "members",
  } as const;
  const add = async (scheme: HookScheme) => {
    const id = newId(HookId);
    const plan = {
      title: "CI",
      scheme,
      task: { do: "tell", format: "any" },
      actor,
      place: { ...place, key: ConversationKey.parse(place.key) },
    } as const satisfies HookPlan;
    await store.forOrg(org).hooks.put({ id, person, code: "ABCD", plan }, hooks.drawSecret(id, scheme, 1));
    const stored = await store.forOrg(org).hooks.get(id);
    if (stored === undefined) throw new Error("no hook");
    return { id, secret: hooks.secretOf(stored) };
  };
  const dispose = () => store[Symbol.asyncDispose]();
  return { state, clock, store, org, hooks, process, audit, turns, add, [Symbol.asyncDispose]: dispose };
}

const OTHER = `whsec_${Buffer.alloc(32, 9).toString("base64")}`;
type Sent = Readonly<Record<string, string>>;
const bytes = (body: string): Uint8Array => Buffer.from(body);
const hex = (secret: string, text: string): string => createHmac("sha256", secret).update(text).digest("hex");
const json: Sent = { "content-type": "application/json" };

test("each way to prove oneself opens with its secret, and with nothing else", async () => {
  await using house = await openHooks();
  const body = '{"title":"hello"}';
  const at = String(START / SECOND);
  const signs: Record<HookScheme, (secret: string) => Sent> = {
    standard: (secret) => ({
      "webhook-id": "msg_1",
      "webhook-timestamp": at,
      // Somebody who rotates signs with both.
      "webhook-signature": `v1,bm90aGluZw== ${new Webhook(secret).sign("msg_1", new Date(START), body)}`,
    }),
    github: (secret) => ({ "x-hub-signature-256": `sha256=${hex(secret, body)}`, "x-github-delivery": randomUUID() }),
    timestamped: (secret) => ({ "stripe-signature": `t=${at},v1=${hex(secret, `${at}.${body}`)},v0=abc` }),
    gitlab: (secret) => ({ "x-gitlab-token": secret, "x-gitlab-event": "Push Hook" }),
    shared: (secret) => ({ authorization: `Bearer ${secret}` }),
  };
  for (const [scheme, sign] of [
    ["standard", signs.standard],
    ["github", signs.github],
    ["timestamped", signs.timestamped],
    ["gitlab", signs.gitlab],
    ["shared", signs.shared],
  ] as const) {
    const { id, secret } = await house.add(scheme);
    const send = (headers: Sent, text = body) =>
      house.hooks.receive(house.org, id, { headers: { ...json, ...headers }, body: bytes(text) });
    expect([scheme, (await send(sign(OTHER))).state]).toEqual([scheme, "refused"]);
    expect([scheme, (await send({})).state]).toEqual([scheme, "refused"]);
    // Where the body is signed, another body is not; where only a secret is shown, it is.
    const isSigned = scheme !== "gitlab" && scheme !== "shared";
    const altered = await send(sign(secret), '{"title":"hellO"}');
    expect([scheme, altered.state]).toEqual([scheme, isSigned ? "refused" : "taken"]);
    expect([scheme, (await send(sign(secret))).state]).toEqual([scheme, "taken"]);
    expect([scheme, (await send(sign(secret))).state]).toEqual([scheme, "known"]);
    // The proof of one way is none of another.
    for (const foreign of Object.values(signs)) expect((await send(foreign(OTHER))).state).toBe("refused");
  }
});

test("Slack's manner of signing opens the same way, and a time that is too old does not", async () => {
  await using house = await openHooks();
  const { id, secret } = await house.add("timestamped");
  const send = (atMs: number) => {
    const at = String(atMs / SECOND);
    const headers = {
      ...json,
      "x-slack-request-timestamp": at,
      "x-slack-signature": `v0=${hex(secret, `v0:${at}:{}`)}`,
    };
    return house.hooks.receive(house.org, id, { headers, body: bytes("{}") });
  };
  expect((await send(START)).state).toBe("taken");
  expect((await send(START - 6 * MINUTE)).state).toBe("refused");
  expect((await send(START + 6 * MINUTE)).state).toBe("refused");
});

test("a sender's try of the address is answered and noted once it is proven, and handed on to nobody", async () => {
  await using house = await openHooks();
  const { hooks } = house.store.forOrg(house.org);
  const slack = await house.add("timestamped");
  const text = JSON.stringify({ type: "url_verification", challenge: "3eZbrw1aBm2rZgRNFdxV" });
  const ask = (secret: string, atMs = START) => {
    const at = String(atMs / SECOND);
    const signature = `v0=${hex(secret, `v0:${at}:${text}`)}`;
    const headers = { ...json, "x-slack-request-timestamp": at, "x-slack-signature": signature };
    return house.hooks.receive(house.org, slack.id, { headers, body: bytes(text) });
  };
  expect(await ask("another secret")).toEqual({ state: "refused" });
  expect(await ask(slack.secret, START - 6 * MINUTE)).toEqual({ state: "refused" });
  expect(await hooks.proof(slack.id)).toBeUndefined();
  // Slack tries as often as somebody presses Retry there; a hook that is paused is no other.
  expect(await ask(slack.secret)).toEqual({ state: "proven", challenge: "3eZbrw1aBm2rZgRNFdxV" });
  await hooks.setState(slack.id, ["on"], "paused");
  expect(await ask(slack.secret)).toEqual({ state: "proven", challenge: "3eZbrw1aBm2rZgRNFdxV" });

  const github = await house.add("github");
  const ping = JSON.stringify({ zen: "Keep it simple.", hook_id: 30 });
  const signed = { "x-hub-signature-256": `sha256=${hex(github.secret, ping)}`, "x-github-event": "ping" };
  const pinged = house.hooks.receive(house.org, github.id, { headers: { ...json, ...signed }, body: bytes(ping) });
  expect(await pinged).toEqual({ state: "proven" });
  await house.hooks.look();
  expect(house.turns).toEqual([]);
  for (const [id, event] of [
    [slack.id, "url_verification"],
    [github.id, "ping"],
  ] as const) {
    expect(await hooks.proof(id)).toMatchObject({ state: "proof", event, receivedAt: new Date(START) });
    expect([await hooks.deliveries(id, 10), (await hooks.get(id))?.taken]).toEqual([[], 0]);
  }
  // Deliveries are forgotten after a week; this is said as long as there is the hook.
  await house.store.housekeeping.sweep(new Date(START + 400 * 24 * 60 * MINUTE));
  expect(await hooks.proof(github.id)).toBeDefined();
});

test("an event that is signed anew with each try, as Stripe's and Slack's, is taken once", async () => {
  await using house = await openHooks();
  const { id, secret } = await house.add("timestamped");
  const send = (name: "stripe" | "slack" | "other", body: object, late = 0) => {
    const [text, at] = [JSON.stringify(body), String((START + late) / SECOND)];
    const line = `t=${at},v1=${hex(secret, `${at}.${text}`)}`;
    const headers = {
      stripe: { "stripe-signature": line },
      slack: {
        "x-slack-request-timestamp": at,
        "x-slack-signature": `v0=${hex(secret, `v0:${at}:${text}`)}`,
      },
      other: { "x-signature": line },
    }[name];
    return house.hooks.receive(house.org, id, { headers: { ...json, ...headers }, body: bytes(text) });
  };
  for (const [name, body, again] of [
    // Stripe counts in its events how many still have to be delivered.
    ["stripe", { id: "evt_1", pending_webhooks: 2 }, { id: "evt_1", pending_webhooks: 1 }],
    ["slack", { type: "event_callback", event_id: "Ev1" }, { type: "event_callback", event_id: "Ev1" }],
    ["other", { id: "order_1", is: "paid" }, { id: "order_1", is: "paid" }],
  ] as const) {
    expect([name, (await send(name, body)).state]).toEqual([name, "taken"]);
    expect([name, (await send(name, again, MINUTE)).state]).toEqual([name, "known"]);
  }
  // Another event about the same thing, and one without a name of its own that comes again.
  expect((await send("other", { id: "order_1", is: "sent" })).state).toBe("taken");
  expect((await send("other", { door: "open" })).state).toBe("taken");
  expect((await send("other", { door: "open" }, MINUTE)).state).toBe("taken");
});

test("10,000 deliveries that are not signed leave one line in the audit and nothing else", async () => {
  await using house = await openHooks();
  const { id } = await house.add("github");
  const guess = (at: number) => ({
    headers: { ...json, "x-hub-signature-256": `sha256=${hex(String(at), "{}")}` },
    body: bytes("{}"),
  });
  for (let at = 0; at < 10_000; at += 100) {
    const answers = await Promise.all(
      Array.from({ length: 100 }, (_, one) => house.hooks.receive(house.org, id, guess(at + one))),
    );
    expect(new Set(answers.map(({ state }) => state))).toEqual(new Set(["refused"]));
  }
  expect(house.audit.heard.map(({ act, detail }) => [act, detail])).toEqual([
    ["hook.refused", { why: "signature", before: 0 }],
  ]);
  house.state.now += 11 * MINUTE;
  await house.hooks.receive(house.org, id, guess(-1));
  expect(house.audit.heard.at(-1)?.detail).toEqual({ why: "signature", before: 9_999 });
  expect(await house.store.forOrg(house.org).hooks.deliveries(id, 10)).toEqual([]);
});

test("what came lies sealed on the disk, and is handed on once, in its order, by whichever process looks", async () => {
  await using house = await openHooks();
  const { id, secret } = await house.add("github");
  const send = (words: string) => {
    const headers = { ...json, "x-hub-signature-256": `sha256=${hex(secret, JSON.stringify({ words }))}` };
    return house.hooks.receive(house.org, id, { headers, body: bytes(JSON.stringify({ words })) });
  };
  for (const words of ["one", "two", "three"]) expect((await send(words)).state).toBe("taken");
  const { hooks } = house.store.forOrg(house.org);
  const [, , first] = await hooks.deliveries(id, 10);
  expect(first?.sealed).not.toContain("one");
  await Promise.all([house.hooks.look(), house.process().look(), house.process().look()]);
  expect(house.turns.map((turn) => turn.kind === "due" && turn.id)).toEqual([`${first?.id}@0`]);
  if (first === undefined) throw new Error("nothing came");
  expect(house.hooks.bodyOf(first)).toEqual({ words: "one" });
  await hooks.settle(first.id, 0, { as: "done" });
  await house.hooks.look();
  expect(house.turns).toHaveLength(2);
  expect((await hooks.delivery(first.id))?.sealed).toBeUndefined();
});

test("a hook for which a thousand deliveries wait takes no more until some are done", async () => {
  await using house = await openHooks();
  const { id, secret } = await house.add("github");
  const { hooks } = house.store.forOrg(house.org);
  const send = (at: number) => {
    const text = JSON.stringify({ at });
    return house.hooks.receive(house.org, id, {
      headers: { ...json, "x-hub-signature-256": `sha256=${hex(secret, text)}` },
      body: bytes(text),
    });
  };
  for (let at = 0; at < 1_000; at += 1) await hooks.accept(house.hooks.drawTest(id, { at }, undefined));
  expect(await send(1)).toEqual({ state: "full", retryAfterS: 60 });
  const [newest] = await hooks.deliveries(id, 1);
  if (newest !== undefined) await hooks.settle(newest.id, 0, { as: "done" });
  expect((await send(1)).state).toBe("taken");
});

test("a sender's own secret is typed on the page once; a link that is altered, too old or used opens nothing", async () => {
  await using house = await openHooks();
  const { id } = await house.add("timestamped");
  const mark = () => house.hooks.markOf({ org: house.org, hook: id, version: 1 });
  const token = house.hooks.tokenOf(mark());
  expect(await house.hooks.page(token)).toMatchObject({ asksSecret: true });
  expect(await house.hooks.page(`${token}x`)).toBeUndefined();
  // What stands in a reply on its way opens nothing.
  expect(await house.hooks.page(mark())).toBeUndefined();
  expect(await house.hooks.openPage(token, "too short")).toMatchObject({ state: "again" });
  expect(await house.hooks.openPage(token, " whsec_of-the-senders-own ")).toMatchObject({ state: "kept" });
  expect(await house.hooks.openPage(token, "whsec_another-one-entirely")).toEqual({ state: "gone" });
  const at = String(START / SECOND);
  const signature = hex("whsec_of-the-senders-own", `${at}.{}`);
  const headers = { ...json, "stripe-signature": `t=${at},v1=${signature}` };
  expect((await house.hooks.receive(house.org, id, { headers, body: bytes("{}") })).state).toBe("taken");

  const other = await house.add("github");
  const link = house.hooks.tokenOf(house.hooks.markOf({ org: house.org, hook: other.id, version: 1 }));
  house.state.now += 11 * MINUTE;
  expect(await house.hooks.openPage(link, undefined)).toEqual({ state: "gone" });
  const fresh = house.hooks.tokenOf(house.hooks.markOf({ org: house.org, hook: other.id, version: 1 }));
  const opened = await Promise.all([
    house.hooks.openPage(fresh, undefined),
    house.process().openPage(fresh, undefined),
  ]);
  expect(opened.map(({ state }) => state).toSorted()).toEqual(["gone", "shown"]);
});
