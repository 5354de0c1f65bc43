import { afterAll, beforeAll, expect, test } from "vitest";
import type { Sandbox } from "#core/contract/sandbox.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { type Asked, type BrokerWorld, openBrokerWorld, SECRET } from "./broker-world.ts";
import { bareHost } from "#sandbox/bare-host.ts";
import { strangeBundle, strangeCall, strangeManifest } from "./strange-module.ts";

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
let sandbox: Sandbox;
beforeAll(() => {
  sandbox = createSandbox({ log: silent, runners: 1, spares: 1, minimum: [] });
});
afterAll(() => sandbox[Symbol.asyncDispose]());

/** Runs strange code in the real sandbox, before the real broker. */
async function run(source: string, world: BrokerWorld) {
  const asked: Asked[] = [];
  const manifest = strangeManifest(source, { fetches: 3, timeoutMs: 2_000 });
  const host = bareHost({
    fetch: async (url, init) => {
      const answer = await world.ask(url, init);
      asked.push(answer);
      return answer.result;
    },
  });
  const call = strangeCall(strangeBundle(new Map([["module.ts", source]]), manifest), {});
  return { outcome: await sandbox.run(call, host, new AbortController().signal), asked };
}

test("SEC-003: a module finds no credential in what it is given", async () => {
  await using world = await openBrokerWorld();
  const { outcome } = await run(
    `export async function run(input, nexus) {
      const seen = [];
      for (let at = nexus; at !== null; at = Object.getPrototypeOf(at)) seen.push(...Reflect.ownKeys(at).map(String));
      return { seen, secret: String(nexus.secret), answer: await nexus.fetch("https://api.example.com/v1/x") };
    }`,
    world,
  );
  expect(outcome).toMatchObject({ status: "completed", output: { secret: "undefined", answer: { ok: true } } });
  expect(JSON.stringify(outcome)).not.toContain("sk_live");
  expect(world.seen[0]?.headers.authorization).toBe(`Bearer ${SECRET}`);
});

test("SEC-004: there is no handle to a credential that could be put into an address", async () => {
  await using world = await openBrokerWorld();
  const { outcome } = await run(
    `export async function run(input, nexus) {
      return await nexus.fetch("https://api.example.com/v1/" + nexus.secret("sample"));
    }`,
    world,
  );
  expect(outcome).toMatchObject({ status: "failed" });
  expect(world.seen).toEqual([]);
});

test("SEC-016: requests are counted outside the module, and each leaves a record", async () => {
  await using world = await openBrokerWorld();
  const { outcome, asked } = await run(
    `export async function run(input, nexus) {
      const codes = [];
      for (let bit = 0; bit < 12; bit += 1) {
        const answer = await nexus.fetch("https://api.example.com/v1/" + bit);
        codes.push(answer.ok ? answer.status : answer.code);
      }
      return codes;
    }`,
    world,
  );
  expect(outcome).toMatchObject({
    status: "completed",
    output: [200, 200, 200, ...Array.from({ length: 9 }, () => "too_many_calls")],
  });
  expect(asked.map(({ record }) => record.outcome)).toEqual([200, 200, 200]);
  expect(world.seen).toHaveLength(3);
});
