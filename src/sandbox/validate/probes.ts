import type { JsonObject } from "#core/contract/json.ts";
import type { Capability, Manifest } from "#core/contract/manifest.ts";
import { badSources } from "./bad-sources.ts";
import type { BaseCall } from "./base-call.ts";
import { withChangedAnswers } from "./changed-answers.ts";
import { canaryFor } from "./scripted-host.ts";
import { answeringAnyway, failingAfter } from "./scripted-source.ts";
import { oddValues } from "./slot-values.ts";
import type { Trial } from "./trial.ts";

/** Something the host tries with every module, so that no test of its own can prepare it. */
export interface Probe {
  readonly name: string;
  readonly trial: Trial;
  /** Whose doing the odd thing is. What a person asks for may be too much; what a source sends must not be. */
  readonly cause: "person" | "source" | "circumstance";
  /** The answer should be another than that of the unchanged call, which is given. */
  readonly unlike?: { readonly output: unknown; readonly when: "changed" | "down" };
}

/** Requests of one call that are made to fail in turn, from the first. */
const STEPS = 3;
const MAX_PROBES = 240;

/** The probes of a module, the same for the same module and tests. */
export function makeProbes(manifest: Manifest, bases: ReadonlyMap<string, BaseCall>): Probe[] {
  const each = manifest.capabilities.map((capability) => {
    const base = bases.get(capability.name);
    return base === undefined ? [] : probesOf(manifest, capability, base);
  });
  // Of a module with a dozen capabilities each gets its share.
  const share = Math.floor(MAX_PROBES / each.length);
  return each.flatMap((probes) => probes.slice(0, share));
}

function probesOf(manifest: Manifest, capability: Capability, base: BaseCall): Probe[] {
  const { trial } = base;
  const probe = (cause: Probe["cause"], what: string, change: Partial<Trial>): Probe => ({
    name: `${capability.name}: ${what}`,
    trial: { ...trial, openSource: () => answeringAnyway(base.exchanges), ...change },
    cause,
  });
  const person = (what: string, input: JsonObject): Probe => probe("person", what, { input });
  const { input } = trial;
  const slots = Object.entries(capability.slots);

  return [
    probe("circumstance", "no input at all", { input: {} }),
    ...capability.required.map((slot) => {
      const { [slot]: _, ...rest } = input;
      return probe("circumstance", `without “${slot}”`, { input: rest });
    }),
    ...sourceProbes(manifest, capability, base),
    ...(capability.sample
      ? [probe("circumstance", "with sample data", { sample: "required", credentials: false })]
      : []),
    probe("circumstance", "in another century", { now: new Date("2104-02-29T23:59:59.999Z") }),
    probe("circumstance", "on a day long ago", { now: new Date("2001-01-01T00:00:00Z") }),
    ...["one", "two"].map((seed) => probe("circumstance", `with other dice (${seed})`, { seed })),
    probe("circumstance", "asked from a place nobody knows", {
      asker: { locale: "zz-not-a-locale", timeZone: "Mars/Olympus" },
    }),
    probe("circumstance", "asked in Arabic", { asker: { locale: "ar-EG", timeZone: "Asia/Kolkata" } }),
    ...slots.flatMap(([name, slot]) =>
      oddValues(slot).map(({ what, value }) => person(`“${name}” is ${what}`, { ...input, [name]: value })),
    ),
    ...slots.flatMap(([name, slot]) => {
      if (slot.type !== "file") return [];
      const path = `input/probe${slot.extensions[0] ?? ""}`;
      return oddFiles(manifest.limits.fileBytes).map(({ what, text }) =>
        probe("person", `“${name}” is ${what}`, {
          input: { ...input, [name]: path },
          files: { ...trial.files, [path]: text },
        }),
      );
    }),
    ...(Object.keys(trial.files).length > 0 ? [probe("circumstance", "with none of its files", { files: {} })] : []),
  ];
}

/** Sources that fail: at the first request of the call, and at each that follows. */
function sourceProbes(manifest: Manifest, capability: Capability, { trial, end }: BaseCall): Probe[] {
  if (manifest.hosts.length === 0) return [];
  const [credential] = manifest.credentials;
  const answered = end?.ending.kind === "answer" && end.trace.requests.length > 0 ? end.ending : undefined;
  const requests = Math.min(Math.max(1, end?.trace.requests.length ?? 1), STEPS);
  const isTold = answered !== undefined && capability.effect === "read";
  const probes: Probe[] = [];
  for (let well = 0; well < requests; well += 1) {
    const when = well === 0 ? "" : ` to request ${well + 1}`;
    for (const { what, answer, isEverywhere } of badSources(canaryFor(credential?.name ?? "none"))) {
      if (well > 0 && isEverywhere !== true) continue;
      probes.push({
        name: `${capability.name}: ${what}${when}`,
        trial: { ...trial, openSource: () => failingAfter(well, trial.openSource(), answer) },
        cause: "source",
        ...(isTold && well === 0 && what.endsWith("500") ? { unlike: { output: answered.output, when: "down" } } : {}),
      });
    }
  }
  if (isTold) {
    probes.push({
      name: `${capability.name}: the source answers with other values`,
      trial: { ...trial, openSource: () => withChangedAnswers(trial.openSource()) },
      cause: "source",
      unlike: { output: answered.output, when: "changed" },
    });
  }
  return probes;
}

function oddFiles(fileBytes: number): { what: string; text: string }[] {
  return [
    { what: "an empty file", text: "" },
    { what: "a file of one line without an end", text: "a,b,c" },
    { what: "a file of control characters", text: "\u0000\uFFFD\u0001\u001F".repeat(500) },
    { what: "as large as a file may be", text: "2026-01-15,something,1.00\n".repeat(Math.floor(fileBytes / 26)) },
  ].filter(({ text }) => Buffer.byteLength(text) <= fileBytes);
}
