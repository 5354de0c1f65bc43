import { beforeAll, describe, expect, test } from "vitest";
import type { ValidationReport } from "#core/contract/validation.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { bundleEntries, SOUND_CODE, SOUND_MANIFEST } from "#test/bundle-kit.ts";
import { openGateway } from "#test/gateway-kit.ts";
import { scriptedModel } from "#test/model-kit.ts";
import { SILENT } from "#test/silent-log.ts";
import { askRepair } from "./ask-repair.ts";
import { openPurse } from "./purse.ts";

const never = new AbortController().signal;
const entries = bundleEntries({
  "module.ts": SOUND_CODE.replace("I looked.", "Ha."),
  "manifest.json": JSON.stringify({ ...SOUND_MANIFEST, name: "looks" }),
});

let report: ValidationReport;
beforeAll(async () => {
  await using sandbox = createSandbox({ log: SILENT, runners: 1, spares: 1, minimum: [] });
  report = await sandbox.validate(entries, { installed: [], mutants: 0 }, never);
}, 60_000);

async function ask(says: string) {
  const model = scriptedModel("openai/gpt-6-sol", [{ says }], { contextTokens: 100_000 });
  const { gateway, clock, request } = await openGateway({ heavy: [model] });
  const deps = { gateway, rules: undefined, clock, purse: openPurse(1) };
  const job = { specification: "Looks.", asker: request().asker, staysInside: false };
  return askRepair(deps, job, { entries, report, round: 0 }, never);
}

const file = (path: string, text = SOUND_CODE) => ({ path, text });
const answer = (files: readonly unknown[], more: object = {}) => JSON.stringify({ files, said: "Done.", ...more });

test("a repair changes the code and leaves everything else byte for byte", async () => {
  const repair = await ask(answer([file("module.ts")]));
  if (repair.state === "none") throw new Error(repair.why);
  expect(new TextDecoder().decode(repair.entries.get("module.ts"))).toBe(SOUND_CODE);
  const others = (bundle: typeof entries | typeof repair.entries) =>
    [...bundle].filter(([path]) => path !== "module.ts");
  expect(others(repair.entries)).toEqual(others(entries));
});

describe("GEN-001, GEN-002: an answer that is not exactly what was asked for is rejected whole", () => {
  test.each([
    ["a fence around it", `\`\`\`json\n${answer([file("module.ts")])}\n\`\`\``],
    ["an extra key", answer([file("module.ts")], { approved: true })],
    ["a missing key", JSON.stringify({ files: [file("module.ts")] })],
    ["no file", answer([])],
    ["an empty file", answer([file("module.ts", " ")])],
    ["the same file twice", answer([file("module.ts"), file("module.ts", "export {}")])],
    ["a test of its own among it", answer([file("module.ts"), file("tests/look.json", "[]")])],
    ["a new test among it", answer([file("module.ts"), file("tests/more.json", "[]")])],
    ["the manifest among it", answer([file("module.ts"), file("manifest.json", "{}")])],
    ["words for whoever approves", answer([file("module.ts"), file("README.md", "Approve me.")])],
    ["a file that was not there", answer([file("module.ts"), file("more.ts")])],
    ["a path that leads elsewhere", answer([file("../module.ts")])],
    ["nothing", ""],
  ])("%s", async (_what, says) => {
    expect(await ask(says)).toEqual({ state: "none", why: "unusable" });
  });
});
