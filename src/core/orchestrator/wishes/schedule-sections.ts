import type { JsonObject } from "#core/contract/json.ts";
import type { Capability, Manifest } from "#core/contract/manifest.ts";
import type { BriefingSection } from "#core/contract/schedule.ts";
import { readSentence } from "#core/lidm/sentence.ts";
import { readDates } from "#core/lidm/slots/dates/read-dates.ts";
import { readToday } from "#core/lidm/slots/dates/today.ts";
import { createZones } from "#core/lidm/slots/dates/zones.ts";
import { clip } from "#core/orchestrator/compose.ts";
import { routingFor } from "#core/orchestrator/models/routing-trial.ts";
import { findModule } from "#core/orchestrator/runs/modules-switch.ts";
import { findCapability, type Use } from "#core/orchestrator/runs/use.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import { cityOf } from "#core/orchestrator/clock/schedule-words.ts";

/** What a few words mean as a section of a briefing. */
export type ReadSection =
  | { readonly is: "section"; readonly section: BriefingSection; readonly note?: string }
  /** Nothing here tells that. */
  | { readonly is: "unknown"; readonly words: string }
  /** One of a few: each in words that mean it beyond doubt. */
  | { readonly is: "unsure"; readonly words: string; readonly choices: readonly string[] }
  /** A value is missing, as for the weather of no place. */
  | { readonly is: "missing"; readonly words: string; readonly question: string };

/** The sections that a list of words names, in its order. “A and B” are two where each is something by itself. */
export async function readSections(deps: OrchestratorDeps, scene: Scene, list: string): Promise<ReadSection[]> {
  const found: ReadSection[] = [];
  for (const item of list.split(/\s*[,;]\s*(?:and |plus )?/i)) {
    if (item.trim() !== "") found.push(...(await readItem(deps, scene, item.trim())));
  }
  return found;
}

const AND = / and | & | plus | as well as | along with /i;

async function readItem(deps: OrchestratorDeps, scene: Scene, words: string): Promise<ReadSection[]> {
  const parts = words.split(AND).map((part) => part.trim());
  if (parts.length === 1) return [await readSection(deps, scene, words)];
  const each = await Promise.all(parts.map((part) => readSection(deps, scene, part)));
  if (each.every(({ is }) => is !== "unknown")) return each;
  // “Rock and roll” may be one thing.
  const whole = await readSection(deps, scene, words);
  return whole.is === "section" ? [whole] : each;
}

const HOUSE: readonly [RegExp, Extract<BriefingSection, { kind: "house" }>["what"]][] = [
  [
    /^(?:(?:open|pending|waiting|outstanding) )?(?:approvals?|approval requests?|requests)(?: (?:that are )?(?:open|waiting|pending))?$/i,
    "approvals",
  ],
  [/^(?:what waits for (?:a decision|approval)|pending decisions)$/i, "approvals"],
  [/^(?:failing|broken|failed) modules|module (?:health|problems|failures)$/i, "modules"],
  [
    /^(?:(?:run )?(?:unit )?usage|(?:nexus )?usage(?: of (?:yesterday|this month|today))?|(?:yesterday's|daily|monthly|our|my) usage|units used|run units)$/i,
    "usage",
  ],
  [
    /^(?:(?:expiring|old) (?:credentials?|keys|accounts|connections)|(?:credentials?|keys|accounts|connections)(?: (?:near|about to|that|close to) expir\w*)?|expir\w+ (?:credentials?|keys)|expiry warnings|credential expiry)$/i,
    "credentials",
  ],
  [/^(?:(?:new|open) )?(?:module )?(?:proposals?|suggestions|proposed modules)$/i, "proposals"],
  [/^(?:failed |failing |broken )?(?:jobs|housekeeping|background jobs)(?: that failed)?$/i, "jobs"],
];

async function readSection(deps: OrchestratorDeps, scene: Scene, typed: string): Promise<ReadSection> {
  const words = typed.replace(/^(?:also )?(?:the|our|all|any|a|an|some|what(?:'s| is) the|about) (?=\S)/i, "").trim();
  const house = HOUSE.find(([pattern]) => pattern.test(words))?.[1];
  if (house !== undefined) return { is: "section", section: { kind: "house", what: house } };
  const { org, signal } = scene.turn;
  const reflex = await deps.learning.reflexOf(org, signal);
  const { config } = await routingFor(deps.store.forOrg(org), scene.conversation.key);
  const decide = (text: string) =>
    reflex.decide(text, {
      now: scene.now,
      timeZone: scene.asker.timeZone,
      locale: scene.asker.locale,
      files: [],
      remembered: { ...scene.remembered },
      routing: config,
    }).outcome;
  const named = namedCapability(deps, scene, words);
  for (const text of [typed, words, `what's ${words}`, `show me ${words}`]) {
    const outcome = decide(text);
    if (outcome.kind === "invoke") return asSection(deps, scene, words, outcome);
    if (outcome.kind === "ask") return asked(deps, scene, words, outcome);
    if (outcome.kind === "unsure" && named === undefined && text === `show me ${words}`) {
      const choices = outcome.choices.map((one) => firstExample(findCapability(deps, org, one).capability));
      return { is: "unsure", words, choices: choices.filter((one) => one !== undefined) };
    }
  }
  if (named === undefined) return { is: "unknown", words };
  const missing = named.capability.required.find((slot) => scene.remembered[slot] === undefined);
  const input = Object.fromEntries(
    named.capability.required.flatMap((slot) => {
      const value = scene.remembered[slot];
      return value === undefined ? [] : [[slot, value]];
    }),
  );
  const use = { module: named.manifest.name, capability: named.capability.name, input };
  if (missing === undefined) return asSection(deps, scene, words, use);
  const question = named.capability.slots[missing]?.description ?? missing;
  return asked(deps, scene, words, { ...use, slot: missing, question });
}

/** “Gaming stats” names a module; the first thing of it that only reads is meant. */
function namedCapability(
  deps: Pick<OrchestratorDeps, "registry">,
  scene: Scene,
  words: string,
): { manifest: Manifest; capability: Capability } | undefined {
  const name = words.replace(
    / (?:stats|statistics|figures|numbers|news|status|overview|summary|state|report|module|info)$/i,
    "",
  );
  const manifest = findModule(deps, scene.turn.org, name)?.manifest;
  const capability = manifest?.capabilities.find(({ effect }) => effect === "read");
  return manifest && capability && { manifest, capability };
}

function asked(
  deps: OrchestratorDeps,
  scene: Scene,
  words: string,
  { question, slot, ...use }: Use & { readonly slot: string; readonly question: string },
): ReadSection {
  const { capability } = findCapability(deps, scene.turn.org, use);
  const { timeZone } = scene.asker;
  // Whose clocks are Toronto's asks for the weather of Toronto, until they say otherwise.
  if (capability.slots[slot]?.type === "place" && timeZone.includes("/") && !timeZone.startsWith("Etc/")) {
    const city = cityOf(timeZone);
    const section = asSection(deps, scene, `${words} in ${city}`, { ...use, input: { ...use.input, [slot]: city } });
    const note = `You named no place, so I took ${city}: say \`${words} in …\` for another.`;
    return { ...section, note };
  }
  return { is: "missing", words, question };
}

function asSection(
  deps: OrchestratorDeps,
  scene: Scene,
  words: string,
  { module, capability, input }: Use,
): Extract<ReadSection, { is: "section" }> {
  const found = findCapability(deps, scene.turn.org, { module, capability, input });
  const plain = words.replace(/^(?:what(?:'s| is)|show(?: me)?|tell me|give me) (?:the )?/i, "");
  const title = clip(`${plain.charAt(0).toUpperCase()}${plain.slice(1)}`, 60);
  const section = { kind: "capability", module, capability, title } as const;
  return { is: "section", section: { ...section, input: inWords(found.capability, input, words, scene) } };
}

/** The input as it is to be asked for on the day of each run: a time that was read from words is kept as those words. */
function inWords({ slots }: Capability, input: JsonObject, words: string, { now, asker }: Scene): JsonObject {
  const times = Object.keys(input).filter((name) => slots[name]?.type.startsWith("date") === true);
  if (times.length === 0) return input;
  const zones = createZones();
  const sentence = readSentence(words);
  const { spans } = readDates(sentence, readToday(zones, { now, ...asker }, "future"), zones);
  const said = spans.map(({ start, end }) => sentence.text.slice(start, end)).join(" ");
  const kept = Object.entries(input).flatMap(([name, value]) => {
    if (!times.includes(name)) return [[name, value] as const];
    return said === "" ? [] : [[name, said] as const];
  });
  return Object.fromEntries(kept);
}

function firstExample({ examples }: Capability): string | undefined {
  return examples[0];
}
