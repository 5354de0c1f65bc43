import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ModuleName, Sha256 } from "#core/contract/ids.ts";
import { type AskingOrg, openAskingOrg } from "#test/curriculum-kit.ts";
import { sampleManifest } from "#test/sample-manifest.ts";

async function threeAsk(office: AskingOrg, text: string, place?: string): Promise<void> {
  for (const who of ["ana", "ben", "cleo"]) await office.ask(who, text, place);
}

test("two people propose nothing, the third does; so do three days of one person, and not three messages", async () => {
  await using office = await openAskingOrg();
  await office.ask("ana", "who is on call");
  await office.ask("ben", "who has the pager");
  for (let count = 0; count < 30; count++) await office.ask("dan", "water the ferns");
  expect(await office.look()).toEqual([]);
  await office.ask("cleo", "on call engineer please");
  expect(await office.look()).toMatchObject([{ label: "on-call schedules", askers: 3, days: 1, asks: 3 }]);
  for (let day = 0; day < 2; day++) {
    office.days(1);
    await office.ask("dan", "water the ferns");
  }
  // However often they say it, it counts a few times a day.
  expect(await office.look()).toMatchObject([{ label: "water ferns", askers: 1, days: 3, asks: 5 }]);
});

test("a human on two platforms is one asker", async () => {
  await using office = await openAskingOrg();
  const person = await office.idOf("ana");
  const other = await office.idOf("ana-too");
  await office.store.people.link({ org: office.org, person }, { org: office.org, person: other });
  for (const who of ["ana", "ana-too", "ben"]) await office.ask(who, "who is on call");
  expect(await office.look()).toEqual([]);
});

test("a week proposes what matters most, up to its cap, and the next week what is left", async () => {
  await using office = await openAskingOrg({ settings: { perWeek: 1 } });
  await threeAsk(office, "polish the zamboni");
  await threeAsk(office, "who is on call");
  await office.ask("dan", "who is on call");
  expect(await office.look()).toMatchObject([{ label: "on-call schedules" }]);
  await office.ask("eve", "polish the zamboni");
  expect(await office.look()).toEqual([]);
  office.days(8);
  expect(await office.look()).toMatchObject([{ label: "polish zamboni", askers: 4 }]);
});

test("a cap of none proposes nothing", async () => {
  await using office = await openAskingOrg({ settings: { perWeek: 0 } });
  await threeAsk(office, "who is on call");
  expect(await office.look()).toEqual([]);
});

test("words that were only said privately make no label, and a need without any other is not spoken of", async () => {
  await using office = await openAskingOrg();
  await threeAsk(office, "members of project nightfall", "@dm");
  await threeAsk(office, "budget of project sundown", "!board");
  expect(await office.look()).toEqual([]);
  await office.ask("dan", "members of project nightfall in the directory");
  await office.ask("eve", "directory of project nightfall");
  const [proposal] = await office.look();
  expect(proposal?.askers).toBe(5);
  expect(proposal?.label).not.toContain("members");
});

test("what NEXUS alone could learn is no module, and what is wished for need not be put as a request", async () => {
  await using office = await openAskingOrg();
  for (const who of ["ana", "ben", "cleo"]) {
    await office.ask(who, "remind me every monday to stretch", "#general", "ours");
    await office.ask(who, "I wish you could whistle", "#general", "wish");
  }
  expect(await office.look()).toMatchObject([{ label: "whistle" }]);
});

test("what an installed module does is not proposed; whoever asks is told how, or that it is switched off", async () => {
  let isOff = false;
  const manifest = sampleManifest({ name: "rota", title: "Rota" });
  const [capability] = manifest.capabilities;
  if (capability === undefined) throw new Error("the sample has no capability");
  const examples = [
    "who is on call this week",
    "who has the pager",
    "on call engineer",
    "show the rota",
    "whose rota is it",
  ];
  const module = { ...manifest, capabilities: [{ ...capability, examples }] };
  await using office = await openAskingOrg({ modules: () => Promise.resolve([{ manifest: module, isOff }]) });
  await threeAsk(office, "which engineer is on call");
  expect(await office.look()).toEqual([]);
  const person = await office.idOf("dan");
  const asked = "who has the pager then";
  expect(await office.curriculum.noticed(office.org, person, asked)).toMatchObject({
    people: 4,
    serves: { module: "rota", example: "who has the pager", isOff: false },
  });
  isOff = true;
  expect((await office.curriculum.noticed(office.org, person, asked)).serves?.isOff).toBe(true);
  expect((await office.curriculum.noticed(office.org, person, "feed the hamster")).serves).toBeUndefined();
});

test("what is being built already is not proposed, and what came of a build is what became of its proposal", async () => {
  await using office = await openAskingOrg();
  await threeAsk(office, "who is on call");
  const [proposal] = await office.look();
  if (proposal === undefined) throw new Error("nothing was proposed");
  const { curriculum, org, store } = office;
  const moved = await store.transaction((inside) => curriculum.decideIn(inside, proposal, "building", undefined));
  expect(moved).toBe(true);
  expect(await store.transaction((inside) => curriculum.decideIn(inside, proposal, "not_now", undefined))).toBe(false);
  expect(await curriculum.get(org, proposal.id)).toMatchObject({ state: "building" });
  expect(await curriculum.open(org)).toEqual([]);
});

test("a module of an index comes before an API, and one that was taken back is none", async () => {
  const version = {
    index: "own",
    module: ModuleName.parse("pager"),
    version: "1.2.0",
    title: "On-call",
    description: "Who is on call, and whose pager rings",
    sha256: Sha256.parse("a".repeat(64)),
    written: "hand" as const,
    hosts: [],
    effects: ["read"],
  };
  let revoked: string | undefined;
  const search = () => Promise.resolve([{ ...version, ...(revoked !== undefined && { revoked }) }]);
  await using office = await openAskingOrg({ indexes: { search } });
  await threeAsk(office, "whose pager is on call");
  const [proposal] = await office.look();
  expect(proposal?.remedy).toMatchObject({ kind: "index", index: "own", module: "pager", version: "1.2.0" });
  expect(proposal && (await office.curriculum.sourceOf(proposal))).toMatchObject({ kind: "index", module: "pager" });
  revoked = "a hole in it";
  await using other = await openAskingOrg({ indexes: { search } });
  await threeAsk(other, "whose pager is on call");
  expect(await other.look()).toMatchObject([{ remedy: { kind: "api", title: "PagerDuty" } }]);
});

test("the operator's own API documents are matched by title and operations, and what cannot be read is passed over", async () => {
  const folder = mkdtempSync(join(tmpdir(), "nexus-apis-"));
  try {
    const paths = {
      "/docks": { get: { summary: "Which docks are free", operationId: "listDocks", tags: ["trucks"] } },
    };
    const document = {
      openapi: "3.1.0",
      info: { title: "Dock planner", version: "1" },
      servers: [{ url: "https://docks.example" }],
      paths,
    };
    writeFileSync(join(folder, "docks.json"), JSON.stringify(document));
    writeFileSync(join(folder, "hall.yaml"), "openapi: 3.0.3\ninfo: {title: Hall lights, version: '1'}\npaths: {}\n");
    writeFileSync(join(folder, "broken.json"), "{");
    writeFileSync(join(folder, "notes.txt"), "docks docks docks");
    await using office = await openAskingOrg({ settings: { perWeek: 3, apis: folder } });
    await office.ask("ana", "which docks are free for a truck");
    await office.ask("ben", "free docks for my truck");
    await office.ask("cleo", "dock for the truck from Kiel");
    const [proposal] = await office.look();
    expect(proposal?.remedy).toEqual({
      kind: "document",
      title: "Dock planner",
      name: "docks.json",
      host: "docks.example",
    });
    const source = proposal && (await office.curriculum.sourceOf(proposal));
    expect(source).toMatchObject({ kind: "document", name: "docks.json" });
    rmSync(join(folder, "docks.json"));
    expect(proposal && (await office.curriculum.sourceOf(proposal))).toBeUndefined();
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("who asked first is the one to be told, and when they are gone the next", async () => {
  await using office = await openAskingOrg();
  await threeAsk(office, "who is on call");
  const [proposal] = await office.look();
  if (proposal === undefined) throw new Error("nothing was proposed");
  const first = await office.curriculum.firstAsk(office.org, proposal.id);
  expect(first).toMatchObject({
    person: await office.idOf("ana"),
    text: "who is on call",
    conversation: { channelId: "#general" },
  });
  const gone = await office.idOf("ana");
  await office.store.erasure.erase({ org: office.org, person: gone });
  expect(await office.curriculum.firstAsk(office.org, proposal.id)).toMatchObject({ person: await office.idOf("ben") });
});
