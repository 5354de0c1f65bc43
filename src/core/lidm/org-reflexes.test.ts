import { describe, expect, test, vi } from "vitest";
import { newId, OrgId } from "#core/contract/ids.ts";
import { Manifest } from "#core/contract/manifest.ts";
import type { LabelledText } from "./classifier/train-classifier.ts";
import type { Decision } from "./decision.ts";
import { fitApart, type Fit } from "./fit-apart.ts";
import { sampleManifests } from "./fixtures/manifests.ts";
import { createLearning, type LearningDeps } from "./learning.ts";
import { createOrgReflexes } from "./org-reflexes.ts";

// Each training takes a second, or several where others use the processors too.
vi.setConfig({ testTimeout: 60_000 });

const house = sampleManifests();
const never = new AbortController().signal;
const CONTEXT = { now: new Date("2026-11-20T15:00:00Z"), timeZone: "UTC", locale: "en-GB", files: [], remembered: {} };
const acme = newId(OrgId);
const umbrella = newId(OrgId);

/** A module as a stranger would write it, about something that no module of ours knows. */
function strangers(name: string, verb: string): Manifest {
  return Manifest.parse({
    schema: "urn:nexus:module-manifest:1",
    name,
    version: "1.0.0",
    title: name,
    description: "Lists the animals of a shelter.",
    runtime: "sandbox",
    dataClass: "public",
    hosts: [],
    credentials: [],
    capabilities: [
      {
        name: "list",
        title: "List animals",
        description: "Lists the animals of a shelter.",
        effect: "read",
        slots: {},
        required: [],
        examples: ["the dogs", "all cats", "shelter animals", "stray dogs and cats", "animals without a home"].map(
          (what) => `${verb} ${what}`,
        ),
        credentials: [],
        sample: false,
        cacheTtlS: 0,
      },
    ],
    limits: { timeoutMs: 2_000, memoryMib: 32, fetches: 0, outputChars: 1_000, fileBytes: 1_000 },
    dependencies: {},
    schedules: [],
  });
}
const pets = strangers("pets", "adopt");

const all: readonly Manifest[] = [...house, pets];

async function school(changes: Partial<LearningDeps> = {}) {
  const kept = new Map<string, string>();
  const own = new Map<OrgId, readonly Manifest[]>([[acme, all]]);
  const errors: object[] = [];
  const tasks: string[] = [];
  const deps: LearningDeps = {
    modules: house,
    own: { orgs: () => [...own.keys()], of: (org) => own.get(org), labels: async () => [] },
    cache: {
      get: async (key) => kept.get(key),
      set: async (key, value) => void kept.set(key, value),
      remove: async (key) => void kept.delete(key),
    },
    labels: { reflex: async () => [], tiers: async () => [] },
    fit: (task, signal) => {
      tasks.push(task.kind);
      return fitApart(task, signal);
    },
    // Whoever is in a hurry says so: here it is what they get that matters.
    mostWaitMs: 60_000,
    clock: () => CONTEXT.now,
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: (fields) => void errors.push(fields) },
    ...changes,
  };
  const learning = await createLearning(deps);
  const ask = async (org: OrgId, text: string) => (await learning.reflexOf(org, never)).decide(text, CONTEXT);
  return { learning, ask, own, kept, errors, tasks, deps };
}

function meant({ outcome }: Decision): string {
  return "module" in outcome ? outcome.module : outcome.kind;
}

function likeliest({ scores }: Decision): string | undefined {
  return scores[0]?.module;
}

describe("the reflex tier of an org with a module of its own", () => {
  test("knows it, and those of no other org do: not as an answer, a choice or a guess", async () => {
    const { ask } = await school();
    expect(meant(await ask(acme, "please adopt the dogs"))).toBe("pets");
    expect(likeliest(await ask(acme, "which strays could live with me"))).toBe("pets");
    const elsewhere = await ask(umbrella, "adopt the dogs");
    expect(meant(elsewhere)).not.toBe("pets");
    expect(elsewhere.scores.map(({ module }) => module)).not.toContain("pets");
    expect(meant(await ask(acme, "what is the weather in Toronto"))).toBe("weather");
  });

  test("is trained in a process of its own, once, and kept between starts", async () => {
    const { ask, tasks, deps } = await school();
    const decision = await ask(acme, "adopt all the cats");
    await ask(acme, "adopt the dogs");
    await ask(umbrella, "adopt the dogs");
    expect(tasks).toEqual(["reflex"]);
    const again = await createLearning({ ...deps, fit: () => Promise.reject(new Error("nothing is to be trained")) });
    expect((await again.reflexOf(acme, never)).decide("adopt all the cats", CONTEXT)).toEqual(decision);
  });

  test("follows what the org has: the next to ask is never told of what is gone, nor kept from what is new", async () => {
    const { ask, own } = await school();
    await ask(acme, "adopt the dogs");
    const zoo = strangers("zoo", "visit");
    own.set(acme, [...house, zoo]);
    const both = await Promise.all([ask(acme, "visit the dogs"), ask(acme, "adopt the dogs")]);
    expect(both.map(meant)[0]).toBe("zoo");
    expect(both.flatMap(({ scores }) => scores.map(({ module }) => module))).not.toContain("pets");
    own.delete(acme);
    expect(meant(await ask(acme, "visit the dogs"))).not.toBe("zoo");
  });

  test("keeps what was made for the modules before the last change, and nothing older", async () => {
    const { ask, own, kept } = await school();
    const models = (): number => [...kept.keys()].filter((key) => key.startsWith("reflex-model:")).length;
    await ask(acme, "adopt the dogs");
    expect(models()).toBe(2);
    for (const verb of ["visit", "feed", "walk"]) {
      own.set(acme, [...house, strangers("zoo", verb)]);
      await ask(acme, "adopt the dogs");
    }
    expect(models()).toBe(3);
    own.set(acme, [...house, strangers("zoo", "feed")]);
    await ask(acme, "feed the dogs");
    expect(models()).toBe(3);
  });
});

describe("until it is trained", () => {
  const stuck: Fit = () => new Promise(() => {});

  test("the org's modules are reached by their examples and the house's as ever, and nobody waits for long", async () => {
    const { ask } = await school({ fit: stuck, mostWaitMs: 100 });
    const [exact, near, asEver, unknown] = await Promise.all([
      ask(acme, "adopt the dogs"),
      ask(acme, "please show me: adopt all cats"),
      ask(acme, "what is the weather in Toronto"),
      ask(acme, "which strays could live with me"),
    ]);
    expect([exact, near].map(meant)).toEqual(["pets", "pets"]);
    expect(meant(asEver)).toBe("weather");
    expect(unknown.scores.map(({ module }) => module)).not.toContain("pets");
  });

  test("whoever stops is not kept waiting", async () => {
    const { learning } = await school({ fit: stuck });
    const stop = new AbortController();
    const waiting = learning.reflexOf(acme, stop.signal);
    stop.abort(new Error("stopped"));
    await expect(waiting).rejects.toThrow("stopped");
  });

  test("a training that fails is named, and tried again by the next who asks", async () => {
    let isBroken = true;
    const fit: Fit = (task, signal) =>
      isBroken ? Promise.reject(new Error("the process died")) : fitApart(task, signal);
    const { ask, errors } = await school({ fit });
    expect(meant(await ask(acme, "adopt the dogs"))).toBe("pets");
    expect(errors).toMatchObject([{ org: acme }]);
    isBroken = false;
    expect(likeliest(await ask(acme, "which strays could live with me"))).toBe("pets");
    expect(errors).toHaveLength(1);
  });
});

test("orgs that were not asked for a long time are dropped from memory, and loaded again without training", async () => {
  const orgs = Array.from({ length: 4 }, () => newId(OrgId));
  const { deps, tasks } = await school();
  const reflexes = createOrgReflexes({
    own: { orgs: () => orgs, of: () => all, labels: async () => [] },
    house: { text: async () => undefined },
    cache: deps.cache,
    fit: deps.fit,
    clock: deps.clock,
    log: deps.log,
    mostInMemory: 2,
  });
  const tiers = [];
  for (const org of orgs) tiers.push(await reflexes.of(org)?.tier);
  const [first, , , last] = orgs;
  if (first === undefined || last === undefined) throw new Error("there are four");
  expect(await reflexes.of(last)?.tier).toBe(tiers[3]);
  expect(await reflexes.of(first)?.tier).not.toBe(tiers[0]);
  expect(tasks).toEqual(["reflex"]);
});

describe("what an org's people showed to mean", () => {
  const messages = (count: number, label: string): LabelledText[] =>
    Array.from({ length: count }, (_, at) => ({
      text: `could you adopt ${at % 2 === 0 ? "dogs" : "cats"} ${at}`,
      label,
    }));

  test("teaches the org's own tier, and no other", async () => {
    const { deps } = await school();
    const learning = await createLearning({
      ...deps,
      own: { orgs: () => [acme], of: acmeAlone, labels: async () => messages(400, "pets.list") },
    });
    const decide = async (org: OrgId) => (await learning.reflexOf(org, never)).decide("adopt a cat", CONTEXT);
    const [before, others] = [await decide(acme), await decide(umbrella)];
    expect(await learning.learn(never)).toMatchObject({ reflex: "nothing" });
    expect((await decide(acme)).threshold).not.toBe(before.threshold);
    expect(await decide(umbrella)).toEqual(others);
    const again = await createLearning({ ...deps, own: { orgs: () => [acme], of: acmeAlone, labels: async () => [] } });
    expect((await again.reflexOf(acme, never)).decide("adopt a cat", CONTEXT)).toEqual(await decide(acme));
    expect(await learning.stepBack(umbrella)).toBe(false);
    expect(await learning.stepBack(acme)).toBe(true);
    expect(await decide(acme)).toEqual(before);
  });
});

function acmeAlone(org: OrgId): readonly Manifest[] | undefined {
  return org === acme ? all : undefined;
}
