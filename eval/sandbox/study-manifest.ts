import { MANIFEST_SCHEMA_ID } from "#core/contract/manifest.ts";

/** An object out of a file, every key its own. */
export type Fields = Readonly<Record<string, unknown>>;

/** Whether it is an object with keys. */
export function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What the catalogue's honest module is called, and what it does. Older versions of it are installed. */
export const HONEST_NAME = "weather-now";
export const HONEST_VERSION = "1.1.0";
export const HONEST_SOURCE = `export async function run(input, nexus) {
  const answer = await nexus.fetch("https://api.example.com/v1/now");
  if (!answer.ok || answer.status !== 200) {
    return { error: { code: "upstream_unavailable", say: "The source does not answer." } };
  }
  const celsius = readCelsius(answer.body);
  if (celsius === undefined) return { error: { code: "upstream_invalid", say: "The source answers something else." } };
  return { summary: "It is " + celsius + " degrees." };
}

function readCelsius(body) {
  try {
    const celsius = JSON.parse(body)?.celsius;
    return typeof celsius === "number" ? celsius : undefined;
  } catch {
    return undefined;
  }
}
`;

/** Keys of the catalogue's manifests that ours say in another way. */
const TRANSLATED = new Set(["network", "secrets", "inputs", "outputs", "limits", "effects", "source"]);

/**
 * Writes a manifest of ours with what a case changes of the catalogue's honest one. What ours have no word for stays what
 * it is: a key nobody knows, or a value nobody expects. As text, since `__proto__` is a key like any other there.
 */
export function writeManifest(changes: Fields): string {
  const { network, secrets, effects, limits } = changes;
  const effect = typeof effects === "string" ? effects : "read";
  const credentials = Array.isArray(secrets) ? secrets.map(toCredential) : (secrets ?? []);
  const names = Array.isArray(credentials)
    ? credentials.flatMap(({ name }) => (typeof name === "string" ? [name] : []))
    : [];
  const fields: [string, unknown][] = [
    ["schema", MANIFEST_SCHEMA_ID],
    ["name", HONEST_NAME],
    ["version", HONEST_VERSION],
    ["title", "Weather now"],
    ["description", "Says what the weather is like."],
    ["runtime", "sandbox"],
    ["dataClass", "public"],
    ["hosts", toHosts(network, effect)],
    ["credentials", credentials],
    ["capabilities", [capability(effect, names)]],
    ["limits", toLimits(limits)],
    ["dependencies", {}],
    ["schedules", []],
  ];
  const own = Object.entries(changes).filter(([key]) => !TRANSLATED.has(key));
  const changed = new Map([...fields, ...own]);
  return `{${[...changed].map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`;
}

function capability(effect: string, credentials: readonly string[]): Fields {
  return {
    name: "run",
    title: "Weather now",
    description: "Says what the weather is like.",
    effect,
    slots: {},
    required: [],
    examples: ["is it raining", "weather now", "how warm is it", "do I need a coat", "what is it like outside"],
    credentials,
    sample: false,
    cacheTtlS: 0,
  };
}

function toHosts(network: unknown, effect: string): unknown {
  if (network === undefined) return toHosts({ hosts: ["api.example.com"] }, effect);
  const hosts = isFields(network) ? network["hosts"] : network;
  const methods = effect === "read" ? ["GET"] : ["GET", "POST"];
  return Array.isArray(hosts) ? hosts.map((host: unknown) => ({ host, methods, pathPrefixes: ["/v1"] })) : hosts;
}

function toLimits(limits: unknown): unknown {
  const honest = { timeoutMs: 5_000, memoryMib: 32, fetches: 3, outputChars: 20_000, fileBytes: 0 };
  if (!isFields(limits)) return limits ?? honest;
  const { memoryMb, ...rest } = limits;
  return { ...honest, ...rest, ...(memoryMb === undefined ? {} : { memoryMib: memoryMb }) };
}

/** `in` says where a secret goes: `bearer`, `basic`, `header:NAME`, or somewhere it may not. */
function toCredential(secret: unknown): Fields {
  if (!isFields(secret)) return { secret };
  const { name, host, in: where, ...rest } = secret;
  const kebab =
    typeof name === "string" && /^[A-Z][A-Z0-9_]*$/.test(name) ? name.toLowerCase().replaceAll("_", "-") : name;
  const common = { name: kebab, title: "A key", kind: "api_key", host, obtainUrl: "https://example.com/keys", ...rest };
  if (where === "bearer") return { ...common, header: "Authorization", prefix: "Bearer " };
  if (where === "basic") return { ...common, header: "Authorization", prefix: "Basic " };
  const [kind, place] = typeof where === "string" ? where.split(":", 2) : [];
  if ((kind === "header" || kind === "query") && place !== undefined) return { ...common, [kind]: place };
  return { ...common, in: where };
}
