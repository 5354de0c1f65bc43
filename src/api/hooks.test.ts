import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { HookAnswer, HookDoor } from "#core/contract/hook.ts";
import { type ApiOffice, NO_LIMITS, openApiOffice } from "#test/api-kit.ts";
import { silent } from "#test/delivery-kit.ts";
import { startHttp } from "./server.ts";

let api: ApiOffice;
beforeAll(async () => {
  api = await openApiOffice();
});
afterAll(() => api[Symbol.asyncDispose]());

const PATH = "/hooks/01990000-0000-7000-8000-000000000001/01990000-0000-7000-8000-000000000002";
const PROXY = ["127.0.0.1"];

/** The door, before hooks that take what says `x-good`, and remember what they were given. */
async function openDoor(good: HookAnswer = { state: "taken" }) {
  const came: string[] = [];
  const hooks: HookDoor = {
    receive: (_org, _hook, { headers, body }) => {
      came.push(Buffer.from(body).toString());
      return Promise.resolve(headers["x-good"] === undefined ? { state: "refused" } : good);
    },
    page: () => Promise.resolve(undefined),
    openPage: () => Promise.resolve({ state: "gone" }),
  };
  const options = { host: "127.0.0.1", port: 0, version: "0.0.0", limits: NO_LIMITS, trustedProxies: PROXY };
  const http = await startHttp({ ...api.office.core, hooks }, options, silent);
  const post = (headers: Readonly<Record<string, string>>, body: string | Uint8Array<ArrayBuffer> = "{}") =>
    fetch(`${http.origin}${PATH}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
  return { came, http, post, [Symbol.asyncDispose]: () => http[Symbol.asyncDispose]() };
}

const good = { "x-good": "yes" };

test("10,000 deliveries that are no good are turned away, while what is good from elsewhere is taken", async () => {
  await using door = await openDoor();
  const statuses = new Map<number, number>();
  const fair: number[] = [];
  for (let at = 0; at < 10_000; at += 50) {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => door.post({ "x-forwarded-for": "203.0.113.9" })),
    );
    for (const answer of answers) {
      statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      await answer.body?.cancel();
    }
    fair.push((await door.post({ ...good, "x-forwarded-for": "198.51.100.7" })).status);
  }
  // As many as one hook is told in a minute.
  expect(new Set(fair.slice(0, 120))).toEqual(new Set([202]));
  expect(statuses.get(202)).toBeUndefined();
  expect(statuses.get(401) ?? 0).toBeLessThanOrEqual(120);
  expect([...statuses.values()].reduce((sum, one) => sum + one, 0)).toBe(10_000);
}, 60_000);

test("one hook is told 120 things a minute, and more is put off", async () => {
  await using door = await openDoor();
  for (let at = 0; at < 120; at += 1) expect((await door.post(good)).status).toBe(202);
  const late = await door.post(good);
  expect(late.status).toBe(429);
  expect(Number(late.headers.get("retry-after"))).toBeGreaterThan(0);
});

test("who sends slowly keeps nobody waiting, and only so many may at once", async () => {
  await using door = await openDoor();
  const { hostname, port } = new URL(door.http.origin);
  const slow = await Promise.all(
    Array.from({ length: 20 }, async () => {
      const socket = connect(Number(port), hostname);
      await once(socket, "connect");
      socket.write(
        `POST ${PATH} HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: 203.0.113.9\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{`,
      );
      return socket;
    }),
  );
  const turnedAway = slow.slice(8).map((socket) => text(socket));
  expect((await turnedAway[0])?.startsWith("HTTP/1.1 503")).toBe(true);
  expect((await door.post({ ...good, "x-forwarded-for": "198.51.100.7" })).status).toBe(202);
  expect((await door.post({ ...good, "x-forwarded-for": "203.0.113.9" })).status).toBe(503);
  for (const socket of slow) socket.destroy();
  await expect.poll(async () => (await door.post({ ...good, "x-forwarded-for": "203.0.113.9" })).status).toBe(202);
});

test("a few bytes that would unpack to a great many are never unpacked, and what is too large is not read to its end", async () => {
  await using door = await openDoor();
  const bomb = new Uint8Array(gzipSync(Buffer.alloc(50_000_000)));
  expect((await door.post({ ...good, "content-encoding": "gzip" }, bomb)).status).toBe(415);
  expect((await door.post(good, "x".repeat(262_145))).status).toBe(413);
  const { hostname, port } = new URL(door.http.origin);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  socket.on("error", () => undefined);
  // Without saying how much there will be.
  socket.write(
    `POST ${PATH} HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/plain\r\ntransfer-encoding: chunked\r\n\r\n`,
  );
  for (let at = 0; at < 30; at += 1) socket.write(`2800\r\n${"x".repeat(0x2800)}\r\n`);
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 413 /);
  expect(door.came).toEqual([]);
});

test("a browser's page of another site posts nothing, and no other method is taken", async () => {
  await using door = await openDoor();
  expect((await door.post({ ...good, origin: "https://evil.example", "sec-fetch-site": "cross-site" })).status).toBe(
    403,
  );
  for (const method of ["GET", "PUT", "DELETE"]) {
    expect((await fetch(`${door.http.origin}${PATH}`, { method })).status).toBe(405);
  }
  expect((await fetch(`${door.http.origin}/hooks/one/two/three`, { method: "POST" })).status).toBe(404);
  expect((await door.post({ ...good, "content-type": "multipart/form-data" })).status).toBe(415);
  expect(door.came).toEqual([]);
});

test("a challenge is said back as plain text and nothing else; a ping is answered as a delivery is", async () => {
  await using challenged = await openDoor({ state: "proven", challenge: "3eZbrw1aBm2rZgRNFdxV" });
  const answer = await challenged.post(good);
  expect([answer.status, await answer.text()]).toEqual([200, "3eZbrw1aBm2rZgRNFdxV"]);
  expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
  expect(answer.headers.get("x-content-type-options")).toBe("nosniff");
  const unsigned = await challenged.post({});
  expect([unsigned.status, (await unsigned.text()).includes("3eZbrw")]).toEqual([401, false]);
  await using pinged = await openDoor({ state: "proven" });
  expect((await pinged.post(good)).status).toBe(202);
});

test("an address is not proven by who cannot sign: a token in a query is repeated to nobody", async () => {
  await using door = await openDoor();
  const [graph, meta] = [
    `${door.http.origin}${PATH}?validationToken=abc`,
    `${door.http.origin}${PATH}?hub.challenge=abc`,
  ];
  const answers = [
    await fetch(graph, { method: "POST", headers: { "content-type": "text/plain" } }),
    await fetch(meta),
  ];
  for (const answer of answers) expect(await answer.text()).not.toContain("abc");
  expect(answers.map(({ status }) => status)).toEqual([401, 405]);
});

test("what cannot be taken now is answered with when to come again, and what was taken before is fine", async () => {
  await using full = await openDoor({ state: "full", retryAfterS: 60 });
  const answer = await full.post(good);
  expect([answer.status, answer.headers.get("retry-after")]).toEqual([503, "60"]);
  await using known = await openDoor({ state: "known" });
  expect((await known.post(good)).status).toBe(200);
});
