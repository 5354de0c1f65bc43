import type { JsonObject } from "#core/contract/json.ts";
import type { ModuleOutput, Nexus } from "#core/contract/module.ts";

/** One of every part a module may return. */
export function parts(): Promise<ModuleOutput> {
  return Promise.resolve({
    summary: "Demo: one of every part an answer can be made of.",
    sample: true,
    parts: [
      { type: "heading", text: "A heading" },
      { type: "text", markdown: "Text with **bold**, _italic_ and `code`. <@U0000> and @everyone stay plain text." },
      { type: "notice", tone: "info", text: "A notice that informs." },
      { type: "notice", tone: "success", text: "A notice of success." },
      { type: "notice", tone: "warning", text: "A notice that warns." },
      { type: "notice", tone: "error", text: "A notice of an error." },
      {
        type: "fields",
        items: [
          { label: "Colour", value: "green" },
          { label: "Shape", value: "round" },
        ],
      },
      {
        type: "code",
        language: "ts",
        filename: "greet.ts",
        text: "export const greet = (name: string) => `Hello, ${name}`;",
      },
      {
        type: "table",
        caption: "A table",
        columns: [{ header: "Fruit" }, { header: "Pieces", align: "right" }],
        rows: [
          ["Apples", 12],
          ["Pears", 7],
          ["柿", 3],
        ],
      },
      {
        type: "chart",
        kind: "bar",
        title: "A bar chart",
        takeaway: "Tuesday was the busiest day.",
        categories: ["Mon", "Tue", "Wed"],
        series: [{ name: "Visits", values: [120, 310, 205] }],
        format: { type: "number" },
      },
      {
        type: "chart",
        kind: "line",
        title: "A line chart of money",
        takeaway: "Costs rose, and the last month is not over.",
        categories: ["Jan", "Feb", "Mar"],
        series: [
          { name: "Planned", values: [100_000, 110_000, 120_000] },
          { name: "Spent", values: [98_050, 121_999, 41_000] },
        ],
        format: { type: "currency", currency: "CAD" },
        partialLast: true,
      },
      { type: "divider" },
      { type: "sources", items: [{ title: "Example", url: "https://example.com/" }] },
      {
        type: "file",
        name: "demo.csv",
        mimeType: "text/csv",
        text: "fruit,pieces\napples,12\n",
        description: "A small file",
      },
      { type: "context", markdown: "Everything above is made up." },
    ],
    next: ["show the demo metrics", "demo a question with buttons", "demo an error"],
  });
}

/** Made-up figures of a web service over the last hours. */
export function metrics(input: JsonObject, nexus: Nexus): Promise<ModuleOutput> {
  const service = oneOf(input["service"], ["checkout", "search", "login"]) ?? "checkout";
  const hours = Array.from({ length: 12 }, (_, at) => new Date(nexus.now().getTime() - (11 - at) * 3_600_000));
  const base = { checkout: 180, search: 60, login: 95 }[service];
  const latencyMs = hours.map(() => Math.round(base * (0.8 + 0.6 * nexus.random())));
  const errors = hours.map(() => Math.round(1000 * 0.02 * nexus.random()) / 1000);
  const requests = hours.map(() => Math.round(4000 + 6000 * nexus.random()));
  const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: zone(nexus) });
  const categories = hours.map((hour) => clock.format(hour));
  const latest = latencyMs.at(-1) ?? 0;
  const worst = Math.max(...errors);
  return Promise.resolve({
    summary: `Demo: ${service} answers in ${latest} ms; its worst hour had ${percent(worst)} errors.`,
    data: { service, latencyMs, errors, requests },
    sample: true,
    parts: [
      {
        type: "chart",
        kind: "line",
        title: `Response time of ${service}`,
        takeaway: `Between ${Math.min(...latencyMs)} and ${Math.max(...latencyMs)} ms over twelve hours.`,
        categories,
        series: [{ name: "Median", values: latencyMs }],
        format: { type: "number", unit: "ms" },
        partialLast: true,
      },
      {
        type: "chart",
        kind: "bar",
        title: `Requests to ${service}`,
        takeaway: `At most ${Math.max(...requests)} requests in an hour.`,
        categories,
        series: [{ name: "Requests", values: requests }],
        format: { type: "number" },
        partialLast: true,
      },
      {
        type: "table",
        caption: `${service}, hour by hour`,
        columns: [
          { header: "Hour" },
          { header: "Requests", align: "right" },
          { header: "Median", align: "right" },
          { header: "Errors", align: "right" },
        ],
        rows: categories.map((hour, at) => [
          hour,
          requests[at] ?? 0,
          `${latencyMs[at] ?? 0} ms`,
          percent(errors[at] ?? 0),
        ]),
      },
    ],
    next: ["demo metrics for search", "demo metrics for login"],
  });
}

/** A question back, and the answer to it. */
export function choices(input: JsonObject): Promise<ModuleOutput> {
  const colour = oneOf(input["colour"], ["red", "green", "blue"]);
  if (colour) return Promise.resolve({ summary: `Demo: you chose ${colour}.`, data: { colour }, sample: true });
  const question = "Demo: which colour?";
  const options = ["red", "green", "blue"].map((name) => ({ label: name, value: name }));
  return Promise.resolve({ summary: question, sample: true, choices: { slot: "colour", question, options } });
}

/** Keeps the processor busy. There is no timer in a module and its clock stands still, so it counts steps instead. */
export function slow(input: JsonObject): Promise<ModuleOutput> {
  const ms = Math.min(60_000, Math.max(0, numberOr(input["ms"], 500)));
  let value = 1;
  for (let step = 0; step < ms * STEPS_PER_MS; step++) value = Math.imul(value ^ step, 0x0100_0193);
  return Promise.resolve({ summary: `Demo: worked for about ${ms} ms.`, data: { ms, value }, sample: true });
}

/** Fails as asked. */
export function fail(input: JsonObject): Promise<ModuleOutput> {
  const code = oneOf(input["code"], CODES) ?? "not_found";
  if (code === "thrown") throw new Error("Demo: thrown on purpose");
  const retryable = code === "rate_limited" || code === "maintenance" || code === "upstream_unavailable";
  const say = `Demo: failed on purpose with ${code}.`;
  return Promise.resolve({ error: { code, say, ...(retryable ? { retryAfterS: 30 } : {}) } });
}

/** An answer close to the module's limit of output, or beyond it. */
export function big(input: JsonObject): Promise<ModuleOutput> {
  const rows = oneOf(input["size"], ["near", "over"]) === "over" ? 1_200 : 500;
  return Promise.resolve({
    summary: `Demo: a table of ${rows} rows.`,
    sample: true,
    parts: [
      {
        type: "table",
        caption: "A long table",
        columns: [{ header: "Number", align: "right" }, { header: "Text" }],
        rows: Array.from({ length: rows }, (_, at) => [
          at + 1,
          `Row ${at + 1}: ${"made up, of no meaning, to fill space".repeat(2)}`,
        ]),
      },
    ],
  });
}

/** Counts in a file of the person's own. */
export async function counter(input: JsonObject, nexus: Nexus): Promise<ModuleOutput> {
  const before = input["reset"] === "reset" ? 0 : Number((await nexus.files.read("count.txt")) ?? "0");
  const count = before + 1;
  await nexus.files.write("count.txt", String(count));
  return {
    summary: `Demo: your counter is at ${count}.`,
    data: { count },
    sample: true,
    next: ["reset the showroom counter"],
  };
}

/** About what one core does in a millisecond without the compiler. */
const STEPS_PER_MS = 20_000;

const CODES = [
  "not_found",
  "no_data",
  "slot_invalid",
  "rate_limited",
  "upstream_unavailable",
  "upstream_invalid",
  "maintenance",
  "credential_rejected",
  "credential_missing",
  "file_format",
  "file_too_large",
  "file_unreadable",
  "thrown",
] as const;

function oneOf<Name extends string>(value: unknown, names: readonly Name[]): Name | undefined {
  return names.find((name) => name === value);
}

function numberOr(value: unknown, otherwise: number): number {
  return typeof value === "number" && Number.isFinite(value) ? value : otherwise;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function zone(nexus: Nexus): string {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: nexus.asker.timeZone }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}
