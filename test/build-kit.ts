import { randomBytes } from "node:crypto";
import { createAudit } from "#core/audit/audit.ts";
import type { BundleEntries } from "#core/contract/bundle.ts";
import { newId, TurnId } from "#core/contract/ids.ts";
import type { Inbound } from "#core/contract/message.ts";
import { personRef } from "#core/contract/principal.ts";
import type { Sandbox } from "#core/contract/sandbox.ts";
import type { BuildSource } from "#core/contract/build-source.ts";
import type { Build } from "#core/evolution/builds/build.ts";
import type { Builds } from "#core/evolution/builds/builds.ts";
import type { BuildsDeps } from "#core/evolution/builds/builds-deps.ts";
import { createBuilds } from "#core/evolution/builds/create-builds.ts";
import { manifestIn } from "#core/evolution/builds/draft.ts";
import type { Candidate } from "#core/evolution/installer/installer.ts";
import { stageBundle } from "#core/evolution/installer/stage-bundle.ts";
import { createProver } from "#core/evolution/repair/create-prover.ts";
import { openStore, type Store } from "#core/store/store.ts";
import { readPack } from "#sandbox/bundle/pack.ts";
import { testActor, testConversation } from "./platforms/test-message.ts";
import { SILENT } from "./silent-log.ts";
import { submit } from "./stories/stranger.ts";

/** Builds on a real store and a real sandbox. What writes a module is the test's. */
export interface BuildRoom extends AsyncDisposable {
  readonly store: Store;
  readonly builds: Builds;
  /** What was handed to delivery, in order. */
  readonly announced: Inbound[];
  /** Everything that was staged. */
  readonly staged: Candidate[];
  open(wish?: { by?: string; tenant?: string; need?: string; source?: BuildSource }): Promise<Build>;
  /** The build as it is now. */
  now(build: Build): Promise<Build>;
}

export interface BuildRoomOptions extends Partial<BuildsDeps> {
  readonly sandbox: Sandbox;
  /** What a document is written into; the joke of the day unless told. */
  readonly entries?: (need: string) => BundleEntries;
  readonly path?: string;
}

export const DOCUMENT: BuildSource = { kind: "document", name: "jokes.yaml", text: "openapi: 3.1.0" };

export async function openBuilds({ path = ":memory:", entries, ...given }: BuildRoomOptions): Promise<BuildRoom> {
  const clock = (): Date => new Date();
  const store = given.store ?? (await openStore(path, { clock }));
  const announced: Inbound[] = [];
  const staged: Candidate[] = [];
  const { sandbox } = given;
  const builds = createBuilds({
    store,
    audit: createAudit({ store, key: randomBytes(32), clock }),
    read: (source) =>
      Promise.resolve({ kind: "openapi", text: source.kind === "document" ? source.text : "openapi: 3.1.0" }),
    write: async ({ wish: { need = "" } }) => {
      const written = entries?.(need) ?? submit();
      const manifest = manifestIn(written);
      if (manifest === undefined) throw new Error("the test wrote a module without a manifest");
      return { entries: written, manifest, operations: ["joke"], notes: ["the document had no title"] };
    },
    prover: createProver({
      validate: (...args) => sandbox.validate(...args),
      rounds: 2,
      mutants: 0,
      clock,
      log: SILENT,
    }),
    modelWriter: {
      write: () => Promise.resolve({ state: "not_written", why: "no_model", say: "There is none.", units: 0 }),
    },
    installer: {
      stage: (org, candidate) => {
        staged.push(candidate);
        return stageBundle(store, org, candidate);
      },
    },
    readPack,
    installed: () => [],
    staysInside: () => Promise.resolve(false),
    receive: (_, inbound) => Promise.resolve(void announced.push(inbound)),
    units: 5,
    randomBytes,
    clock,
    log: SILENT,
    ...given,
  });
  return {
    store,
    builds,
    announced,
    staged,
    async open({ by = "ada", tenant = "acme", need = "a joke", source = DOCUMENT } = {}) {
      const actor = testActor(tenant, by);
      const { org, person } = await store.people.identify(actor);
      const { build, commit } = await builds.open({
        org,
        turn: newId(TurnId),
        author: person,
        actor,
        conversation: testConversation(tenant, "general"),
        by: personRef(person),
        need,
        source,
      });
      await store.transaction(commit);
      builds.wake();
      return build;
    },
    async now(build) {
      const found = await builds.get(build.org, build.id);
      if (found === undefined) throw new Error("the build is gone");
      return found;
    },
    async [Symbol.asyncDispose]() {
      await builds.finish();
      if (given.store === undefined) await store[Symbol.asyncDispose]();
    },
  };
}
