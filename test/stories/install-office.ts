import { notesTests } from "#test/notes-tests.ts";
import { randomBytes } from "node:crypto";
import type { Outbound } from "#core/contract/door.ts";
import { type BundleEntries, digestEntries } from "#core/contract/bundle.ts";
import { BuildId, newId, type PersonId, type ProposalId, type Sha256, TurnId } from "#core/contract/ids.ts";
import type { Actor, Conversation } from "#core/contract/message.ts";
import type { Reply } from "#core/contract/reply.ts";
import { newCode } from "#core/contract/short-code.ts";
import type { Candidate } from "#core/evolution/installer/installer.ts";
import { stageBundle } from "#core/evolution/installer/stage-bundle.ts";
import type { Store } from "#core/store/store.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { bundleEntries } from "#test/bundle-kit.ts";
import { silent } from "#test/delivery-kit.ts";
import { testActor } from "#test/platforms/test-message.ts";
import { capabilityFields, manifestFields } from "#test/sample-manifest.ts";
import { type Office, type OfficeOptions, openOffice, room } from "./approval-office.ts";
import { labelsOf } from "./house.ts";

/** What makes the module of these stories answer. */
export const NOTES = "show the deploy notes";

/** The deploy notes of a version, as somebody might build them. */
export function notesEntries(
  version: string,
  change: { readonly manifest?: object; readonly says?: string; readonly files?: Record<string, string> } = {},
): Map<string, Uint8Array> {
  const { says = `The notes, as ${version} tells them.` } = change;
  const manifest = manifestFields({
    name: "deploy-notes",
    version,
    title: "Deploy Notes",
    description: "Reads the notes of deployments.",
    hosts: [{ host: "notes.example.com", methods: ["GET"], pathPrefixes: ["/v1/"] }],
    capabilities: [
      capabilityFields({
        name: "list",
        title: "List notes",
        description: "Lists the newest notes.",
        examples: [
          NOTES,
          "deploy notes please",
          "which deployments were there",
          "list deploy notes",
          "what was deployed",
        ],
      }),
    ],
    limits: { timeoutMs: 2_000, memoryMib: 32, fetches: 2, outputChars: 5_000, fileBytes: 0 },
    ...change.manifest,
  });
  const code = `import type { ModuleOutput, Nexus } from "#core/contract/module.ts";

export async function list(_input: object, nexus: Nexus): Promise<ModuleOutput> {
  const answer = await nexus.fetch("https://notes.example.com/v1/notes");
  if (!answer.ok || answer.status !== 200) {
    return { error: { code: "upstream_unavailable", say: "The notes did not answer." } };
  }
  return { summary: ${JSON.stringify(says)} };
}
`;
  return bundleEntries({
    "manifest.json": JSON.stringify(manifest, undefined, 2),
    "module.ts": code,
    "tests/look.json": undefined,
    "tests/notes.json": JSON.stringify(notesTests(says), undefined, 2),
    ...change.files,
  });
}

/** What is different about a request to install. */
export interface Wish {
  readonly entries?: BundleEntries;
  readonly need?: string;
  readonly contributors?: readonly string[];
  readonly proposal?: ProposalId;
  readonly place?: Conversation;
  readonly change?: Partial<Pick<Candidate, "summary" | "notes" | "provenance" | "report">>;
}

/** An office where modules are installed: what was built stands ready, and people decide on it. */
export interface InstallOffice extends Office {
  /** Keeps a module as a build of somebody's that has passed, and has people asked; resolves with the card. */
  ask(person: string, wish?: Wish): Promise<Outbound>;
  /** The card once it can be approved. */
  live(card: Outbound): Promise<Reply>;
  /** What one may find in the database of a build's bundle. */
  stage(person: string, wish?: Wish): Promise<{ build: BuildId; sha256: Sha256 }>;
  /** Which version of the module is live. */
  version(): Promise<string | undefined>;
}

const proven = new Map<Sha256, Promise<Pick<Candidate, "bundle" | "report">>>();

/** Compiled and validated, once for each bundle of a file of tests: beforehand, where what comes after is to be quick. */
export function prove(entries: BundleEntries): Promise<Pick<Candidate, "bundle" | "report">> {
  const sha256 = digestEntries(entries);
  const known = proven.get(sha256) ?? proveNow(entries);
  proven.set(sha256, known);
  return known;
}

async function proveNow(entries: BundleEntries): Promise<Pick<Candidate, "bundle" | "report">> {
  await using sandbox = createSandbox({ log: silent, runners: 1, spares: 0 });
  const { signal } = new AbortController();
  const report = await sandbox.validate(entries, { installed: [], mutants: 2 }, signal);
  return { report, bundle: await sandbox.compile(entries, signal) };
}

/** Ada asks and may have modules built; Bob, Cleo and Dan decide; Vic may only ask; Olga is the owner. */
export async function openInstallOffice(options: OfficeOptions = {}): Promise<InstallOffice> {
  const office = await openOffice(options);
  for (const person of ["ada", "bob", "cleo", "dan"]) await office.give(person, "operator");
  await office.idOf("vic");
  await office.give("olga", "owner");
  const { org } = await office.store.people.identify(testActor("acme", "ada"));

  const wishOf = (wish: Wish = {}): Wish & { place: Conversation } => ({ place: room("general"), ...wish });
  const stage: InstallOffice["stage"] = async (person, wish) => {
    const contributors = await Promise.all((wish?.contributors ?? []).map((name) => office.idOf(name)));
    return stageReady(office.store, testActor("acme", person), { ...wishOf(wish), contributors });
  };

  return {
    ...office,
    get core() {
      return office.core;
    },
    stage,
    async ask(person, wish) {
      const { build } = await stage(person, wish);
      const { place } = wishOf(wish);
      const turn = await haveAsked(office.store, testActor("acme", person), { build, place, now: office.now() });
      await office.core.wake();
      return office.shown(({ turnId, reply }) => turnId === turn && reply.card?.state === "open");
    },
    live: (card) => office.card(card, (reply) => labelsOf(reply).includes("Approve")),
    async version() {
      const pointer = (await office.store.forOrg(org).moduleInstalls.live()).find(
        ({ module }) => module === "deploy-notes",
      );
      const activation = pointer && (await office.store.forOrg(org).moduleInstalls.activation(pointer.activation));
      return activation?.to?.version;
    },
    [Symbol.asyncDispose]: () => office[Symbol.asyncDispose](),
  };
}

/** Keeps a module as a build of somebody's that has passed, in whatever house the store is of. */
export async function stageReady(
  store: Store,
  actor: Actor,
  wish: Omit<Wish, "contributors"> & { readonly place: Conversation; readonly contributors?: readonly PersonId[] },
): Promise<{ build: BuildId; sha256: Sha256 }> {
  const { entries = notesEntries("1.0.0"), need = "the notes of our deployments", place } = wish;
  const { org, person: author } = await store.people.identify(actor);
  const contributors = [author, ...(wish.contributors ?? [])];
  const id = newId(BuildId);
  const { sha256, bundle } = await stageBundle(store, org, {
    entries,
    ...(await prove(entries)),
    provenance: { from: "build", build: id, wrote: "builder" },
    contributors,
    notes: [],
    ...wish.change,
  });
  const { name: module, version } = bundle.manifest;
  const { builds } = store.forOrg(org);
  await builds.add({
    id,
    code: newCode(randomBytes),
    need,
    source: { kind: "url", url: "https://notes.example.com/openapi.json" },
    author,
    actor,
    conversation: place,
    contributors,
    ...(wish.proposal && { proposal: wish.proposal }),
    state: "stopped",
    steps: [{ name: "ask", state: "doing" }],
    allowedUnits: 5,
    sourceKey: id,
    shownBy: newId(TurnId),
  });
  const { provenance } = wish.change ?? {};
  const review = provenance?.from === "build" ? provenance.review : undefined;
  await builds.update(id, ["stopped"], {
    state: "ready",
    result: { sha256, module, version },
    ...(review && { written: { wrote: "model", notes: [], review, asIs: false } }),
  });
  return { build: id, sha256 };
}

/** Hands in the turn by which people are asked about a build. */
export async function haveAsked(
  store: Store,
  actor: Actor,
  { build, place, now }: { readonly build: BuildId; readonly place: Conversation; readonly now: Date },
): Promise<TurnId> {
  const { org } = await store.people.identify(actor);
  const { change = 0 } = (await store.forOrg(org).builds.get(build)) ?? {};
  const { turnId } = await store.queue.put(
    org,
    {
      kind: "due",
      what: "build",
      id: build,
      dedupeKeys: [`build:${build}:${change}`],
      sentAtMs: now.getTime(),
      actor,
      conversation: place,
    },
    now,
  );
  return turnId;
}
