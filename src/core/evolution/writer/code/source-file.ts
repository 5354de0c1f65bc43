import type { ModulePlan } from "#core/evolution/writer/plan.ts";
import { importLine, literal } from "./literal.ts";
import type { Needs } from "./needs.ts";

/** `source.ts`: what the source answered, and what it means when it does not. */
export function sourceFile({ title }: ModulePlan, needs: Needs): string {
  const parts = [
    [
      importLine(["FetchResult", "ModuleErrorCode", "ModuleOutput"], "#core/contract/module.ts").replace(
        "import",
        "import type",
      ),
      importLine(["at", "brief"], "./json.ts"),
    ].join("\n"),
    FAILED_TYPE,
    readTextCode(title, needs),
  ];
  if (needs.readsJson) parts.push(readJsonCode(title, needs.graphql));
  if (needs.lists || needs.objects || needs.values || needs.graphql || needs.mcp) parts.push(unreadableCode(title));
  if (needs.nothings) parts.push(notThereCode(title));
  if (needs.readsLoosely || needs.mcp) parts.push(PARSED);
  parts.push(
    failedCode(needs),
    refusedCode(title, needs),
    REASON,
    inBriefCode(needs),
    needs.readsLoosely || needs.mcp ? "" : PARSED_OWN,
  );
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

const FAILED_TYPE = `/** What people are told when there is no answer. */
export type Failed = Extract<ModuleOutput, { error: unknown }>;`;

function readTextCode(title: string, { credentials, slots }: Needs): string {
  const lines = [
    "/** The body of a good answer, or what to tell people instead. */",
    "export function readText(answer: FetchResult): { readonly value: string } | Failed {",
    "  if (answer.ok) return answer.status >= 400 ? refused(answer.status, answer.headers, answer.body) : { value: answer.body };",
  ];
  if (credentials) {
    lines.push(
      '  if (answer.code === "credential_missing") {',
      `    return failed("credential_missing", ${literal(`${title} wants to know who is asking, and no key for it is connected.`)});`,
      "  }",
    );
  }
  if (slots) {
    lines.push(
      '  if (answer.code === "denied") {',
      `    return failed("slot_invalid", "This cannot be asked for: it is too long, or has characters that an address cannot have.");`,
      "  }",
    );
  }
  lines.push(`  return failed("upstream_unavailable", ${literal(`${title} cannot be reached right now.`)});`, "}");
  return lines.join("\n");
}

function readJsonCode(title: string, isGraphql: boolean): string {
  const lines = [
    "/** A good answer as JSON, undefined when it is empty, or what to tell people instead. */",
    "export function readJson(answer: FetchResult): { readonly value: unknown } | Failed {",
    "  const text = readText(answer);",
    '  if ("error" in text) return text;',
    '  if (text.value.trim() === "") return { value: undefined };',
    "  const value = parsed(text.value);",
    "  if (value === undefined) return unreadable();",
  ];
  if (isGraphql) {
    lines.push(
      "  // A query that failed is answered with 200 all the same.",
      '  const [trouble] = [at(value, ["errors"])].flat();',
      '  const said = at(trouble, ["message"]);',
      '  if (typeof said !== "string" || at(value, ["data"]) ) return { value };',
      `  return failed("upstream_invalid", \`${title.replaceAll("`", "'").replaceAll("$", "")} did not take it: \${inBrief(said)}\`);`,
      "}",
    );
  } else lines.push("  return { value };", "}");
  return lines.join("\n");
}

function unreadableCode(title: string): string {
  return `/** It answered, with something else than it says it would. */
export function unreadable(): Failed {
  return failed("upstream_invalid", ${literal(`${title} answered with something else than it says it would.`)});
}`;
}

/** What a source says of a failure, without what could be a key it repeats. */
function inBriefCode({ mcp }: Needs): string {
  return `/** A source's own words, on one line: what could be a key that it repeats is left out. */
${mcp ? "export " : ""}function inBrief(words: string): string {
  return brief(words.replace(/\\S{20,}/g, "…"), 150);
}`;
}

/** What is not there, whether the source says so with its status or with nothing where it should be. */
function notThereCode(title: string): string {
  return `/** The source knows nothing like that. */
export function notThere(): Failed {
  return failed("not_found", ${literal(`${title} has nothing like that.`)});
}`;
}

const PARSED = `/** A text as JSON; undefined when it is none. Some sources write their JSON into a text of JSON. */
export function parsed(text: string): unknown {
  const value = fromJson(text);
  return typeof value === "string" ? (fromJson(value) ?? value) : value;
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}`;
const PARSED_OWN = PARSED.replace("export ", "");

/** Other files of the module say failures of their own. */
function failedCode({ mcp }: Needs): string {
  return `/** One of NEXUS's own failures, with what to say. */
${mcp ? "export " : ""}function failed(code: ModuleErrorCode, say: string): Failed {
  return { error: { code, say } };
}`;
}

/** What a status means to people. */
function refusedCode(title: string, needs: Needs): string {
  const { slots, credentials } = needs;
  const name = title.replaceAll("`", "'").replaceAll("$", "");
  return `function refused(status: number, headers: Readonly<Record<string, string>>, body: string): Failed {
  if (status === 401 || status === 403) return failed("credential_rejected", ${literal(`${title} does not let us do that: ${credentials ? "it asks for another key, or one with more rights" : "it wants to know who is asking"}.`)});
  if (status === 404) return ${needs.nothings ? "notThere()" : `failed("not_found", ${literal(`${title} has nothing like that.`)})`};
  if (status >= 500) return failed("upstream_unavailable", ${literal(`${title} has troubles of its own right now.`)});
  if (status !== 429) return failed("${slots ? "slot_invalid" : "upstream_invalid"}", \`${name} did not take it\${reasonOf(body)}.\`);
  const wait = /^\\d{1,4}$/.test(String(headers["retry-after"])) ? { retryAfterS: Number(headers["retry-after"]) } : {};
  return { error: { code: "rate_limited", say: ${literal(`${title} was asked too often.`)}, ...wait } };
}`;
}

const REASON = `/** The source's own short reason, where it gives one. */
function reasonOf(body: string): string {
  const said = parsed(body);
  const reasons = [at(said, ["message"]), at(said, ["error", "message"]), at(said, ["error"]), at(said, ["detail"])];
  const reason = reasons.find((one) => typeof one === "string");
  return typeof reason === "string" ? \`: \${inBrief(reason)}\` : "";
}`;
