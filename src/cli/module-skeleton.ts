import { MANIFEST_SCHEMA_ID } from "#core/contract/manifest.ts";

/** The files of a small module that asks one source one thing, by path; ready to be checked, tested and changed. */
export function skeletonOf(name: string): ReadonlyMap<string, string> {
  return new Map([
    ["manifest.json", `${JSON.stringify(manifestOf(name), undefined, 2)}\n`],
    ["module.ts", CODE],
    ["tests/rate.json", `${JSON.stringify(TESTS, undefined, 2)}\n`],
    ["README.md", readmeOf(name)],
  ]);
}

/** `exchange-rates` as a title: “Exchange rates”. */
export function titleOf(name: string): string {
  const words = name.replaceAll("-", " ");
  return `${words[0]?.toUpperCase() ?? ""}${words.slice(1)}`;
}

function manifestOf(name: string): object {
  return {
    schema: MANIFEST_SCHEMA_ID,
    name,
    version: "0.1.0",
    title: titleOf(name),
    description: "Says what a Canadian dollar is worth.",
    runtime: "sandbox",
    dataClass: "public",
    hosts: [{ host: "api.frankfurter.dev", methods: ["GET"], pathPrefixes: ["/v1/latest"] }],
    credentials: [],
    capabilities: [
      {
        name: "rate",
        title: "Exchange rate",
        description: "The worth of one Canadian dollar in another currency, as of the last working day.",
        effect: "read",
        slots: {
          currency: {
            type: "enum",
            values: ["EUR", "USD", "GBP", "JPY"],
            synonyms: {
              EUR: ["euro", "euros"],
              USD: ["us dollar", "us dollars", "american dollars"],
              GBP: ["pound", "pounds", "sterling"],
              JPY: ["yen"],
            },
            description: "The other currency",
            ask: "In which currency: EUR, USD, GBP or JPY?",
          },
        },
        required: ["currency"],
        examples: [
          "what is a Canadian dollar worth in euros",
          "exchange rate to USD",
          "how many yen do I get for a loonie",
          "CAD in pounds",
          "today's rate against the euro",
          "convert my dollars to sterling",
        ],
        credentials: [],
        sample: false,
        cacheTtlS: 3_600,
      },
    ],
    limits: { timeoutMs: 8_000, memoryMib: 32, fetches: 1, outputChars: 2_000, fileBytes: 0 },
    dependencies: {},
    schedules: [],
  };
}

const CODE = `import type { ModuleOutput, Nexus } from "#core/contract/module.ts";

/** One exported function for each capability of the manifest. */
export async function rate(input: { currency: string }, nexus: Nexus): Promise<ModuleOutput> {
  const { currency } = input;
  // fetch never throws: a source that is away, and an address outside the manifest, are answers with ok: false.
  const answer = await nexus.fetch(\`https://api.frankfurter.dev/v1/latest?base=CAD&symbols=\${currency}\`);
  if (!answer.ok || answer.status !== 200) {
    return { error: { code: "upstream_unavailable", say: "The exchange rates cannot be had right now." } };
  }
  const found = readRate(answer.body, currency);
  if (found === undefined) {
    return { error: { code: "upstream_invalid", say: "The source of the rates answered with something else." } };
  }
  return {
    summary: \`One Canadian dollar is \${found.rate} \${currency}, as of \${found.day}.\`,
    data: { currency, rate: found.rate, day: found.day },
  };
}

/** What the source says, or undefined when it is not what it documents: https://frankfurter.dev */
function readRate(body: string, currency: string): { rate: number; day: string } | undefined {
  const { rates, date: day } = parse(body) ?? {};
  const [, rate] = Object.entries(rates ?? {}).find(([name]) => name === currency) ?? [];
  if (typeof rate !== "number" || typeof day !== "string" || !/^\\d{4}-\\d\\d-\\d\\d$/.test(day)) return undefined;
  return { rate, day };
}

function parse(body: string): { rates?: object; date?: unknown } | undefined {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
`;

const REQUEST = { url: "https://api.frankfurter.dev/v1/latest?base=CAD&symbols=EUR" };
const ASKED = { capability: "rate", input: { currency: "EUR" } };

const TESTS = [
  {
    name: "the worth of a dollar in euros is said, with its day",
    ...ASKED,
    exchanges: [
      {
        request: REQUEST,
        answer: { status: 200, body: { amount: 1, base: "CAD", date: "2026-01-14", rates: { EUR: 0.6182 } } },
      },
    ],
    expect: {
      output: { data: { currency: "EUR", rate: 0.6182, day: "2026-01-14" } },
      summary: ["0.6182 EUR", "2026-01-14"],
      requests: 1,
    },
  },
  {
    name: "a source that is away is said to be away",
    ...ASKED,
    exchanges: [{ request: REQUEST, answer: { fails: "unreachable" } }],
    expect: { error: "upstream_unavailable", summary: ["cannot be had"] },
  },
  {
    name: "a source that has troubles of its own is said to be away",
    ...ASKED,
    exchanges: [{ request: REQUEST, answer: { status: 503, body: "down" } }],
    expect: { error: "upstream_unavailable" },
  },
  {
    name: "an answer without the currency is not made up",
    ...ASKED,
    exchanges: [{ request: REQUEST, answer: { status: 200, body: { date: "2026-01-14", rates: { USD: 0.72 } } } }],
    expect: { error: "upstream_invalid", summary: ["something else"] },
  },
  {
    name: "an answer without a day is not made up",
    ...ASKED,
    exchanges: [{ request: REQUEST, answer: { status: 200, body: { date: "soon", rates: { EUR: 0.6182 } } } }],
    expect: { error: "upstream_invalid" },
  },
  {
    name: "an answer that is no JSON is refused",
    ...ASKED,
    exchanges: [{ request: REQUEST, answer: { status: 200, body: "<html>" } }],
    expect: { error: "upstream_invalid" },
  },
];

/** The README of a new module: what to do next. */
export function readmeOf(name: string, isWasm: boolean = false): string {
  return `# ${titleOf(name)}

A module for NEXUS.

    manifest.json  what it is, needs and may do
    ${isWasm ? "module.wat     what it does; module.wasm is built from it" : "module.ts      what it does: one function for each capability"}
    tests/         what it should answer, as data: the host runs them

Next:

1. ${isWasm ? "`npx wat2wasm module.wat -o module.wasm` builds it again after a change." : "Put your own source into `hosts`, and your own capabilities beside `rate`."}
2. \`nexus module test .\` runs the tests and says what became of the change. Write one for each thing it should say.
3. \`nexus module check .\` finds out all there is to know, as whoever approves it will see it.
4. \`nexus module pack .\` makes one file of it.

docs/writing-a-module.md of NEXUS explains each part; docs/module-rules.md has every rule${isWasm ? "; docs/wasm-modules.md says\nhow it talks to NEXUS" : ""}.
`;
}
