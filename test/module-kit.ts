import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { CapabilityName, ModuleName, newId, OrgId, PersonId, TurnId } from "#core/contract/ids.ts";
import type { AdapterRunResult } from "#core/contract/invocation.ts";
import type { JsonObject } from "#core/contract/json.ts";
import type { Limits } from "#core/contract/manifest.ts";
import type { Log } from "#core/contract/ports.ts";
import type { Egress, Sandbox } from "#core/contract/sandbox.ts";
import { loadBundle } from "#sandbox/bundle/bundle.ts";
import { createRegistry } from "#core/registry/registry.ts";
import { openStore } from "#core/store/store.ts";
import { createEgress } from "#sandbox/egress/egress.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { meteringOn } from "./metering-kit.ts";

export interface ModuleSetting {
  readonly now?: Date;
  /** BCP 47; English as written in Canada unless told. */
  readonly locale?: string;
  /** IANA zone; UTC unless told. */
  readonly timeZone?: string;
  /** Whether the operator wants samples; yes unless told. */
  readonly sample?: boolean;
  /** API keys by the name of the credential. What is not here is missing. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** Where each host is on loopback: `http://127.0.0.1:…`. Every other host does not exist. */
  readonly fetch?: Readonly<Record<string, string>>;
  readonly seed?: string;
  /** Limits other than the manifest's, such as a shorter time for tests of slowness. */
  readonly limits?: Partial<Limits>;
}

export interface ModuleCall extends Pick<ModuleSetting, "now" | "locale" | "timeZone"> {
  /** Files that came with the message, by name. */
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
  /** Whoever asks; people of different names share nothing. */
  readonly person?: string;
}

/** A module in an org of its own, run as in production: registry, sandbox process, broker and store are the real ones. */
export interface OpenedModule extends AsyncDisposable {
  readonly run: (capability: string, input: JsonObject, call?: ModuleCall) => Promise<AdapterRunResult>;
  /** The paths of the files the module keeps for a person. */
  readonly files: (person?: string) => Promise<string[]>;
}

/** Keeps one sandbox for the tests of a file, and opens modules in it. */
export function useModules(): { open(name: string, setting?: ModuleSetting): Promise<OpenedModule> } {
  let sandbox: Sandbox | undefined;
  beforeAll(() => {
    sandbox = createSandbox({ log: silent, runners: 2, spares: 1 });
  });
  afterAll(async () => {
    await sandbox?.[Symbol.asyncDispose]();
  });
  return {
    open(name, setting = {}) {
      if (!sandbox) throw new Error("modules are opened inside tests");
      return openModule(sandbox, name, setting);
    },
  };
}

/** Runs one capability of one module once, in a sandbox of its own. */
export async function runModule(
  name: string,
  capability: string,
  input: JsonObject,
  setting: ModuleSetting & ModuleCall = {},
): Promise<AdapterRunResult> {
  await using sandbox = createSandbox({ log: silent, runners: 1, spares: 1 });
  await using module = await openModule(sandbox, name, setting);
  return await module.run(capability, input, setting);
}

/** The answer of a run that went well; anything else fails the test with what was said instead. */
export function answered(result: AdapterRunResult): Extract<AdapterRunResult, { ok: true }> {
  if (result.ok) return result;
  throw new Error(`expected an answer, got ${result.code}: ${result.say}`);
}

/** The refusal of a run that did not go well; an answer fails the test. */
export function refused(result: AdapterRunResult): Extract<AdapterRunResult, { ok: false }> {
  if (!result.ok) return result;
  throw new Error(`expected a refusal, got: ${result.summary}`);
}

async function openModule(sandbox: Sandbox, name: string, setting: ModuleSetting): Promise<OpenedModule> {
  const shipped = loadBundle(join(import.meta.dirname, "..", "src", "modules", name));
  const { manifest } = shipped;
  const bundle = { ...shipped, manifest: { ...manifest, limits: { ...manifest.limits, ...setting.limits } } };
  let now = setting.now ?? new Date("2026-11-24T12:00:00Z");
  const clock = (): Date => now;
  const store = await openStore(":memory:", { clock });
  const egress = loopbackEgress(setting.fetch ?? {});
  const registry = await createRegistry({
    bundles: [bundle],
    hostModules: [],
    sandbox,
    egress,
    vault: {
      secretFor: ({ need }) => {
        const value = setting.secrets?.[need.name];
        return Promise.resolve(value === undefined ? { state: "missing" } : { state: "ready", value });
      },
      distrust: () => {},
    },
    metering: meteringOn(store, clock),
    store: (org) => store.forOrg(org),
    sampleOn: () => Promise.resolve(setting.sample ?? true),
    clock,
    log: silent,
    newSeed: () => setting.seed ?? "a seed",
  });
  // A person and an org are known by the platform's account that first acted.
  const identify = (person: string) =>
    store.people.identify({
      platform: "test",
      tenantId: "modules",
      id: person,
      displayName: person,
      affiliation: "member",
      platformRoleIds: [],
    });

  return {
    async run(capability, input, call = {}) {
      now = call.now ?? setting.now ?? now;
      const { org, person } = await identify(call.person ?? "someone");
      const asker = {
        locale: call.locale ?? setting.locale ?? "en-CA",
        timeZone: call.timeZone ?? setting.timeZone ?? "UTC",
      };
      const files = Object.entries(call.files ?? {}).map(([file, content]) => {
        const bytes = typeof content === "string" ? Buffer.from(content) : content;
        return { attachment: { name: file, ref: file, bytes: bytes.length }, read: () => Promise.resolve(bytes) };
      });
      const invocation = {
        org: OrgId.parse(org),
        person: PersonId.parse(person),
        turn: newId(TurnId),
        module: ModuleName.parse(name),
        capability: CapabilityName.parse(capability),
        input,
        asker,
        files,
      };
      const result = await registry.invoke(invocation, new AbortController().signal);
      // As the commit of a turn does it.
      if (result.ok) {
        const { changes, seen } = result.files;
        await store.forOrg(org).moduleFiles.applyAll(invocation.module, person, changes, seen);
      }
      return result;
    },
    async files(person = "someone") {
      const known = await identify(person);
      return store.forOrg(known.org).moduleFiles.list(manifest.name, known.person, "");
    },
    async [Symbol.asyncDispose]() {
      await egress[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
    },
  };
}

/** The real broker, with every declared host led to its stand-in on loopback over plain HTTP. */
function loopbackEgress(origins: Readonly<Record<string, string>>): Egress {
  return createEgress({
    log: silent,
    lookup: (host) => Promise.resolve(host in origins ? ["127.0.0.1"] : []),
    allowAddress: (address) => address === "127.0.0.1",
    async connect({ host, address }) {
      const socket = connect(Number(new URL(origins[host] ?? "").port), address);
      await once(socket, "connect");
      return socket;
    },
  });
}

const silent: Log = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
