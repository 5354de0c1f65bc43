import { once } from "node:events";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import type { Core } from "#core/core.ts";
import type { Health } from "#core/health.ts";
import { NexusError } from "#core/contract/errors.ts";
import { startHttp } from "./server.ts";

const log = { debug() {}, info() {}, warn() {}, error() {} };
const well: Health = { ready: true, checks: [{ name: "store", ok: true, detail: "answers" }], degraded: ["no model"] };

/** The part of core that this door uses, played as one moment of it. */
function coreWith(moment: { health?: Health; connected?: string }): Pick<Core, "health" | "finishOAuth" | "joinLink"> {
  return {
    joinLink: (platform) => (platform === "slack" ? "https://api.slack.com/apps?new_app=1" : undefined),
    health: () => Promise.resolve(moment.health ?? well),
    finishOAuth: (_state, given) =>
      "code" in given && moment.connected !== undefined
        ? Promise.resolve({ title: moment.connected })
        : Promise.reject(new NexusError("connect_failed", "refused with client_secret=hunter2-in-the-log")),
  };
}

const open = (moment: Parameters<typeof coreWith>[0] = {}) =>
  startHttp(coreWith(moment), { host: "127.0.0.1", port: 0 }, log);

test("a monitor is told that NEXUS is alive and ready, and which modes are degraded", async () => {
  await using http = await open();
  const live = await fetch(`${http.origin}/livez`);
  expect([live.status, await live.json()]).toMatchObject([200, { status: "alive" }]);
  const ready = await fetch(`${http.origin}/readyz`);
  expect([ready.status, await ready.json()]).toMatchObject([200, { status: "ready", degraded: ["no model"] }]);
});

test("a part that does not answer makes NEXUS not ready, by name", async () => {
  const checks = [{ name: "sandbox", ok: false, detail: "no runner can be started" }];
  await using http = await open({ health: { ready: false, checks, degraded: [] } });
  const ready = await fetch(`${http.origin}/readyz`);
  expect([ready.status, await ready.json()]).toMatchObject([503, { status: "not ready", checks }]);
});

test("a page elsewhere that points its own name here is not answered", async () => {
  await using http = await open();
  const { hostname, port } = new URL(http.origin);
  const socket = connect(Number(port), hostname);
  await once(socket, "connect");
  socket.end("GET /readyz HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
  expect(await text(socket)).toMatch(/^HTTP\/1\.1 421 /);
});

test("whoever comes back from a consent page is told how it ended, in words and nothing else", async () => {
  await using http = await open({ connected: "Google <Calendar>" });
  const good = await fetch(`${http.origin}/oauth/callback?state=s&code=c`);
  expect(good.status).toBe(200);
  expect(good.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(await good.text()).toContain("Google &#60;Calendar&#62; is connected");
  for (const query of ["state=s&error=access_denied", "state=s", "code=c", ""]) {
    const bad = await fetch(`${http.origin}/oauth/callback?${query}`);
    const page = await bad.text();
    expect([bad.status, page.includes("Not connected"), page.includes("hunter2")]).toEqual([400, true, false]);
  }
});

test("an unknown address is a plain 404, and a taken port an error at the start", async () => {
  await using http = await open();
  const missing = await fetch(`${http.origin}/admin`);
  expect([missing.status, await missing.json()]).toEqual([404, { title: "No such page", status: 404 }]);
  const { port } = new URL(http.origin);
  await expect(startHttp(coreWith({}), { host: "127.0.0.1", port: Number(port) }, log)).rejects.toThrow("EADDRINUSE");
});

test("the short address leads to where the platform's app is made, and nowhere else", async () => {
  await using http = await open();
  const slack = await fetch(`${http.origin}/join/slack`, { redirect: "manual" });
  expect([slack.status, slack.headers.get("location")]).toEqual([302, "https://api.slack.com/apps?new_app=1"]);
  const other = await fetch(`${http.origin}/join/https%3A%2F%2Fevil.example`, { redirect: "manual" });
  expect(other.status).toBe(404);
});
