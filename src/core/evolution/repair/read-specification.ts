import type { z } from "zod";
import type { Json } from "#core/contract/json.ts";
import { CapabilityName } from "#core/contract/ids.ts";
import { MANIFEST_SCHEMA_ID, Manifest } from "#core/contract/manifest.ts";
import { ModuleTest } from "#core/contract/validation.ts";
import type { Behaviour, SlotDraft, SpecificationDraft } from "./specification-draft.ts";

/** A specification that is sound: its manifest, and the tests that are fixed before any code is. */
export interface Specification {
  readonly manifest: Manifest;
  /** By capability. */
  readonly tests: ReadonlyMap<CapabilityName, readonly ModuleTest[]>;
}

/** What is wrong with a specification, in words of ours. */
export type SpecificationFault = { readonly ok: false; readonly why: string };

/** Reads a draft as manifest and tests. */
export function readSpecification(
  draft: SpecificationDraft,
  taken: readonly string[],
): { readonly ok: true; readonly specification: Specification } | SpecificationFault {
  const manifest = Manifest.safeParse(manifestFrom(draft));
  if (!manifest.success) return fault(`the manifest does not fit: ${whereOf(manifest.error)}`);
  if (taken.includes(manifest.data.name)) return fault("its name is taken");
  const tests = new Map<CapabilityName, ModuleTest[]>();
  for (const { name, behaviours } of draft.capabilities) {
    const made = behaviours.map((behaviour) => testFrom(name, behaviour));
    const unread = made.find((each) => typeof each === "string");
    if (unread !== undefined) return fault(`a behaviour of ${CapabilityName.parse(name)} does not fit: ${unread}`);
    const read = made.filter((each) => typeof each !== "string");
    if (!read.some(({ expect }) => (expect.summary ?? []).length > 0)) {
      return fault(`no behaviour of ${CapabilityName.parse(name)} says what a good answer holds`);
    }
    tests.set(CapabilityName.parse(name), [...read, ...sourceFails(read)]);
  }
  const outside = findOutside(manifest.data, [...tests.values()].flat());
  return outside === undefined ? { ok: true, specification: { manifest: manifest.data, tests } } : fault(outside);
}

function manifestFrom(draft: SpecificationDraft): unknown {
  const fetches = Math.max(
    0,
    ...draft.capabilities.flatMap(({ behaviours }) => behaviours.map(({ exchanges }) => exchanges.length)),
  );
  return {
    schema: MANIFEST_SCHEMA_ID,
    name: draft.name,
    version: "1.0.0",
    title: draft.title,
    description: draft.description,
    runtime: "sandbox",
    dataClass: draft.dataClass,
    hosts: draft.hosts,
    credentials: draft.credentials.map(({ prefix, ...credential }) => ({
      ...credential,
      kind: "api_key",
      ...(prefix !== "" && { prefix }),
    })),
    capabilities: draft.capabilities.map(({ name, title, description, effect, slots, examples, credentials }) => ({
      name,
      title,
      description,
      effect,
      slots: Object.fromEntries(slots.map((slot) => [slot.name, slotFrom(slot)])),
      required: slots.filter(({ required }) => required).map((slot) => slot.name),
      examples,
      credentials,
      sample: false,
      cacheTtlS: effect === "read" && draft.hosts.length > 0 ? 60 : 0,
    })),
    limits: { timeoutMs: 10_000, memoryMib: 32, fetches: Math.min(50, fetches), outputChars: 50_000, fileBytes: 0 },
    dependencies: {},
    schedules: [],
  };
}

function slotFrom({ type, description, ask, values }: z.infer<typeof SlotDraft>): unknown {
  const common = { type, description, ...(ask !== "" && { ask }) };
  if (type === "enum") return { ...common, values };
  return type === "text" ? { ...common, maxLength: 200 } : common;
}

/** One test, or what cannot be read of it. */
function testFrom(capability: string, behaviour: z.infer<typeof Behaviour>): ModuleTest | string {
  const input: Record<string, Json> = {};
  for (const { slot, json } of behaviour.input) {
    const value = parsed(json);
    if (value === undefined) return "a value of its input is not JSON";
    input[slot] = value;
  }
  const test = ModuleTest.safeParse({
    name: behaviour.name,
    capability,
    input,
    exchanges: behaviour.exchanges.map(({ method, url, bodyIncludes, status, body }) => ({
      request: { method, url, ...(bodyIncludes !== "" && { bodyIncludes }) },
      answer: { status, body: parsed(body) ?? body },
    })),
    expect:
      behaviour.error === null
        ? { summary: behaviour.summaryHolds, requests: behaviour.exchanges.length }
        : { error: behaviour.error },
  });
  return test.success ? test.data : whereOf(test.error);
}

/** What the host adds to the first call that reaches a source: a source that fails is said to fail, whatever was specified. */
function sourceFails(tests: readonly ModuleTest[]): ModuleTest[] {
  const good = tests.find(({ exchanges, expect }) => exchanges.length > 0 && expect.error === undefined);
  const [first] = good?.exchanges ?? [];
  if (good === undefined || first === undefined) return [];
  const failing = (name: string, answer: ModuleTest["exchanges"][number]["answer"], error: string): ModuleTest =>
    ModuleTest.parse({ ...good, name, exchanges: [{ request: first.request, answer }], expect: { error } });
  return [
    failing("a source that cannot be reached is said to be away", { fails: "unreachable" }, "upstream_unavailable"),
    failing(
      "a source with troubles of its own is said to be away",
      { status: 503, headers: {}, body: "" },
      "upstream_unavailable",
    ),
    failing(
      "an answer that is not JSON is not taken for one",
      { status: 200, headers: {}, body: "{" },
      "upstream_invalid",
    ),
  ];
}

/** A test that reaches what the manifest does not name would be green only where it does not matter. */
function findOutside({ hosts, capabilities }: Manifest, tests: readonly ModuleTest[]): string | undefined {
  const isGranted = (address: string, method: string): boolean => {
    if (!URL.canParse(address)) return false;
    const url = new URL(address);
    const grant = hosts.find(({ host }) => host === url.hostname);
    return (
      url.protocol === "https:" &&
      grant !== undefined &&
      grant.methods.some((one) => one === method) &&
      grant.pathPrefixes.some((prefix) =>
        url.pathname === prefix ? true : url.pathname.startsWith(prefix.endsWith("/") ? prefix : `${prefix}/`),
      )
    );
  };
  const requests = tests.flatMap(({ exchanges }) => exchanges.map(({ request }) => request));
  if (requests.some(({ url, method }) => !isGranted(url, method))) {
    return "a behaviour asks for what the hosts, methods and paths do not allow";
  }
  const idle = hosts.find(({ host }) => !requests.some(({ url }) => new URL(url).hostname === host));
  if (idle !== undefined) return "a host is named that no behaviour asks";
  const unknown = tests.some(({ capability, input }) => {
    const slots = capabilities.find(({ name }) => name === capability)?.slots ?? {};
    return Object.keys(input).some((slot) => !(slot in slots));
  });
  return unknown ? "a behaviour gives a value for a slot that is not declared" : undefined;
}

function fault(why: string): SpecificationFault {
  return { ok: false, why };
}

/** Where it is wrong, and not what stands there: that is the model's. */
function whereOf(error: z.ZodError): string {
  return error.issues
    .slice(0, 5)
    .map(({ path, code }) => `${path.join(".").slice(0, 80) || "the whole"} (${code})`)
    .join(", ");
}

function parsed(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
