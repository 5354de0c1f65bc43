import { describe, expect, test } from "vitest";
import type { LabelledText } from "./classifier/train-classifier.ts";
import { fitApart, type Fit } from "./fit-apart.ts";
import { sampleManifests } from "./fixtures/manifests.ts";
import { isWorse, setApart } from "./held-out.ts";
import { createLearning, type LearningDeps } from "./learning.ts";

const modules = sampleManifests();
const log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
const never = new AbortController().signal;
const CONTEXT = { now: new Date("2026-11-20T15:00:00Z"), timeZone: "UTC", locale: "en-GB", files: [], remembered: {} };

function memoryCache() {
  const kept = new Map<string, string>();
  return {
    kept,
    get: async (key: string) => kept.get(key),
    set: async (key: string, value: string) => void kept.set(key, value),
    remove: async (key: string) => void kept.delete(key),
  };
}

/** Messages people sent, and what they meant: examples with a courtesy before them. */
function messages(count: number, meant: (label: string) => string = (label) => label): LabelledText[] {
  const all = modules.flatMap(({ name, capabilities }) =>
    capabilities.flatMap((capability) =>
      capability.examples.map((text) => ({ text, label: meant(`${name}.${capability.name}`) })),
    ),
  );
  const courtesies = ["please", "could you", "hey", "quick one:", "I want to know", "now", "tell me", "so"];
  return Array.from({ length: count }, (_, at) => {
    const { text = "", label = "" } = all[at % all.length] ?? {};
    return { text: `${courtesies[Math.floor(at / all.length) % courtesies.length] ?? ""} ${text}`, label };
  });
}

async function school(labelled: readonly LabelledText[], changes: Partial<LearningDeps> = {}) {
  const cache = memoryCache();
  let now = CONTEXT.now;
  const deps: LearningDeps = {
    modules,
    cache,
    labels: { reflex: async () => labelled, tiers: async () => [] },
    fit: fitApart,
    clock: () => now,
    log,
    ...changes,
  };
  return {
    deps,
    cache,
    learning: await createLearning(deps),
    wait: (ms: number) => void (now = new Date(now.getTime() + ms)),
  };
}

describe("learning from what people showed to mean", () => {
  test("moves the threshold, in a process of its own, and outlives a restart", async () => {
    const { deps, learning } = await school(messages(400));
    const before = learning.reflex.decide("how is the weather", CONTEXT);
    const lesson = await learning.learn(never);
    expect(lesson).toMatchObject({ reflex: "taken", messages: 400 });
    expect((lesson.after?.right ?? 0) >= (lesson.before?.right ?? Infinity)).toBe(true);
    const after = learning.reflex.decide("how is the weather", CONTEXT);
    expect(after.threshold).not.toBe(before.threshold);
    expect(learning.status()).toMatchObject([{ name: "learning", detail: expect.stringContaining("400 messages") }]);

    const again = await createLearning(deps);
    expect(again.reflex.decide("how is the weather", CONTEXT)).toEqual(after);
    expect(again.status()).toEqual(learning.status());
  });

  test("can be taken back by one word, and is not learned again from the same", async () => {
    const { learning } = await school(messages(400));
    const before = learning.reflex.decide("how is the weather", CONTEXT);
    expect(await learning.stepBack()).toBe(false);
    await learning.learn(never);
    expect(await learning.stepBack()).toBe(true);
    expect(learning.reflex.decide("how is the weather", CONTEXT)).toEqual(before);
    expect(await learning.learn(never)).toMatchObject({ reflex: "nothing" });
    expect(learning.reflex.decide("how is the weather", CONTEXT)).toEqual(before);
  });

  test("what would answer worse on held-out messages is not taken", async () => {
    const talk = Array.from({ length: 400 }, (_, at) => `purple ${at} dances with the moon of ${at % 7} teapots`);
    const honest = talk.map((text): LabelledText => ({ text, label: "none" }));
    // A lesson in which every guess was right, however unsure.
    const guess = (text: string) => learning.reflex.decide(text, CONTEXT).scores[0];
    const flattering = (): LabelledText[] =>
      talk.map((text) => ({ text, label: `${guess(text)?.module}.${guess(text)?.capability}` }));
    const fit: Fit = (task, signal) =>
      fitApart(task.kind === "reflex" ? { ...task, recent: flattering() } : task, signal);
    const warnings: object[] = [];
    const { learning } = await school(honest, { fit, log: { ...log, warn: (fields) => void warnings.push(fields) } });
    const before = learning.reflex.decide("how is the weather", CONTEXT);
    const lesson = await learning.learn(never);
    expect(lesson).toMatchObject({ reflex: "kept", before: { wrong: 0 } });
    expect(lesson.after?.wrong).toBeGreaterThan(20);
    expect(learning.reflex.decide("how is the weather", CONTEXT)).toEqual(before);
    expect(warnings).toHaveLength(1);
    expect(learning.status()).toMatchObject([{ detail: expect.stringContaining("not in use") }]);
  });

  test("needs enough messages, and ones about modules that are there", async () => {
    expect(await (await school(messages(59))).learning.learn(never)).toMatchObject({ reflex: "nothing", messages: 59 });
    const gone = messages(200, (label) => `${label}Gone`);
    expect(await (await school(gone)).learning.learn(never)).toMatchObject({ reflex: "nothing", messages: 0 });
  });

  test("happens once a day", async () => {
    const lessons: string[] = [];
    const fit: Fit = async ({ kind }) => void lessons.push(kind);
    const { learning, wait } = await school(messages(100), { fit });
    await learning.learnIfDue(never);
    await learning.learnIfDue(never);
    expect(lessons).toEqual(["reflex"]);
    wait(24 * 60 * 60_000);
    await learning.learnIfDue(never);
    expect(lessons).toEqual(["reflex", "reflex"]);
  });

  test("a damaged lesson is forgotten at the next start", async () => {
    const { deps, cache, learning } = await school(messages(400));
    const before = learning.reflex.decide("how is the weather", CONTEXT);
    await learning.learn(never);
    for (const key of cache.kept.keys()) if (key.startsWith("reflex-fitted")) cache.kept.set(key, "{broken");
    const again = await createLearning(deps);
    expect(again.reflex.decide("how is the weather", CONTEXT)).toEqual(before);
  });

  test("ends with the signal, and the reflex tier is as it was", async () => {
    const { learning } = await school(messages(400));
    const before = learning.reflex.decide("how is the weather", CONTEXT);
    const ending = new AbortController();
    const lesson = learning.learn(ending.signal);
    ending.abort(new Error("shutting down"));
    await expect(lesson).rejects.toThrow("shutting down");
    expect(learning.reflex.decide("how is the weather", CONTEXT)).toEqual(before);
  });
});

test("equal messages are held out together, and each in its turn", () => {
  const labelled = [...messages(200), ...messages(200)];
  const { learned, heldOut } = setApart(labelled, "monday");
  const known = new Set(learned.map(({ text }) => text));
  expect(heldOut.filter(({ text }) => known.has(text))).toEqual([]);
  expect(heldOut.length).toBeGreaterThan(40);
  expect(heldOut.length).toBeLessThan(130);
  expect(setApart(labelled, "tuesday").heldOut).not.toEqual(heldOut);
});

test.each([
  ["as many right and fewer wrong", [50, 3], [50, 1], false],
  ["more right, with the wrong ones within the bound", [50, 1], [70, 3], false],
  ["more right, but too many wrong", [50, 1], [60, 6], true],
  ["fewer right and as many wrong", [50, 1], [40, 1], true],
  ["fewer right and fewer wrong: it has become careful", [50, 3], [40, 0], false],
  ["too many wrong as before, but fewer of them", [50, 10], [50, 8], false],
] as const)("what is worse: %s", (_, [right, wrong], [newRight, newWrong], expected) => {
  const before = { right, wrong, total: 100 };
  expect(isWorse(before, { right: newRight, wrong: newWrong, total: 100 }, 0.05)).toBe(expected);
});
