import { type Audit, createAudit } from "#core/audit/audit.ts";
import { digestEntries } from "#core/contract/bundle.ts";
import { GateId, newId, type OrgId, type PersonId, Sha256, TurnId } from "#core/contract/ids.ts";
import { Manifest } from "#core/contract/manifest.ts";
import type { Sandbox } from "#core/contract/sandbox.ts";
import { VALIDATION_REPORT_SCHEMA_ID, type ValidationReport } from "#core/contract/validation.ts";
import { bundleOf, manifestDigest } from "#core/evolution/installer/bundle-bytes.ts";
import { createInstaller } from "#core/evolution/installer/create-installer.ts";
import { installedBundles } from "#core/evolution/installer/installed-bundles.ts";
import type { Candidate, Change, Installer, InstallPlan } from "#core/evolution/installer/installer.ts";
import { createRegistry, type Registry } from "#core/registry/registry.ts";
import { openStore, type Store } from "#core/store/store.ts";
import { bundleEntries, SOUND_MANIFEST } from "./bundle-kit.ts";
import { silent } from "./delivery-kit.ts";
import { handMadeBundle } from "./hand-made-bundle.ts";
import { meteringOn } from "./metering-kit.ts";
import { testActor, testConversation } from "./platforms/test-message.ts";
import { sampleManifest } from "./sample-manifest.ts";

/** What is worth varying in a module that may be installed. */
export interface MadeCandidate {
  readonly version?: string;
  /** Of the manifest. */
  readonly changes?: object;
  readonly code?: string;
  readonly report?: Partial<ValidationReport>;
  readonly contributors?: readonly PersonId[];
}

/** A module as the sandbox would hand it on, without having asked it: its report says that it passed. */
export function candidateOf(made: MadeCandidate = {}): Candidate {
  const { version = "1.0.0", changes = {}, contributors = [] } = made;
  const code = made.code ?? `export async function look() { return { summary: "I looked with ${version}." }; }\n`;
  const manifest = Manifest.parse({ ...SOUND_MANIFEST, name: "deploy-notes", title: "Notes", version, ...changes });
  const entries = bundleEntries({ "manifest.json": JSON.stringify(manifest), "module.ts": code });
  const compiled = new Map([["module.ts", new TextEncoder().encode(code)]]);
  const bundle = bundleOf(entries, compiled);
  return {
    entries,
    bundle,
    report: { ...reportOn(bundle.sha256, manifestDigest(entries), digestEntries(compiled), manifest), ...made.report },
    provenance: { from: "pack", name: "notes.nexus-module" },
    contributors,
    notes: [],
  };
}

/** An org that installs modules, on a real store, with the real registry; no module of it is ever run. */
export interface InstallHouse extends AsyncDisposable {
  readonly store: Store;
  readonly audit: Audit;
  readonly installer: Installer;
  readonly registry: Registry;
  readonly org: OrgId;
  readonly ada: PersonId;
  readonly bob: PersonId;
  now(): Date;
  /** Moves the clock. */
  wait(ms: number): void;
  /** Makes a change as a turn would. */
  make(change: Change): Promise<void>;
  /** Stages a module and plans its installation. */
  plan(made?: MadeCandidate): Promise<InstallPlan>;
  /** Stages and installs, as if people had agreed. */
  install(made?: MadeCandidate): Promise<InstallPlan>;
  /** What people keep with a module. */
  keep(path: string, text: string, person?: PersonId): Promise<void>;
  read(path: string, person?: PersonId): Promise<string | undefined>;
  /** What is live: `deploy-notes 1.0.0`. */
  live(): string[];
  /** Puts an effect of a capability on record: `deploy-notes.publish`. */
  record(capability: string, step: number): Promise<void>;
  /** A request for approval that people have agreed to. */
  approved(subject: { module: string; sha256: string }): Promise<GateId>;
}

export async function openInstallHouse(path = ":memory:"): Promise<InstallHouse> {
  let offsetMs = 0;
  const clock = (): Date => new Date(Date.UTC(2026, 10, 20, 15) + offsetMs);
  const store = await openStore(path, { clock });
  const audit = createAudit({ store, key: Buffer.alloc(32, 1), clock });
  const registry = await createRegistry({
    bundles: [handMadeBundle("export const look = () => 1;", sampleManifest({ name: "weather", version: "2.1.0" }))],
    hostModules: [],
    installed: installedBundles({ store, log: silent }),
    sandbox: idleSandbox(),
    egress: { request: refuse, [Symbol.asyncDispose]: () => Promise.resolve() },
    vault: { secretFor: refuse, distrust: () => undefined },
    metering: meteringOn(store, clock),
    store: (org) => store.forOrg(org),
    sampleOn: () => Promise.resolve(false),
    clock,
    log: silent,
    newSeed: () => "a seed",
  });
  const installer = createInstaller({ store, audit, registry, clock, log: silent });
  const { org, person: ada } = await store.people.identify(testActor("acme", "ada"));
  const { person: bob } = await store.people.identify(testActor("acme", "bob"));
  const make = async (change: Change): Promise<void> => {
    await store.transaction(change.commit);
    await change.afterwards();
  };
  const plan: InstallHouse["plan"] = async (made) => {
    const { sha256 } = await installer.stage(org, candidateOf(made));
    return installer.plan(org, sha256);
  };
  const { moduleFiles } = store.forOrg(org);
  const MODULE = candidateOf().bundle.manifest.name;
  return {
    store,
    audit,
    installer,
    registry,
    org,
    ada,
    bob,
    now: clock,
    wait: (ms) => void (offsetMs += ms),
    make,
    plan,
    async install(made) {
      const planned = await plan(made);
      await make(installer.install(planned, { approvedBy: [bob] }));
      return planned;
    },
    keep: (file, text, person = ada) => moduleFiles.applyAll(MODULE, person, [{ path: file, text }]),
    read: (file, person = ada) => moduleFiles.read(MODULE, person, file),
    live: () =>
      registry
        .modules(org)
        .filter(({ origin }) => origin === "stranger")
        .map(({ manifest }) => `${manifest.name} ${manifest.version}`),
    record: (id, step) =>
      audit.record(org, {
        act: "effect.begun",
        outcome: "done",
        actor: { kind: "person", id: ada },
        subject: { kind: "capability", id },
        detail: { step: `${step}` },
      }),
    async approved(subject) {
      const { gates } = store.forOrg(org);
      const id = newId(GateId);
      const policy = { approvals: 1, role: "operator", notAuthor: true, expiresAfterMinutes: 60 } as const;
      const at = { createdAt: clock(), expiresAt: new Date(clock().getTime() + 3_600_000) };
      await gates.add({
        id,
        code: id.slice(-4),
        kind: "install",
        topic: `install:${id}`,
        title: "Install it",
        subjectSha256: Sha256.parse("0".repeat(64)),
        subject,
        facts: {},
        policy,
        author: ada,
        authorActor: testActor("acme", "ada"),
        conversation: testConversation("acme", "general"),
        openedBy: newId(TurnId),
        ...at,
      });
      await gates.close(id, "approved", newId(TurnId), clock());
      return id;
    },
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

function reportOn(bundle: Sha256, manifestSha256: Sha256, compiled: Sha256, manifest: Manifest): ValidationReport {
  const none = { total: 0, passed: 0, results: [] };
  return {
    schema: VALIDATION_REPORT_SCHEMA_ID,
    ok: true,
    module: { name: manifest.name, version: manifest.version, title: manifest.title, entry: "script" },
    hashes: { bundle, manifest: manifestSha256, compiled },
    static: { ok: true, findings: [], files: 3, lines: 10, bytes: 1_000 },
    tests: none,
    probes: none,
    egress: { declared: manifest.hosts, observed: [], denied: [] },
    peaks: { runs: 3, cpuMs: 5, wallMs: 100, memoryMib: 60, outputChars: 40, requests: 0 },
    engines: { first: "v8", second: "quickjs", compared: 3, agreed: 3, differences: [] },
    fences: [],
    by: { nexus: "0.0.0", node: "24.0.0", v8: "13" },
    ms: 10,
  };
}

/** A sandbox in which nothing runs. */
export function idleSandbox(): Sandbox {
  return {
    run: () => Promise.resolve({ status: "unavailable", reason: "nothing runs in this test" }),
    validate: refuse,
    compile: refuse,
    retire: () => undefined,
    check: refuse,
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function refuse(): Promise<never> {
  return Promise.reject(new Error("nothing goes out in this test"));
}
