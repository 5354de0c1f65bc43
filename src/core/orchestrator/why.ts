import { z } from "zod";
import { PersonId } from "#core/contract/ids.ts";
import { type Json, JsonObject } from "#core/contract/json.ts";
import type { AdapterRunResult, RunFacts } from "#core/contract/invocation.ts";
import type { Decision } from "#core/lidm/reflex.ts";
import type { Part, Reply } from "#core/contract/reply.ts";
import { whenOf } from "./context.ts";
import { inert } from "./inert.ts";

/** Why a turn went as it did, as stored with it: the routing scores, what ran, and how it ended. */
export const DecisionRecord = z.object({
  at: z.number().int(),
  /** What was read from the words; absent when a button named the capability. */
  route: z
    .object({
      kind: z.string(),
      why: z.string(),
      threshold: z.number(),
      confidence: z.number(),
      scores: z.array(z.object({ module: z.string(), capability: z.string(), score: z.number() })),
      notes: z.array(z.string()),
    })
    .exactOptional(),
  run: z
    .object({
      module: z.string(),
      capability: z.string(),
      title: z.string(),
      version: z.string(),
      sha256: z.string(),
      input: JsonObject,
      ms: z.number(),
      cached: z.boolean(),
      runUnits: z.number(),
      hosts: z.array(z.string()),
      dataClass: z.enum(["public", "internal", "private"]),
      seed: z.string(),
      sample: z.boolean(),
      outcome: z.string(),
    })
    .exactOptional(),
});
export type DecisionRecord = z.infer<typeof DecisionRecord>;

/** A record as it is stored: with whom the turn was for. */
export const StoredDecision = DecisionRecord.extend({ person: PersonId });

/** Whether a decision may be explained to this person: of private data, not even the question is another's to see. */
export function mayExplain(decision: z.infer<typeof StoredDecision>, person: PersonId): boolean {
  return decision.run?.dataClass !== "private" || decision.person === person;
}

/** The routing half of a record. */
export function recordRoute(decision: Decision): NonNullable<DecisionRecord["route"]> {
  return {
    kind: decision.outcome.kind,
    why: decision.outcome.kind === "invoke" ? decision.outcome.why : decision.outcome.kind,
    threshold: decision.threshold,
    confidence: decision.confidence,
    scores: decision.scores,
    notes: decision.notes,
  };
}

/** The running half. */
export function recordRun(result: AdapterRunResult, input: JsonObject): NonNullable<DecisionRecord["run"]> {
  const { facts } = result;
  return {
    module: facts.module,
    capability: facts.capability,
    title: facts.title,
    version: facts.version,
    sha256: facts.sha256,
    input,
    ms: Math.round(facts.ms * 10) / 10,
    cached: facts.cached,
    runUnits: facts.runUnits,
    hosts: hostsOf(facts),
    dataClass: facts.dataClass,
    seed: facts.seed,
    sample: result.ok && result.sample,
    outcome: result.ok ? "ok" : result.code,
  };
}

function hostsOf(facts: RunFacts): string[] {
  return facts.egress.map(({ host, method, outcome }) => `${method} ${host}: ${outcome}`);
}

const REASONS: Readonly<Record<string, string>> = {
  exact: "the words are an example of it, letter for letter",
  classified: "the reflex classifier is sure enough",
  follow_up: "it continues the question before",
  answer: "it answers what I had asked",
  ask: "a value was missing, so I asked",
  unsure: "no choice was clear enough to act on",
  none: "nothing I can do came close",
};

/** The **Why** answer: what was asked, how it was understood, what ran where, and with which bytes. */
export function explain(
  record: DecisionRecord,
  asker: { readonly locale: string; readonly timeZone: string },
  now: Date,
): Reply {
  const { route, run } = record;
  const items: { label: string; value: string }[] = [];
  const summary =
    run === undefined
      ? `I ran nothing: ${REASONS[route?.why ?? "none"] ?? route?.why ?? "there was nothing to run"}.`
      : `I ran ${run.title}, ${run.capability}: ${route === undefined ? "you pressed its button" : (REASONS[route.why] ?? route.why)}.`;
  if (route !== undefined && route.scores.length > 0) {
    items.push({ label: "Confidence", value: `${percent(route.confidence)} (needed ${percent(route.threshold)})` });
  }
  if (run !== undefined) {
    const input = Object.entries(run.input).map(([slot, value]) => `${slot} = ${show(value)}`);
    items.push(
      { label: "Understood", value: input.length === 0 ? "no values needed" : inert(input.join(", ")) },
      { label: "Module", value: `${run.module} ${run.version}, sha256 ${run.sha256.slice(0, 12)}` },
      {
        label: "Contacted",
        value: run.hosts.length === 0 ? (run.cached ? "nobody, cached" : "nobody") : run.hosts.join(", "),
      },
      { label: "Took", value: `${run.ms} ms, ${run.runUnits} units, no model` },
      { label: "Ended", value: run.sample ? `${run.outcome}, sample data` : run.outcome },
    );
  }
  items.push({ label: "When", value: whenOf(new Date(record.at), { asker, now }) });
  const parts: Part[] = [
    { type: "text", markdown: summary },
    { type: "fields", items },
  ];
  if (route !== undefined && route.scores.length > 1) {
    parts.push({
      type: "table",
      caption: "What else it could have been",
      columns: [{ header: "Capability" }, { header: "Score", align: "right" }],
      rows: route.scores.map(({ module, capability, score }) => [`${module}.${capability}`, percent(score)]),
    });
  }
  if (route !== undefined && route.notes.length > 0) {
    parts.push({ type: "context", markdown: route.notes.join(" · ") });
  }
  return { summary, parts, visibility: run?.dataClass === "private" ? "only_actor" : "everyone" };
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function show(value: Json): string {
  if (typeof value === "string") return value;
  const period = Period.safeParse(value);
  return period.success ? `${period.data.from} to ${period.data.to}` : JSON.stringify(value);
}

const Period = z.strictObject({ from: z.string(), to: z.string() });
