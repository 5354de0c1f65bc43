import { createHash } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { z } from "zod";
import type { Manifest } from "#core/contract/manifest.ts";
import type { Clock } from "#core/contract/ports.ts";
import { BACKGROUND, type LabelledText } from "./classifier/train-classifier.ts";
import type { Fit } from "./fit-apart.ts";
import { type HeldOutResult, isWorse, setApart, tryOut } from "./held-out.ts";
import { createReflex, type Reflex, type ReflexOptions } from "./reflex.ts";

export interface TaughtReflexDeps {
  readonly modules: readonly Manifest[];
  /** Keeps what was learned between starts. */
  readonly cache: ReflexOptions["cache"];
  /** What people showed to mean; the newest first. */
  readonly labels: () => Promise<readonly LabelledText[]>;
  readonly fit: Fit;
  /** Whose lessons these are, in the keys of the cache; empty for those of the house. */
  readonly scope: string;
  /** Where there is no model for these modules yet: it is made in a process of its own, so that nobody else waits for it. */
  readonly isTrainedApart: boolean;
  readonly clock: Clock;
}

/** What came of learning once. */
export interface ReflexLesson {
  /** `taken` and `kept`: what was learned is used, or what there was still is. `nothing`: there was nothing to learn. */
  readonly reflex: "taken" | "kept" | "nothing";
  /** How many labelled messages there were. */
  readonly messages: number;
  /** On messages held out: before, and with what was learned. */
  readonly before: HeldOutResult | undefined;
  readonly after: HeldOutResult | undefined;
}

/** The reflex tier for some modules, as far as it was learned from what people did. */
export interface TaughtReflex {
  /** It may be another a moment later. */
  readonly reflex: Reflex;
  learn(signal: AbortSignal): Promise<ReflexLesson>;
  /** Goes back to before the last lesson; false when there is none. */
  stepBack(): Promise<boolean>;
  /** When it last learned; Unix ms, 0 for never. */
  learnedAt(): number;
  /** The name of what these modules make without any lesson. */
  readonly base: string;
  /** The model in use, as text. */
  text(): Promise<string | undefined>;
  /** What was learned, in words; undefined before there was a lesson. */
  words(): string | undefined;
}

/** From how many labelled messages on they can move the threshold at all. */
export const ENOUGH_MESSAGES = 60;
const MAX_ERROR = 0.05;
const FITTED = "reflex-fitted:";
const FORMER = "reflex-former:";
const STATE = "learning-state:1";

/** The keys under which everything lies that was made for one set of an org's modules. */
export function keysOf(scope: string, base: string): readonly string[] {
  return [base, `${FITTED}${scope}:${base}`, `${FORMER}${scope}:${base}`];
}

/** Loads the reflex tier with what was learned before, or trains it. */
export async function createTaughtReflex(deps: TaughtReflexDeps, signal: AbortSignal): Promise<TaughtReflex> {
  const { modules, cache, clock, scope } = deps;
  const stateKey = scope === "" ? STATE : `${STATE}:${scope}`;
  const labels = new Set(
    modules.flatMap(({ name, capabilities }) => capabilities.map((capability) => `${name}.${capability.name}`)),
  );
  /** Names what these modules make without any lesson, and with it every lesson about them. */
  let base = "";
  const keyOf = (kind: string): string => `${kind}${scope === "" ? "" : `${scope}:`}${base}`;

  const trained = async (key: string): Promise<string | undefined> => {
    const kept = await cache.get(key);
    if (kept !== undefined || !deps.isTrainedApart) return kept;
    const made = await deps.fit({ kind: "reflex", modules, recent: [] }, signal);
    if (made !== undefined) await cache.set(key, made);
    return made;
  };
  const load = (lesson: () => Promise<string | undefined>): Promise<Reflex> =>
    createReflex({
      modules,
      cache: {
        async get(key) {
          base = key;
          return (await lesson()) ?? (await trained(key));
        },
        set: (key, text) => cache.set(key, text),
      },
    });
  let current = await load(() => cache.get(keyOf(FITTED)).then(orNothing));
  let state = readState(await cache.get(stateKey));

  const keepState = async (changes: Partial<State>): Promise<void> => {
    state = { ...state, ...changes };
    await cache.set(stateKey, JSON.stringify(state));
  };

  async function teach(ending: AbortSignal): Promise<ReflexLesson> {
    const known = (await deps.labels()).filter(({ label }) => label === BACKGROUND || labels.has(label));
    const nothing = { reflex: "nothing", messages: known.length, before: undefined, after: undefined } as const;
    const digest = digestOf([base, known]);
    if (known.length < ENOUGH_MESSAGES || digest === state.digest) return nothing;
    const { learned, heldOut } = setApart(known, digest);
    const text = await deps.fit({ kind: "reflex", modules, recent: learned }, ending);
    if (text === undefined) return nothing;
    const candidate = await createReflex({ modules, recent: learned, cache: fixed(text) });
    await setImmediate();
    const before = await tryOut(current, heldOut, clock(), ending);
    const after = await tryOut(candidate, heldOut, clock(), ending);
    const isTaken = !isWorse(before, after, MAX_ERROR);
    if (isTaken) {
      await cache.set(keyOf(FORMER), (await cache.get(keyOf(FITTED))) ?? "");
      await cache.set(keyOf(FITTED), text);
      current = candidate;
    }
    await keepState({ digest, messages: known.length, isTaken });
    return { reflex: isTaken ? "taken" : "kept", messages: known.length, before, after };
  }

  return {
    reflex: { decide: (text, context) => current.decide(text, context) },
    async learn(ending) {
      const lesson = await teach(ending);
      await keepState({ at: clock().getTime() });
      return lesson;
    },
    async stepBack() {
      const former = await cache.get(keyOf(FORMER));
      if (former === undefined) return false;
      current = await load(() => Promise.resolve(orNothing(former)));
      await cache.set(keyOf(FITTED), former);
      await keepState({ isTaken: false });
      return true;
    },
    base,
    text: async () => orNothing(await cache.get(keyOf(FITTED))) ?? cache.get(base),
    learnedAt: () => state.at,
    words: () => (state.messages === 0 ? undefined : messagesWords(state)),
  };
}

interface State {
  /** When the last lesson was; Unix ms. */
  readonly at: number;
  readonly digest: string;
  readonly messages: number;
  readonly isTaken: boolean;
}

const Stored = z.object({ at: z.number(), digest: z.string(), messages: z.number(), isTaken: z.boolean() });

function readState(text: string | undefined): State {
  const none = { at: 0, digest: "", messages: 0, isTaken: false };
  if (text === undefined) return none;
  const read = Stored.safeParse(JSON.parse(text));
  return read.success ? read.data : none;
}

function messagesWords({ messages, isTaken }: State): string {
  const from = `${messages} messages whose meaning people showed`;
  return isTaken
    ? `how sure I must be, from ${from}`
    : `what ${from} taught is not in use: it would have answered worse, or was taken back`;
}

function fixed(text: string): ReflexOptions["cache"] {
  return { get: () => Promise.resolve(text), set: () => Promise.resolve() };
}

function orNothing(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

function digestOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex");
}
