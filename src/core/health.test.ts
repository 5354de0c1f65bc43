import { expect, test } from "vitest";
import type { SandboxHealth } from "#core/contract/sandbox.ts";
import { checkHealth } from "./health.ts";

const never = new AbortController().signal;

function healthWith(sandbox: () => Promise<SandboxHealth>) {
  const deps = {
    store: { ping: async () => {} },
    sandbox: { check: sandbox },
    doors: () => [],
    surroundings: () => [],
    models: () => ({ lines: [], degraded: [] }),
  };
  return checkHealth(deps, { modules: () => [], everyModule: () => [], notLoaded: () => [] }, never);
}

test("each fence around modules is named, and why one is down", async () => {
  const network = { name: "network", up: false, why: "this system lets the service open no namespace" } as const;
  const fences = [{ name: "process", up: true }, network] as const;
  const health = await healthWith(async () => ({
    ok: true,
    detail: "a runner answers",
    engine: { name: "v8" },
    fences,
    missing: [network],
  }));
  expect(health.checks).toContainEqual({ name: "sandbox", ok: true, detail: "a runner answers", fences });
  expect(health.degraded).toContain("installed modules do not run: the fence network is down");
});

test("a fence that is down and that nobody demands is no degraded mode", async () => {
  const fences = [{ name: "user", up: false, why: "root may not become another user" }] as const;
  const health = await healthWith(async () => ({
    ok: true,
    detail: "a runner answers",
    engine: { name: "v8" },
    fences,
    missing: [],
  }));
  expect(health.degraded.filter((mode) => mode.includes("fence"))).toEqual([]);
});

test("a sandbox that cannot be asked is a check that failed, not a health that cannot be asked", async () => {
  const health = await healthWith(() => Promise.reject(new Error("no process")));
  expect(health.ready).toBe(false);
  expect(health.checks.find(({ name }) => name === "sandbox")).toMatchObject({ ok: false, fences: [] });
});
