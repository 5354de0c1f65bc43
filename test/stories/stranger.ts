import type { BundleEntries } from "#core/contract/bundle.ts";
import type { Bundle } from "#core/contract/module.ts";
import { handMadeBundle } from "#test/hand-made-bundle.ts";
import { capabilityFields, manifestFields, sampleManifest } from "#test/sample-manifest.ts";

/** What a stranger hands in; whatever is left out is a small sound module that tells a joke of the day. */
export interface Submission {
  /** TypeScript by path, or of `module.ts` alone. */
  readonly code?: string | Readonly<Record<string, string>>;
  /** Put over the manifest, key by key. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  /** Put over its only capability. */
  readonly capability?: Readonly<Record<string, unknown>>;
  readonly tests?: readonly unknown[];
  readonly files?: Readonly<Record<string, string>>;
}

/** A module that does what it says: asks its one source, and looks at what it gets. */
export const JOKE_CODE = `import type { JsonObject } from "#core/contract/json.ts";
import type { ModuleOutput, Nexus } from "#core/contract/module.ts";

/** The joke of the day on a topic. */
export async function joke(input: JsonObject, nexus: Nexus): Promise<ModuleOutput> {
  const topic = typeof input["topic"] === "string" ? input["topic"] : "anything";
  const answer = await nexus.fetch("https://api.example.com/v1/jokes?topic=" + encodeURIComponent(topic));
  if (!answer.ok) return { error: { code: "upstream_unavailable", say: "The jokes cannot be reached." } };
  if (answer.status !== 200) return { error: { code: "upstream_unavailable", say: "The jokes are not answering." } };
  const text = read(answer.body);
  if (text === undefined) return { error: { code: "upstream_invalid", say: "That was no joke." } };
  return { summary: text, data: { topic, text } };
}

function read(body: string): string | undefined {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== "object" || value === null || !("text" in value)) return undefined;
    return typeof value.text === "string" && value.text !== "" ? value.text.slice(0, 500) : undefined;
  } catch {
    return undefined;
  }
}
`;

const jokes = (topic: string): string => `https://api.example.com/v1/jokes?topic=${topic}`;

export const JOKE_TESTS = [
  {
    name: "a joke on a topic is told",
    capability: "joke",
    input: { topic: "cats" },
    exchanges: [{ request: { url: jokes("cats") }, answer: { status: 200, body: { text: "Meow, said the dog." } } }],
    expect: { output: { summary: "Meow, said the dog.", data: { topic: "cats" } }, requests: 1 },
  },
  {
    name: "without a topic any joke will do",
    capability: "joke",
    exchanges: [{ request: { url: jokes("anything") }, answer: { status: 200, body: { text: "Knock, knock." } } }],
    expect: { summary: ["Knock"] },
  },
  {
    name: "a source that is down is said to be down",
    capability: "joke",
    exchanges: [{ request: { url: jokes("anything") }, answer: { status: 503, body: "" } }],
    expect: { error: "upstream_unavailable", output: { error: { say: "The jokes are not answering." } } },
  },
  {
    name: "a source that cannot be reached is said so",
    capability: "joke",
    expect: { error: "upstream_unavailable", output: { error: { say: "The jokes cannot be reached." } } },
  },
  {
    name: "an answer without a joke is unreadable",
    capability: "joke",
    exchanges: [{ request: { url: jokes("anything") }, answer: { status: 200, body: { text: "" } } }],
    expect: { error: "upstream_invalid", output: { error: { say: "That was no joke." } } },
  },
] as const;

/** The bundle as bytes, as somebody would send it. */
export function submit(submission: Submission = {}): BundleEntries {
  const { code = JOKE_CODE, tests = JOKE_TESTS, files = {} } = submission;
  const texts = {
    "manifest.json": JSON.stringify(manifestFields(fieldsOf(submission)), undefined, 2),
    ...(typeof code === "string" ? { "module.ts": code } : code),
    ...(tests.length > 0 ? { "tests/joke.json": JSON.stringify(tests, undefined, 2) } : {}),
    ...files,
  };
  return new Map(Object.entries(texts).map(([path, text]) => [path, Buffer.from(text)]));
}

/** The same as engines run it, for what is tested without inspection: its code is JavaScript already. */
export function assemble(submission: Submission & { readonly code: string }): Bundle {
  return handMadeBundle(submission.code, sampleManifest(fieldsOf(submission)));
}

function fieldsOf({ manifest = {}, capability = {} }: Submission): object {
  return {
    name: "jokes",
    title: "Jokes",
    description: "A joke of the day.",
    hosts: [{ host: "api.example.com", methods: ["GET"], pathPrefixes: ["/v1/"] }],
    capabilities: [
      capabilityFields({
        name: "joke",
        title: "A joke",
        description: "Tells a joke, on a topic if one is named.",
        slots: { topic: { type: "text", description: "What it is about", maxLength: 60 } },
        examples: ["tell me a joke", "a joke about cats", "make me laugh", "joke please", "something funny about dogs"],
        ...capability,
      }),
    ],
    limits: { timeoutMs: 1_000, memoryMib: 32, fetches: 3, outputChars: 10_000, fileBytes: 0 },
    ...manifest,
  };
}
