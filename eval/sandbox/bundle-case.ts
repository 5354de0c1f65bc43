import { z } from "zod";
import { type BundleEntries, digestEntries } from "#core/contract/bundle.ts";
import { packBundle, readPack } from "#sandbox/bundle/pack.ts";
import type { AbuseCase } from "./case-file.ts";
import { blank, type CaseResult, notRun } from "./case-result.ts";
import { craftZip, type CraftedEntry } from "./crafted-zip.ts";
import { findFaults, type Installed, refusalsOf } from "./gate.ts";
import { hasGivenUp, type Lab, patiently } from "./lab.ts";
import { HONEST_NAME, HONEST_SOURCE, writeManifest } from "./study-manifest.ts";

const INSTALLED: Installed = [
  { name: HONEST_NAME, version: "1.0.0" },
  { name: "githubm", version: "1.0.0" },
];

/** Entries that a case adds to an honest bundle, or puts in the place of its own. */
export const AddedEntries = z.array(
  z.looseObject({
    path: z.string(),
    data: z.string().default(""),
    type: z.string().optional(),
    declaredSize: z.number().int().nonnegative().optional(),
  }),
);
export type AddedEntries = z.infer<typeof AddedEntries>;

const TESTS = [
  {
    name: "it says what the source says",
    capability: "run",
    exchanges: [{ request: { url: "https://api.example.com/v1/now" }, answer: { status: 200, body: { celsius: 12 } } }],
    expect: { summary: ["It is 12 degrees."] },
  },
];

/** The files of the catalogue's honest module. */
export function honestBundle(): Map<string, Uint8Array> {
  return new Map([
    ["manifest.json", Buffer.from(writeManifest({}))],
    ["module.ts", Buffer.from(HONEST_SOURCE)],
    ["tests/weather.json", Buffer.from(JSON.stringify(TESTS))],
  ]);
}

/** Hands in an honest bundle with something added: as entries, and as a pack in which names, types and sizes may lie. */
export async function tryBundle(lab: Lab, { id, expected }: AbuseCase, added: AddedEntries): Promise<CaseResult> {
  const result = blank(id);
  const asEntry = ({ path, data, type, declaredSize }: AddedEntries[number]): CraftedEntry => ({
    path,
    data: Buffer.from(data),
    type,
    declaredSize,
  });
  const honest = [...honestBundle()].map(([path, data]) => ({ path, data }));
  const pack = craftZip([...honest, ...added.map(asEntry)]);
  const inPack = await refusedAs(lab, await readPack(pack));
  const said = [`pack: ${inPack.join(", ") || "taken"}`];
  const refused = [inPack.length > 0];
  // Only a pack can hold an entry twice, of another type, or of another size than it says.
  const isPlain = added.every((entry) => entry.type === undefined && entry.declaredSize === undefined);
  const paths = new Set([...honest, ...added].map(({ path }) => path));
  if (isPlain && paths.size === honest.length + added.length) {
    const entries = new Map([...honestBundle(), ...added.map(({ path, data }) => [path, Buffer.from(data)] as const)]);
    const asFiles = await refusedAs(lab, { entries, findings: [] });
    said.push(`entries: ${asFiles.join(", ") || "taken"}`);
    refused.push(asFiles.length > 0);
  }
  result.saw = said.join("; ");
  const wanted = expected !== "pass";
  if (refused.some((each) => each !== wanted)) result.wrong.push(`expected ${expected}, got ${result.saw}`);
  return result;
}

async function refusedAs(lab: Lab, reading: Awaited<ReturnType<typeof readPack>>): Promise<string[]> {
  const unread = refusalsOf(reading.findings);
  return unread.length > 0 ? unread : refusalsOf(await findFaults(lab.inspector, reading.entries, INSTALLED));
}

/** A case about bundles that is only described, by its id. */
export async function tryDescribedBundle(lab: Lab, { id }: AbuseCase): Promise<CaseResult> {
  const known = DESCRIBED[id];
  if (known === undefined) return notRun(id, "a bundle that is only described, and not among those we know");
  const result = blank(id);
  result.saw = await known(lab);
  if (!result.saw.startsWith("as expected")) result.wrong.push(result.saw);
  return result;
}

const DESCRIBED: Readonly<Record<string, (lab: Lab) => Promise<string>>> = {
  "BND-000": async (lab) => {
    const { entries, findings } = await readPack(packBundle(honestBundle()));
    const rules = [...refusalsOf(findings), ...(await refusedByValidation(lab, entries))];
    return rules.length === 0 ? "as expected: taken" : `an honest bundle was refused: ${rules.join(", ")}`;
  },
  "BND-019": async (lab) => {
    const bundle = honestBundle();
    bundle.delete("tests/weather.json");
    const rules = await refusedByValidation(lab, bundle);
    return rules.join() === "tests.missing" ? "as expected: refused" : `a bundle without tests: ${rules.join(", ")}`;
  },
  "BND-020": () => {
    const one = digestOf({ "a.ts": "bc", "d.ts": "" });
    const others = [
      digestOf({ "a.tsb": "c", "d.ts": "" }),
      digestOf({ "a.ts": "b", "cd.ts": "" }),
      digestOf({ "a.ts": "bcd.ts" }),
    ];
    return Promise.resolve(others.includes(one) ? "two bundles have one digest" : "as expected: digests differ");
  },
  "BND-021": () => {
    const one = honestBundle();
    const other = new Map([...one].reverse());
    return Promise.resolve(
      digestEntries(one) === digestEntries(other)
        ? "as expected: one digest"
        : "the order of entries changes the digest",
    );
  },
  "BND-022": () => {
    const one = honestBundle();
    const other = honestBundle();
    const code = Buffer.from(HONEST_SOURCE);
    code[code.length - 1] = 0x20;
    other.set("module.ts", code);
    return Promise.resolve(
      digestEntries(one) === digestEntries(other) ? "a changed byte keeps the digest" : "as expected: digests differ",
    );
  },
};

/** The rules that refuse it when everything is tried that is tried before somebody may approve it. */
async function refusedByValidation(lab: Lab, entries: BundleEntries): Promise<string[]> {
  const report = await patiently(
    () => lab.sandbox.validate(entries, { installed: INSTALLED, mutants: 0 }, AbortSignal.timeout(60_000)),
    ({ static: { findings } }) => hasGivenUp(findings),
  );
  const rules = refusalsOf([...report.static.findings, ...(report.runtime?.findings ?? [])]);
  return report.ok || rules.length > 0 ? rules : ["a report that is not ok, without an error in it"];
}

function digestOf(files: Readonly<Record<string, string>>): string {
  const entries: BundleEntries = new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]));
  return digestEntries(entries);
}
