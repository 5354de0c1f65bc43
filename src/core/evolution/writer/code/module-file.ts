import { wholePath } from "#core/evolution/writer/path-prefix.ts";
import type { CapabilityPlan, ModulePlan } from "#core/evolution/writer/plan.ts";
import { bodyCode } from "./body-code.ts";
import { answerCode } from "./answer-code.ts";
import { isLong, longName, pairLines, toolName } from "./fixed-code.ts";
import { comment, importLine, literal, quotedText, templateText } from "./literal.ts";
import { inQuery, type Needs } from "./needs.ts";
import { checkCode } from "./value-code.ts";

/** `module.ts`: a function for each capability. */
export function moduleFile(plan: ModulePlan, needs: Needs): string {
  const functions = plan.capabilities.map((capability) => capabilityCode(capability, plan));
  const code = functions.join("\n\n");
  const constants = constantsOf(plan);
  const body = [constants, code].filter((part) => part !== "").join("\n\n");
  return `${importsOf(body, needs)}\n\n${body}\n`;
}

/** What the code uses of the module's own files, and no more. */
function importsOf(body: string, needs: Needs): string {
  const used = (names: readonly string[]): string[] => names.filter((name) => new RegExp(`\\b${name}\\(`).test(body));
  const files: readonly (readonly [string, readonly string[]])[] = [
    [
      "./asked.ts",
      used([
        "given",
        "headerPart",
        "jsonOf",
        "numberOf",
        "numbersOf",
        "pairsOf",
        "pathPart",
        "pathParts",
        "queryOf",
        "textsOf",
        "unfit",
        "yesNo",
      ]),
    ],
    ["./json.ts", used(["at", "listAt"])],
    ["./mcp.ts", needs.mcp ? used(["callTool"]) : []],
    ["./show.ts", used(["showAnything", "showList", "showObject", "showText", "showValue"])],
    ["./source.ts", used(["notThere", "parsed", "readJson", "readText", "unreadable"])],
  ];
  const lines = files.flatMap(([file, names]) => (names.length > 0 ? [importLine(names, file)] : []));
  const types = importLine(["ModuleOutput", "Nexus"], "#core/contract/module.ts").replace("import", "import type");
  return [types, ...lines].join("\n");
}

/** What every request of the module is sent with, and texts too long to stand in the middle of code. */
function constantsOf({ capabilities }: ModulePlan): string {
  const lines: string[] = [];
  const plain = capabilities.filter(({ operation }) => operation.protocol === "http");
  if (plain.some(({ operation }) => operation.body === undefined && operation.answer.content !== "text"))
    lines.push('const READ = { accept: "application/json" };');
  if (plain.some(({ operation }) => operation.body === "json"))
    lines.push('const WRITE = { accept: "application/json", "content-type": "application/json" };');
  if (plain.some(({ operation }) => operation.body === "form")) {
    lines.push('const FORM = { accept: "application/json", "content-type": "application/x-www-form-urlencoded" };');
  }
  for (const { name, fixed } of capabilities) {
    for (const input of fixed) {
      if (typeof input.fixed !== "string" || !isLong(input.fixed)) continue;
      lines.push("", `const ${longName(name, input.name)} = ${templateText(input.fixed)};`);
    }
  }
  return lines.join("\n").trim();
}

function capabilityCode(capability: CapabilityPlan, plan: ModulePlan): string {
  const { name, operation, title } = capability;
  const what =
    operation.protocol === "mcp"
      ? `the tool ${comment(toolName(capability))}`
      : `${operation.method} ${comment(operation.path)}`;
  return [
    `/** ${comment(title)}: ${what} */`,
    `export async function ${name}(${inputParameter(capability)}, nexus: Nexus): Promise<ModuleOutput> {`,
    ...[...checkCode(capability), ...requestCode(capability), ...answerCode(capability, plan)].map((line) =>
      line === "" ? "" : `  ${line}`,
    ),
    "}",
  ].join("\n");
}

function inputParameter({ slots }: CapabilityPlan): string {
  if (slots.length === 0) return "_input: object";
  const fields = slots.map(({ name, slot }) => `${name}?: ${slot.type === "number" ? "number" : "string"}`);
  const line = `input: { ${fields.join("; ")} }`;
  return line.length <= 70 ? line : `input: {\n${fields.map((field) => `  ${field};\n`).join("")}}`;
}

function requestCode(capability: CapabilityPlan): string[] {
  const { operation } = capability;
  if (operation.protocol === "mcp") return [...bodyCode(capability), "const read = await callTool(body, nexus);"];
  const lines = [...bodyCode(capability)];
  const init = [
    ...(operation.method === "GET" ? [] : [`method: ${quotedText(operation.method)}`]),
    ...headersCode(capability),
    ...(operation.body === "json" ? ["body: JSON.stringify(body)"] : operation.body === "form" ? ["body"] : []),
  ];
  const options = init.length === 0 ? "" : `, { ${init.join(", ")} }`;
  const query = queryCode(capability);
  if (query.length > 0) lines.push(...query);
  lines.push(`const answer = await nexus.fetch(${addressCode(capability)}${options});`);
  return lines;
}

function addressCode(capability: CapabilityPlan): string {
  const { operation, slots, fixed } = capability;
  const { host } = new URL(operation.server);
  const path = wholePath(operation).replaceAll(/\{([^{}]*)\}/g, (_, name: string) => {
    const slot = slots.find(({ input }) => input.in === "path" && input.name === name);
    if (slot !== undefined) return `\${${slot.name}}`;
    const known = fixed.find((input) => input.in === "path" && input.name === name)?.fixed;
    return encodeURIComponent(typeof known === "string" ? known : JSON.stringify(known ?? ""));
  });
  const { any, optional } = inQuery(capability);
  const query = !any ? "" : optional ? "${query}" : "?${query}";
  const address = `https://${host}${path}${query}`;
  return address.includes("${") ? `\`${address}\`` : quotedText(address);
}

function queryCode(capability: CapabilityPlan): string[] {
  const { any, optional } = inQuery(capability);
  if (!any) return [];
  return [`const query = ${optional ? "queryOf" : "pairsOf"}([`, ...pairLines(capability, "query"), "]);"];
}

function headersCode(capability: CapabilityPlan): string[] {
  const { operation, slots, fixed } = capability;
  const own =
    operation.body === "json"
      ? "WRITE"
      : operation.body === "form"
        ? "FORM"
        : operation.answer.content === "text"
          ? undefined
          : "READ";
  const known = fixed
    .filter((input) => input.in === "header")
    .map(
      ({ name, fixed: value }) =>
        `${quotedText(name.toLowerCase())}: ${literal(typeof value === "string" ? value : JSON.stringify(value ?? ""))}`,
    );
  const asked = slots
    .filter(({ input }) => input.in === "header")
    .map(({ name, input }) => `${quotedText(input.name.toLowerCase())}: ${name}`);
  const others = [...known, ...asked];
  if (others.length === 0) return own === undefined ? [] : [`headers: ${own}`];
  return [`headers: { ${[...(own === undefined ? [] : [`...${own}`]), ...others].join(", ")} }`];
}
