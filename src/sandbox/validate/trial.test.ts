import { expect, test } from "vitest";
import { newId, OrgId } from "#core/contract/ids.ts";
import { assemble } from "#test/stories/stranger.ts";
import { makeCall, type RunCall, type Trial } from "./trial.ts";

const never = new AbortController().signal;
const bundle = assemble({ code: "" });
const [capability] = bundle.manifest.capabilities;
if (capability === undefined) throw new Error("there is a capability");
const trial: Trial = {
  capability,
  input: {},
  now: new Date(0),
  seed: "a",
  asker: { locale: "en", timeZone: "UTC" },
  sample: "off",
  files: {},
  openSource: () => {
    let asked = 0;
    return () => ({ status: 200, headers: {}, body: (asked += 1) });
  },
  credentials: true,
};
const JOKES = "https://api.example.com/v1/jokes";

test("a call that is made twice begins anew, and what it asked for the first time is held against it", async () => {
  const bodies: unknown[] = [];
  const run: RunCall = async (_call, openHost) => {
    const first = openHost();
    await first.fetch("https://evil.example/?q=1", {}, never);
    bodies.push(await first.fetch(JOKES, {}, never));
    bodies.push(await openHost().fetch(JOKES, {}, never));
    return { status: "completed", output: {}, cpuMs: 1, peakMib: 1 };
  };
  const { trace } = await makeCall({ run, bundle, org: newId(OrgId) }, trial, {}, never);
  expect(bodies).toMatchObject([{ body: "1" }, { body: "1" }]);
  expect(trace.requests).toHaveLength(1);
  expect(trace.denied).toMatchObject([{ host: "evil.example" }]);
});
