import type { ModulePlan } from "#core/evolution/writer/plan.ts";
import { importLine } from "./literal.ts";
import type { Needs } from "./needs.ts";

/** `show.ts`: answers as NEXUS shows them. Empty when there is nothing to show. */
export function showFile(plan: ModulePlan, needs: Needs): string {
  const parts: string[] = [];
  if (needs.anything) parts.push(anythingCode(needs));
  if (needs.lists) parts.push(listCode(needs));
  if (needs.objects) parts.push(objectCode(needs));
  if (needs.values) parts.push(VALUE);
  if (needs.plainTexts) parts.push(TEXT);
  if (needs.links) parts.push(linksCode(plan));
  if (parts.length === 0) return "";
  const fromJson = [
    ...(needs.lists || needs.objects ? ["at"] : []),
    ...(needs.plainTexts ? ["brief"] : []),
    ...(needs.lists || needs.objects || needs.values ? ["cell"] : []),
    ...(needs.anything || needs.objects ? ["isObject"] : []),
  ];
  const imports = [
    importLine(["ModuleOutput"], "#core/contract/module.ts").replace("import", "import type"),
    importLine(fromJson, "./json.ts"),
  ].join("\n");
  return `${[imports, ...(needs.lists || needs.objects ? [COLUMN] : []), ...parts].join("\n\n")}\n`;
}

/** Hosts whose pages may be linked to: the source's own, and the one it is the interface of. */
export function linkHosts({ capabilities }: ModulePlan): string[] {
  const hosts = capabilities.map(({ operation }) => new URL(operation.server).hostname.replace(/^(?:api|www)\./, ""));
  return [...new Set(hosts)].sort();
}

const COLUMN = `/** One value that is shown: what it is called, and the way to it. */
export interface Column {
  readonly label: string;
  readonly key: string;
  readonly at: readonly string[];
  readonly align?: "right";
}`;

function listCode({ links, pages, cursors }: Needs): string {
  const shape = [
    "  readonly one: string;",
    "  readonly many: string;",
    "  readonly columns: readonly Column[];",
    ...(links ? ["  /** The way to a page about it. */", "  readonly link?: readonly string[];"] : []),
    ...(pages ? ["  /** Which page this is. */", "  readonly page?: number;"] : []),
    ...(cursors
      ? [
          "  /** Where the list goes on, and the slot that takes it. */",
          "  readonly more?: { readonly slot: string; readonly from: unknown };",
        ]
      : []),
  ];
  const taken = [
    "one, many, columns",
    ...(links ? ["link"] : []),
    ...(pages ? ["page"] : []),
    ...(cursors ? ["more"] : []),
  ].join(", ");
  return `/** How a list is shown. */
export interface ListShape {
${shape.join("\n")}
}

/** A list as a table of its first twenty. */
export function showList(all: readonly unknown[], { ${taken} }: ListShape): ModuleOutput {
  if (all.length === 0) return { summary: \`No \${many} were found.\`, data: { count: 0, items: [] } };
  const shown = all.slice(0, 20);
  const rows = shown.map((one) => columns.map((column) => cell(at(one, column.at))));
  const names = rows.slice(0, 3).map(([name = ""]) => name);
  const rest = all.length - shown.length;
  return {
    summary: \`\${all.length} \${all.length === 1 ? one : many}: \${names.join(", ")}\${all.length > 3 ? " …" : ""}\`,
    data: { count: all.length, items: rows.map((row) => Object.fromEntries(columns.map(({ key }, index) => [key, row.at(index) ?? ""]))) },
    parts: [
      {
        type: "table",
        caption: many,
        columns: columns.map(({ label, align = "left" }) => ({ header: label, align })),
        rows,
      },
${links ? "      ...linksTo(link === undefined ? [] : shown.map((one) => at(one, link)), names.map(String)),\n" : ""}      ...(rest > 0 ? [{ type: "context" as const, markdown: \`\${rest} more are not shown.\` }] : []),
    ],
${pages ? "    ...(page !== undefined && all.length >= 10 ? { next: [`page ${page + 1}`] } : {}),\n" : ""}${cursors ? CHOICES : ""}  };
}`;
}

const CHOICES = `    ...(typeof more?.from === "string" && more.from !== ""
      ? {
          choices: {
            slot: more.slot,
            question: "Go on?",
            options: [
              { label: "Show more", value: more.from },
              { label: "From the start", value: "start" },
            ],
          },
        }
      : {}),
`;

function objectCode({ links }: Needs): string {
  return `/** One thing, field by field; undefined when nothing of it is there. */
export function showObject(value: unknown, one: string, columns: readonly Column[]${links ? ", link: readonly string[] | undefined" : ""}): ModuleOutput | undefined {
  const found = columns.map(({ label, key, at: way }) => ({ label, key, value: cell(at(value, way)) }));
  const items = found.filter((item) => item.value !== "");
  const [first] = items;
  if (first === undefined) return isObject(value) ? { summary: \`\${one}: nothing of it was told.\`, data: {} } : undefined;
  const said = items.slice(0, 3).map((item) => \`\${item.label.toLowerCase()} \${item.value}\`);
  return {
    summary: \`\${one}: \${said.join(", ")}\`,
    data: Object.fromEntries(items.map((item) => [item.key, item.value])),
    parts: [
      { type: "fields", items: items.map((item) => ({ label: item.label, value: String(item.value) })) },
${links ? "      ...linksTo(link === undefined ? [] : [at(value, link)], [String(first.value)]),\n" : ""}    ],
  };
}`;
}

const VALUE = `/** One value; undefined when there is none. */
export function showValue(value: unknown, title: string): ModuleOutput | undefined {
  const said = cell(value);
  return said === "" ? undefined : { summary: \`\${title}: \${said}\`, data: { value: said } };
}`;

const TEXT = `/** A text as it came, cut to what can be read. */
export function showText(text: string, title: string): ModuleOutput {
  if (text.trim() === "") return { summary: \`\${title}: nothing came back.\`, data: { chars: 0 } };
  return {
    summary: \`\${title}: \${brief(text, 200)}\`,
    data: { chars: text.length },
    parts: [{ type: "code", text: text.slice(0, 3000) }],
  };
}`;

function anythingCode({ links }: Needs): string {
  const anyLink = links ? ", undefined" : "";
  return `/** An answer that nobody described: a table of a list, the fields of an object, else what it says. */
export function showAnything(value: unknown, one: string, many: string): ModuleOutput | undefined {
  const list = [value, ...(isObject(value) ? Object.values(value) : [])].find((below) => Array.isArray(below));
  if (Array.isArray(value)) return showList(value, { one, many, columns: rowsOf(value) });
  if (!isObject(value)) return showValue(value, one);
  const columns = columnsOf(value, 12);
  if (columns.length > 0) return showObject(value, one, columns${anyLink});
  if (list !== undefined) return showList(list, { one, many, columns: rowsOf(list) });
  return showObject(value, one, leavesOf(value, []).slice(0, 12)${anyLink});
}

/** What the first of a list has; a list of plain values has one column. */
function rowsOf([first]: readonly unknown[]): Column[] {
  const columns = columnsOf(first, 6);
  return columns.length > 0 ? columns : [{ label: "Value", key: "value", at: [] }];
}

/** What an object holds at the ends of its ways. */
function leavesOf(value: unknown, way: readonly string[]): Column[] {
  if (!isObject(value)) return [{ label: way.join(" "), key: way.join("."), at: way }];
  const below = way.length < 4 ? Object.entries(value) : [];
  return below.flatMap(([key, inner]) => leavesOf(inner, [...way, key]));
}

function columnsOf(value: unknown, most: number): Column[] {
  const plain = isObject(value) ? Object.entries(value).filter(([, below]) => typeof below !== "object") : [];
  return plain.slice(0, most).map(([key]) => ({ label: key, key, at: [key] }));
}`;
}

function linksCode(plan: ModulePlan): string {
  const hosts = linkHosts(plan).map((host) => host.replaceAll(".", "\\."));
  const pattern = `^https:\\/\\/(?:[a-z0-9-]{1,40}\\.)?(?:${hosts.join("|")})\\/[\\w./~?=&#+-]{0,300}$`;
  return `/** Links to the source's own pages; others are not followed. */
function linksTo(urls: readonly unknown[], titles: readonly string[]): Links {
  const items = urls.slice(0, 3).flatMap((url, index) => (isOwnPage(url) ? [{ title: titles.at(index) ?? "", url }] : []));
  return items.length > 0 ? [{ type: "sources", items }] : [];
}

type Links = { type: "sources"; items: { title: string; url: string }[] }[];

function isOwnPage(url: unknown): url is string {
  return typeof url === "string" && /${pattern}/.test(url);
}`;
}
