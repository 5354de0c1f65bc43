import {
  type CredentialNeed,
  type HostGrant,
  MANIFEST_SCHEMA_ID,
  Manifest,
  type ReadGrant,
} from "#core/contract/manifest.ts";
import type { ApiDescription } from "#core/evolution/api/api-description.ts";
import { fullInput } from "./tests/inputs.ts";
import { prefixOf, wholePath } from "./path-prefix.ts";
import type { CapabilityPlan, ModulePlan } from "./plan.ts";
import { readGrantOf } from "./read-grant.ts";
import { utterances } from "./utterances.ts";

/** The manifest of a plan: no more hosts, methods, paths, credentials and limits than its operations need. */
export function manifestOf(plan: ModulePlan, api: ApiDescription): Manifest {
  const { capabilities } = plan;
  const said = utterances(plan);
  const needed = new Set(capabilities.flatMap(({ operation }) => operation.credentials));
  const credentials = api.credentials
    .filter(({ name }) => needed.has(name))
    .map((need) => withTest(withScopes(need, capabilities), capabilities));
  const known = new Set<string>(credentials.map(({ name }) => name));
  return Manifest.parse({
    schema: MANIFEST_SCHEMA_ID,
    name: plan.name,
    version: plan.version,
    title: plan.title,
    description: plan.description,
    runtime: "sandbox",
    dataClass: dataClassOf(plan, credentials),
    hosts: hostsOf(plan),
    credentials,
    capabilities: capabilities.map((capability) => ({
      name: capability.name,
      title: capability.title,
      description: capability.description,
      effect: capability.effect,
      slots: Object.fromEntries(capability.slots.map(({ name, slot }) => [name, slot])),
      required: capability.slots.filter(({ required }) => required).map(({ name }) => name),
      examples: said.get(capability.name) ?? [],
      credentials: capability.operation.credentials.filter((name) => known.has(name)),
      sample: false,
      cacheTtlS: capability.effect === "read" ? 60 : 0,
    })),
    limits: {
      timeoutMs: 10_000,
      memoryMib: 32,
      fetches: capabilities.some(({ operation }) => operation.protocol === "mcp") ? 3 : 1,
      outputChars: 40_000,
      fileBytes: 0,
    },
    dependencies: {},
    schedules: [],
  });
}

function hostsOf({ capabilities, kind }: ModulePlan): HostGrant[] {
  const byHost = Map.groupBy(capabilities, ({ operation }) => new URL(operation.server).hostname);
  return [...byHost].map(([host, those]) => {
    const prefixes = [...new Set(those.map(({ operation }) => prefixOf(wholePath(operation))))].sort();
    return {
      host,
      methods: METHODS.filter((method) => those.some(({ operation }) => operation.method === method)),
      pathPrefixes: prefixes.filter((prefix) => !prefixes.some((other) => other !== prefix && isUnder(prefix, other))),
      ...readsOf(those, kind),
    };
  });
}

/** The POSTs that only read, each way to see it once for a path. */
function readsOf(capabilities: readonly CapabilityPlan[], kind: ModulePlan["kind"]): Pick<HostGrant, "reads"> {
  const grants = capabilities.flatMap(({ operation }) => readGrantOf(operation, kind) ?? []);
  const reads = [...Map.groupBy(grants, ({ as, path }) => `${as} ${path}`).values()].flatMap((those): ReadGrant[] => {
    const [first] = those;
    if (first === undefined) return [];
    const tools = those.flatMap((one) => (one.as === "mcp" ? one.tools : []));
    return [first.as === "mcp" ? { ...first, tools: [...new Set(tools)].sort() } : first];
  });
  return reads.length === 0 ? {} : { reads };
}

const METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"] as const;

function isUnder(path: string, prefix: string): boolean {
  return prefix.endsWith("/") ? path.startsWith(prefix) : path.startsWith(`${prefix}/`);
}

/** A harmless call that proves a new key: one that only reads and needs to be told nothing, else the first that reads. */
function withTest(need: CredentialNeed, capabilities: readonly CapabilityPlan[]): CredentialNeed {
  const reading = capabilities.filter(
    ({ operation, effect }) => effect === "read" && operation.credentials.includes(need.name),
  );
  const chosen = reading.find(({ slots }) => slots.every(({ required }) => !required));
  const { test: _, ...rest } = need;
  if (chosen === undefined) return rest;
  const required = new Set(chosen.slots.filter((slot) => slot.required).map(({ name }) => name));
  const input = Object.fromEntries(Object.entries(fullInput(chosen)).filter(([name]) => required.has(name)));
  return { ...rest, test: { capability: capabilityNameOf(chosen), input } };
}

/** Of what an OAuth2 credential may ask for, no more than these operations need, where each says so. */
function withScopes(need: CredentialNeed, capabilities: readonly CapabilityPlan[]): CredentialNeed {
  const { oauth2 } = need;
  const scopes = capabilities.flatMap(({ operation }) =>
    operation.credentials.includes(need.name) ? [operation.scopes] : [],
  );
  const wanted = new Set(scopes.flatMap((one) => one ?? []));
  if (oauth2 === undefined || wanted.size === 0 || scopes.some((one) => one === undefined)) return need;
  return { ...need, oauth2: { ...oauth2, scopes: [...wanted].sort() } };
}

function capabilityNameOf({ name }: CapabilityPlan): NonNullable<CredentialNeed["test"]>["capability"] {
  return Manifest.shape.capabilities.element.shape.name.parse(name);
}

/** Who may see it: anyone where nothing has to be known, only its person where it is about money, health or mail. */
function dataClassOf(
  { capabilities }: ModulePlan,
  credentials: readonly CredentialNeed[],
): "public" | "internal" | "private" {
  if (credentials.length === 0) return "public";
  const words = capabilities.map(({ operation }) => `${operation.path} ${operation.title}`).join(" ");
  return credentials.some(({ personal }) => personal === true) || PRIVATE.test(words) ? "private" : "internal";
}

const PRIVATE =
  /(?:^|[^a-z])(?:balances?|transactions?|bank|payrolls?|salar(?:y|ies)|patients?|medical|health(?!\s?check|z)|diagnos[ei]s|inbox|mailbox|passports?|tax(?:es)?|loans?|me)(?:[^a-z]|$)/i;
