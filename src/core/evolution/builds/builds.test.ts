import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { digestEntries } from "#core/contract/bundle.ts";
import { NexusError } from "#core/contract/errors.ts";
import { newId, TurnId } from "#core/contract/ids.ts";
import { personRef } from "#core/contract/principal.ts";
import type { Sandbox } from "#core/contract/sandbox.ts";
import { openStore } from "#core/store/store.ts";
import { packBundle } from "#sandbox/bundle/pack.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { type BuildRoom, DOCUMENT, openBuilds } from "#test/build-kit.ts";
import { SILENT } from "#test/silent-log.ts";
import { JOKE_CODE, submit } from "#test/stories/stranger.ts";
import { testActor } from "#test/platforms/test-message.ts";
import type { ModelWriter } from "#core/evolution/repair/model-writer.ts";
import type { Build } from "./build.ts";

vi.setConfig({ testTimeout: 120_000 });
const SOON = { timeout: 60_000, interval: 20 };

let sandbox: Sandbox;
beforeAll(() => {
  sandbox = createSandbox({ log: SILENT, runners: 2, spares: 1, minimum: [] });
});
afterAll(() => sandbox[Symbol.asyncDispose]());

const over = (room: BuildRoom, build: Build, ...states: Build["state"][]) =>
  vi.waitUntil(async () => {
    const now = await room.now(build);
    return states.includes(now.state) && now;
  }, SOON);
const stepsOf = ({ steps }: Build) => Object.fromEntries(steps.map(({ name, state }) => [name, state]));
const WRONG = submit({ code: JOKE_CODE.replace("summary: text,", 'summary: "Ha.",') });

test("a document becomes a module that has passed, is kept, and waits to be asked about", async () => {
  await using room = await openBuilds({ sandbox });
  await room.builds.begin();
  const build = await over(room, await room.open(), "ready");
  expect(stepsOf(build)).toEqual({
    read: "done",
    specify: "done",
    write: "done",
    check: "done",
    repair: "waiting",
    ask: "doing",
  });
  expect(build.steps.find(({ name }) => name === "specify")?.note).toBe("1 operation of api.example.com: A joke");
  expect(build.rounds).toMatchObject([{ round: 0, ok: true, diff: "", units: 0 }]);
  expect(build.result).toEqual({ sha256: digestEntries(submit()), module: "jokes", version: "1.0.0" });
  expect(room.staged).toMatchObject([
    {
      provenance: { from: "build", wrote: "builder" },
      contributors: [build.author],
      notes: ["the document had no title"],
    },
  ]);
});

test("whoever watches is told of each change once, in order, and of the last one last", async () => {
  await using room = await openBuilds({ sandbox });
  await room.builds.begin();
  const build = await over(room, await room.open(), "ready");
  const key = `build:${build.id}:${build.change}`;
  await vi.waitUntil(() => room.announced.some(({ dedupeKeys }) => dedupeKeys.includes(key)), SOON);
  const keys = room.announced.flatMap(({ dedupeKeys }) => dedupeKeys);
  expect(keys.at(-1)).toBe(key);
  expect(new Set(keys).size).toBe(keys.length);
  const changes = keys.map((one) => Number(one.split(":").at(-1)));
  expect(changes).toEqual(changes.toSorted((a, b) => a - b));
});

test("what cannot be made to pass is given up, with its report, its last change and what was spent", async () => {
  await using room = await openBuilds({ sandbox, entries: () => WRONG });
  await room.builds.begin();
  const build = await over(room, await room.open(), "given_up");
  expect(build.failure).toMatchObject({
    code: "build_failed",
    say: expect.stringContaining("no model here that could repair it"),
  });
  expect(stepsOf(build)).toMatchObject({ check: "failed", repair: "failed", ask: "waiting" });
  const papers = await room.builds.papers(build.org, build.id);
  expect(papers.report?.ok).toBe(false);
  expect(papers.files.get("module.ts")).toContain('"Ha."');
  expect(room.staged).toEqual([]);
});

test("a source that cannot be read ends the build with its own words, and nothing is invented", async () => {
  const say = "That address leads into the building.";
  const read = () => Promise.reject(new NexusError("egress_denied", "private address", { say }));
  await using room = await openBuilds({ sandbox, read });
  await room.builds.begin();
  const build = await over(room, await room.open(), "failed");
  expect(build.failure).toMatchObject({ code: "egress_denied", say });
  expect(build.steps[0]).toEqual({ name: "read", state: "failed", note: say });
});

test("GEN-015: two who want the same at the same time get one build, and so does whoever comes while it waits", async () => {
  await using room = await openBuilds({ sandbox });
  const first = await room.open({ by: "ada", need: "Tell me a joke" });
  const again = await room.open({ by: "bob", need: "tell me a joke, please" }).catch((error: unknown) => error);
  expect(again).toMatchObject({ id: first.id });
  const { org, person } = await room.store.people.identify(testActor("acme", "bob"));
  const { isNew } = await room.builds.open({
    org,
    turn: newId(TurnId),
    author: person,
    actor: first.actor,
    conversation: first.conversation,
    by: personRef(person),
    need: "a joke to tell",
    source: DOCUMENT,
  });
  expect(isNew).toBe(false);
  const other = await room.open({ tenant: "globex", need: "Tell me a joke" });
  expect(other.id).not.toBe(first.id);
});

test("an org has one module built at a time, and the house two, whoever asks for more", async () => {
  const gate = Promise.withResolvers<void>();
  let most = 0;
  let now = 0;
  const read = async () => {
    most = Math.max(most, ++now);
    await gate.promise;
    now--;
    return { kind: "openapi", text: "openapi: 3.1.0" } as const;
  };
  await using room = await openBuilds({ sandbox, read });
  await room.builds.begin();
  const wishes = ["one", "two"].flatMap((need) => ["acme", "globex", "initech"].map((tenant) => ({ need, tenant })));
  const builds = [];
  for (const wish of wishes) builds.push(await room.open(wish));
  await vi.waitUntil(() => now === 2, SOON);
  const working = (await Promise.all(builds.map((build) => room.now(build)))).filter(
    ({ state }) => state === "working",
  );
  expect(new Set(working.map(({ org }) => org)).size).toBe(2);
  gate.resolve();
  for (const build of builds) await over(room, build, "ready");
  expect(most).toBe(2);
});

test("the sixth build of an org at a time is refused, with what to do", async () => {
  await using room = await openBuilds({ sandbox });
  for (const need of ["one", "two", "three", "four", "five"]) await room.open({ need });
  await expect(room.open({ need: "six" })).rejects.toMatchObject({
    code: "too_many_requests",
    hint: expect.stringContaining("builds"),
  });
  await room.open({ need: "six", tenant: "globex" });
});

test("a stopped build ends at once: nothing of it is kept for anybody to approve", async () => {
  const read = (_: unknown, signal: AbortSignal) =>
    new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  await using room = await openBuilds({ sandbox, read });
  await room.builds.begin();
  const build = await room.open();
  await vi.waitUntil(async () => (await room.now(build)).state === "working", SOON);
  expect(await room.builds.stop(build.org, build.id, personRef(build.author))).toBe(true);
  expect(await room.builds.stop(build.org, build.id, personRef(build.author))).toBe(false);
  expect(await room.now(build)).toMatchObject({
    state: "stopped",
    steps: [{ name: "read", state: "failed", note: "stopped" }, {}, {}, {}, {}, {}],
  });
  expect(room.staged).toEqual([]);
});

test("a build that a dead process left is taken up where it was: from the document it had read, by the next", async () => {
  const dir = mkdtempSync(join(tmpdir(), "nexus-builds-"));
  const path = join(dir, "nexus.db");
  let reads = 0;
  const read = () => {
    reads++;
    return Promise.resolve({ kind: "openapi", text: "openapi: 3.1.0" } as const);
  };
  try {
    await using store = await openStore(path, { clock: () => new Date() });
    const writing = Promise.withResolvers<never>();
    // The first process hangs in the writing, and is gone without a word.
    const dead = await openBuilds({ sandbox, store, read, write: () => writing.promise });
    await dead.builds.begin();
    const build = await dead.open();
    await vi.waitUntil(
      async () => (await dead.now(build)).steps.some(({ name, state }) => name === "specify" && state === "doing"),
      SOON,
    );
    await using next = await openBuilds({ sandbox, store, read });
    await next.builds.begin();
    const done = await over(next, build, "ready");
    expect(reads).toBe(1);
    expect(done.code).toBe(build.code);
    expect(stepsOf(done)).toMatchObject({ read: "done", check: "done" });
    writing.reject(new NexusError("stopped", "the end of the test"));
    await dead.builds.finish();
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
});

test("sent back with what should be different, it is built anew: another digest, and who said so is a contributor", async () => {
  const shouting = submit({ code: JOKE_CODE.replace("slice(0, 500)", "slice(0, 499)") });
  await using room = await openBuilds({ sandbox, entries: (need) => (need.includes("shorter") ? shouting : submit()) });
  await room.builds.begin();
  const build = await over(room, await room.open(), "ready");
  const { person } = await room.store.people.identify(testActor("acme", "bob"));
  const { commit } = await room.builds.feedback(build.org, build.id, "make it shorter", person);
  await room.store.transaction(commit);
  room.builds.wake();
  const anew = await vi.waitUntil(async () => {
    const now = await room.now(build);
    return now.state === "ready" && now.result?.sha256 !== build.result?.sha256 && now;
  }, SOON);
  expect(anew.contributors).toEqual([build.author, person]);
  expect(anew.allowedUnits).toBe(5);
  expect(room.staged.at(-1)?.contributors).toEqual([build.author, person]);
});

test("words that change nothing lead to no second card for the very same bytes", async () => {
  await using room = await openBuilds({ sandbox });
  await room.builds.begin();
  const build = await over(room, await room.open(), "ready");
  await room.store.transaction(
    (await room.builds.feedback(build.org, build.id, "use the names, not ids", build.author)).commit,
  );
  room.builds.wake();
  const anew = await over(room, build, "failed");
  expect(anew.failure?.say).toContain("the very same module");
});

test("what words led nowhere with can still be edited by hand", async () => {
  await using room = await openBuilds({ sandbox });
  await room.builds.begin();
  const build = await over(room, await room.open(), "ready");
  const { org, id, author } = build;
  await room.store.transaction((await room.builds.feedback(org, id, "use the names, not ids", author)).commit);
  room.builds.wake();
  await over(room, build, "failed");
  const { files } = await room.builds.papers(org, id);
  expect([...files.keys()]).toContain("module.ts");
  const file = { path: "README.md", text: "By names.\n" };
  const edit = await room.builds.editDraft(org, id, file, { person: author, ref: personRef(author) });
  expect(edit.diff).toContain("+By names.");
  expect(edit.build.steps.map(({ note }) => note ?? "").join(" ")).not.toContain("the very same module");
});

test("where there is a model, words that change nothing in a document are put to it", async () => {
  const asked: string[] = [];
  const rewritten = submit({ code: JOKE_CODE.replace("slice(0, 500)", "slice(0, 400)") });
  const modelWriter: ModelWriter = {
    async write({ need, feedback }) {
      asked.push(need, ...feedback);
      const by = { writer: "openai/one", reviewer: "anthropic/two" };
      const review = { ok: false, concerns: ["It cuts\n names."], isRewritten: true };
      return {
        state: "written",
        entries: rewritten,
        specification: "A joke.",
        by,
        summary: "Shorter.",
        review,
        units: 1.5,
      };
    },
  };
  await using room = await openBuilds({ sandbox, modelWriter });
  await room.builds.begin();
  const build = await over(room, await room.open(), "ready");
  await room.store.transaction((await room.builds.feedback(build.org, build.id, "use names", build.author)).commit);
  room.builds.wake();
  const anew = await vi.waitUntil(async () => {
    const now = await room.now(build);
    return now.state === "ready" && now.result?.sha256 !== build.result?.sha256 && now;
  }, SOON);
  expect(anew.spentUnits).toBe(1.5);
  expect(asked.at(-1)).toBe("use names");
  expect(room.staged.at(-1)).toMatchObject({
    provenance: {
      from: "build",
      wrote: "model",
      model: "openai/one",
      review: { by: "anthropic/two", concerns: ["It cuts names."], isRewritten: true },
    },
    summary: { by: "openai/one", text: "Shorter." },
  });
  expect(anew.review).toEqual({ by: "anthropic/two", concerns: ["It cuts names."], isRewritten: true });
});

test("a file of a draft is edited by hand: what changed is said, all is checked anew, and the editor is a contributor", async () => {
  await using room = await openBuilds({ sandbox, entries: () => WRONG });
  await room.builds.begin();
  const build = await over(room, await room.open(), "given_up");
  const { person } = await room.store.people.identify(testActor("acme", "bob"));
  const by = { person, ref: personRef(person) };
  const edited = await room.builds.editDraft(build.org, build.id, { path: "module.ts", text: JOKE_CODE }, by);
  expect(edited.diff).toContain('-  return { summary: "Ha."');
  await room.store.transaction(edited.commit);
  room.builds.wake();
  const done = await over(room, build, "ready");
  expect(done.result?.sha256).toBe(digestEntries(submit()));
  expect(done.contributors).toContain(person);
  expect(room.staged.at(-1)?.contributors).toContain(person);
  await expect(room.builds.editDraft(build.org, build.id, { path: "../evil.ts", text: "" }, by)).rejects.toMatchObject({
    code: "request_invalid",
  });
});

test("a packed module is checked as it came, and never repaired", async () => {
  await using room = await openBuilds({ sandbox });
  await room.builds.begin();
  const pack = (entries = submit()) =>
    ({
      kind: "pack",
      name: "jokes.nexus-module",
      base64: Buffer.from(packBundle(entries)).toString("base64"),
    }) as const;
  const good = await over(room, await room.open({ source: pack() }), "ready");
  expect(good.steps.map(({ name }) => name)).toEqual(["read", "check", "ask"]);
  expect(room.staged.at(-1)?.provenance).toEqual({ from: "pack", name: "jokes.nexus-module" });
  const bad = await over(room, await room.open({ source: pack(WRONG) }), "given_up");
  expect(bad.failure?.code).toBe("module_invalid");
});

test("without a document and without a model it says plainly what it would need", async () => {
  await using room = await openBuilds({ sandbox });
  await room.builds.begin();
  const build = await over(room, await room.open({ source: { kind: "words" } }), "failed");
  expect(build.failure).toMatchObject({
    code: "model_unavailable",
    say: "No language model is set up that could write this.",
    hint: expect.stringContaining("from that I need no model"),
  });
});
