import type { Json, JsonObject } from "#core/contract/json.ts";
import { cursorSlot, pageSlot } from "./code/needs.ts";
import { type CapabilityPlan, type Column, MAX_CELL, MAX_ROWS, MAX_TEXT } from "./plan.ts";
import { valueAt } from "./way.ts";
import { capital } from "./words.ts";

/** What else an answer depends on. */
export interface Asked {
  readonly input: JsonObject;
  /** Hosts whose pages are linked to. */
  readonly hosts: readonly string[];
}

/**
 * What a capability is expected to make of an answer, worked out from the plan and not from the code that was written:
 * whoever expects what the code does finds no mistake in it. Undefined when it should say that the answer is none.
 */
export function expectedAnswer(capability: CapabilityPlan, body: Json, asked: Asked): JsonObject | undefined {
  const { view, noun, title } = capability;
  switch (view.kind) {
    case "done":
      return { summary: `Done: ${title}.`, data: { done: true } };
    case "text":
      return textShown(title, typeof body === "string" ? body : JSON.stringify(body));
    case "value": {
      const said = cellOf(valueAt(body, view.at));
      return said === "" ? undefined : { summary: `${title}: ${said}`, data: { value: said } };
    }
    case "object":
      return objectShown(capital(noun.one), view.columns, valueAt(body, view.at), view.link, asked);
    case "list": {
      const list = listIn(body, view.at, view.along);
      if (list === undefined) return undefined;
      const shown = listShown(capability, view.columns, list, view.link, asked);
      return { ...shown, ...(list.length === 0 ? {} : goingOn(capability, body, list, asked)) };
    }
    case "anything":
      return anythingShown(capability, body);
    default:
      return view satisfies never;
  }
}

function textShown(title: string, text: string): JsonObject {
  if (text.trim() === "") return { summary: `${title}: nothing came back.`, data: { chars: 0 } };
  return {
    summary: `${title}: ${cut(text, 200)}`,
    data: { chars: text.length },
    parts: [{ type: "code", text: text.slice(0, MAX_TEXT) }],
  };
}

function objectShown(
  one: string,
  columns: readonly Column[],
  value: Json | undefined,
  link: readonly string[] | undefined,
  asked: Asked | undefined,
): JsonObject | undefined {
  const shown = columns.flatMap(({ label, key, at }) => {
    const said = cellOf(valueAt(value, at));
    return said === "" ? [] : [{ label, key, said }];
  });
  if (shown.length === 0) {
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? { summary: `${one}: nothing of it was told.`, data: {} }
      : undefined;
  }
  return {
    summary: `${one}: ${shown
      .slice(0, 3)
      .map(({ label, said }) => `${label.toLowerCase()} ${said}`)
      .join(", ")}`,
    data: Object.fromEntries(shown.map(({ key, said }) => [key, said])),
    parts: [
      { type: "fields", items: shown.map(({ label, said }) => ({ label, value: String(said) })) },
      ...linksShown(link === undefined ? [] : [valueAt(value, link)], [String(shown[0]?.said ?? "")], asked),
    ],
  };
}

function listShown(
  { noun }: CapabilityPlan,
  described: readonly Column[],
  list: readonly Json[],
  link: readonly string[] | undefined,
  asked: Asked | undefined,
): JsonObject {
  if (list.length === 0) return { summary: `No ${noun.many} were found.`, data: { count: 0, items: [] } };
  const columns = described.length > 0 ? described : [{ label: "Value", key: "value", at: [], isNumber: false }];
  const rows = list.slice(0, MAX_ROWS).map((row) => columns.map(({ at }) => cellOf(valueAt(row, at))));
  const names = rows.slice(0, 3).map(([first = ""]) => first);
  const items = rows.map((row) => Object.fromEntries(columns.map(({ key }, index) => [key, row[index] ?? ""])));
  return {
    summary: `${list.length} ${list.length === 1 ? noun.one : noun.many}: ${names.join(", ")}${list.length > 3 ? " …" : ""}`,
    data: { count: list.length, items },
    parts: [
      {
        type: "table",
        caption: noun.many,
        columns: columns.map(({ label, isNumber }) => ({ header: label, align: isNumber ? "right" : "left" })),
        rows,
      },
      ...linksShown(
        link === undefined ? [] : list.slice(0, MAX_ROWS).map((row) => valueAt(row, link)),
        names.map(String),
        asked,
      ),
      ...(list.length > MAX_ROWS
        ? [{ type: "context", markdown: `${list.length - MAX_ROWS} more are not shown.` }]
        : []),
    ],
  };
}

/** What comes after a list: another page, or the place where it goes on. */
function goingOn(capability: CapabilityPlan, body: Json, list: readonly Json[], { input }: Asked): JsonObject {
  const page = pageSlot(capability);
  const cursor = cursorSlot(capability);
  const from = capability.view.kind === "list" ? valueAt(body, capability.view.cursor ?? []) : undefined;
  const choices = [
    { label: "Show more", value: from ?? "" },
    { label: "From the start", value: "start" },
  ];
  return {
    ...(page === undefined || list.length < 10 ? {} : { next: [`page ${Number(input[page] ?? 1) + 1}`] }),
    ...(cursor === undefined || typeof from !== "string" || from === ""
      ? {}
      : { choices: { slot: cursor, question: "Go on?", options: choices } }),
  };
}

function linksShown(
  urls: readonly (Json | undefined)[],
  titles: readonly string[],
  asked: Asked | undefined,
): JsonObject[] {
  const items = urls
    .slice(0, 3)
    .flatMap((url, index) =>
      typeof url === "string" && isOwn(url, asked?.hosts ?? []) ? [{ title: titles[index] ?? "", url }] : [],
    );
  return items.length === 0 ? [] : [{ type: "sources", items }];
}

function isOwn(url: string, hosts: readonly string[]): boolean {
  if (!url.startsWith("https://") || !URL.canParse(url) || /[^\w./~?=&#+:-]/.test(url)) return false;
  const { hostname } = new URL(url);
  return hosts.some(
    (host) =>
      hostname === host || (hostname.endsWith(`.${host}`) && !hostname.slice(0, -host.length - 1).includes(".")),
  );
}

function anythingShown(capability: CapabilityPlan, body: Json): JsonObject | undefined {
  const one = capital(capability.noun.one);
  const named = { ...capability, noun: { one, many: capability.noun.many } };
  if (Array.isArray(body)) return listShown(named, plainColumns(body[0], 6), body, undefined, undefined);
  if (typeof body !== "object" || body === null) {
    const said = cellOf(body);
    return said === "" ? undefined : { summary: `${one}: ${said}`, data: { value: said } };
  }
  const columns = plainColumns(body, 12);
  const list = Object.values(body).find((below) => Array.isArray(below));
  if (columns.length > 0) return objectShown(one, columns, body, undefined, undefined);
  if (list !== undefined) return listShown(named, plainColumns(list[0], 6), list, undefined, undefined);
  return objectShown(one, ends(body, []).slice(0, 12), body, undefined, undefined);
}

function ends(value: Json | undefined, way: readonly string[]): Column[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    return [{ label: way.join(" "), key: way.join("."), at: way, isNumber: false }];
  }
  return way.length >= 4 ? [] : Object.entries(value).flatMap(([name, below]) => ends(below, [...way, name]));
}

function plainColumns(value: Json | undefined, most: number): Column[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  const plain = Object.entries(value).filter(([, below]) => typeof below !== "object");
  return plain.slice(0, most).map(([name]) => ({ label: name, key: name, at: [name], isNumber: false }));
}

function listIn(body: Json, at: readonly string[], along: readonly string[]): readonly Json[] | undefined {
  const found = valueAt(body, at);
  const parent = valueAt(body, at.slice(0, -1));
  const isObject = typeof parent === "object" && parent !== null && !Array.isArray(parent);
  if (found === null || (isObject && Object.keys(parent).every((name) => along.includes(name)))) return [];
  if (Array.isArray(found)) return found;
  if (Array.isArray(body)) return body;
  return typeof found === "object" && at.length > 0 ? [found] : undefined;
}

/** A value in a table: a number as it is, a text on one line, yes or no, the first five of a list, nothing else. */
function cellOf(value: Json | undefined): string | number {
  switch (typeof value) {
    case "number":
      return value;
    case "string":
      return cut(value, MAX_CELL);
    case "boolean":
      return value ? "yes" : "no";
    default:
      return Array.isArray(value)
        ? value
            .slice(0, 5)
            .map(cellOf)
            .filter((one) => one !== "")
            .join(", ")
        : "";
  }
}

function cut(text: string, chars: number): string {
  const line = text.split(/\s+/).join(" ").trim();
  return line.length > chars ? `${line.slice(0, chars)}…` : line;
}
