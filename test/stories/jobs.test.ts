import { expect, test, vi } from "vitest";
import type { Reply } from "#core/contract/reply.ts";
import { handMadeBundle } from "#test/hand-made-bundle.ts";
import { startVendor } from "#test/platforms/loopback-vendor.ts";
import { capabilityFields, sampleManifest } from "#test/sample-manifest.ts";
import { PATIENCE } from "./console-terminal.ts";
import { openHouse, textOf } from "./house.ts";
import { channel, openWorkspace } from "./workspace.ts";

const LONG = 60_000;
const HOUR_MS = 60 * 60_000;

/** A module without an account that asks one address, and can be asked without being told anything. */
function newsModule() {
  const manifest = sampleManifest({
    name: "news",
    title: "News",
    hosts: [{ host: "api.news.example", methods: ["GET"], pathPrefixes: ["/"] }],
    capabilities: [
      capabilityFields({
        name: "top",
        examples: ["top news", "news please", "what is new today", "headlines", "the latest stories"],
      }),
    ],
  });
  const code = `export async function top(_input, nexus) {
    const answer = await nexus.fetch("https://api.news.example/top");
    if (!answer.ok || answer.status !== 200) {
      return { error: { code: "upstream_unavailable", say: "The news cannot be had now." } };
    }
    return { summary: "There is news." };
  }
  export default { top };`;
  return handMadeBundle(code, manifest);
}

function lineOf(reply: Reply, job: string): string {
  const items = reply.parts.flatMap((part) => (part.type === "fields" ? part.items : []));
  return items.find(({ label }) => label === job)?.value ?? "";
}

test(
  "what NEXUS does by itself is listed with its last run and the next, and can be done now",
  async () => {
    await using house = await openHouse();
    const first = await house.say("jobs");
    expect(first.summary).toMatch(/^I do \d+ things by myself, and none has failed\.$/);
    expect(lineOf(first, "retention")).toContain("not done yet");
    expect((await house.say("run job database")).summary).toMatch(/is done: \d+\.\d MB read and whole/);
    expect(lineOf(await house.say("jobs"), "database")).toMatch(/MB read and whole.*; next/);
    expect((await house.say("run job tidy")).summary).toContain("There is no such job");
    house.wait(2 * HOUR_MS);
    await vi.waitUntil(async () => /\d+ rows? forgotten/.test(lineOf(await house.say("jobs"), "retention")), {
      ...PATIENCE,
      timeout: 30_000,
    });
  },
  LONG,
);

test(
  "a module whose source changed is noticed without anybody asking it",
  async () => {
    await using vendor = await startVendor<"ok" | "gone">("ok", (_, mode) => {
      return { status: mode === "ok" ? 200 : 410, body: {} };
    });
    await using house = await openHouse({ bundles: [newsModule()], vendors: { "api.news.example": vendor } });
    expect((await house.say("run job modules")).summary).toContain("1 answer");
    vendor.mode = "gone";
    expect((await house.say("run job modules")).summary).toContain("0 answer, not: News");
    expect(vendor.requests.length).toBeGreaterThan(1);
  },
  LONG,
);

test(
  "only operators see what NEXUS does by itself, and only admins have it done",
  async () => {
    await using place = await openWorkspace();
    await place.makeOwner();
    const asked = await place.say("jobs", { person: "bob", place: channel("standup") });
    expect(textOf(asked)).toContain("Only operators, admins and owners");
    const run = await place.say("run job retention", { person: "bob", place: channel("standup") });
    expect(textOf(run)).toContain("Only admins and owners");
  },
  LONG,
);
