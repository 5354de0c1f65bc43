import type { Nexus } from "#core/contract/module.ts";
import { get, isObject, listOf, readJson, strings } from "./json.ts";
import { merchantOf, normalise } from "./merchant.ts";
import type { Row } from "./statement.ts";

/** Which way money went: out for good, in, or between the person's own accounts. */
export type Kind = "spending" | "income" | "transfer";

/** A row with its category and merchant. */
export interface Entry extends Row {
  readonly kind: Kind;
  readonly category: string;
  readonly merchant: string;
}

interface Rule {
  readonly match: string;
  readonly category: string;
}

/** What sorts rows into categories. */
export interface Book {
  readonly own: readonly Rule[];
  readonly builtIn: number;
  readonly categories: readonly string[];
  readonly entry: (row: Row) => Entry;
  /** The category's name as it is written, whatever the case. */
  readonly category: (name: string) => string | undefined;
  readonly kind: (category: string) => Kind | undefined;
  /** The categories that a wider word such as “food” stands for. */
  readonly group: (name: string) => readonly string[] | undefined;
}

/** Opens the rules: the person's first, then the bundle's, in order. */
export async function openBook(nexus: Nexus): Promise<Book> {
  const shipped = await readJson("bundle/categories.json", nexus);
  const kinds = new Map<string, Kind>();
  for (const one of listOf(get(shipped, "categories"))) {
    const name = get(one, "name");
    const kind = get(one, "kind");
    if (typeof name === "string" && (kind === "spending" || kind === "income" || kind === "transfer"))
      kinds.set(name, kind);
  }
  const builtIn = listOf(get(shipped, "rules")).flatMap((rule) => {
    const category = get(rule, "category");
    if (typeof category !== "string") return [];
    const only = get(rule, "only");
    return strings(get(rule, "match")).map((match) => ({ category, only, ...pattern(match) }));
  });
  const own = listOf(await readJson("rules.json", nexus)).flatMap((rule): Rule[] => {
    const match = get(rule, "match");
    const category = get(rule, "category");
    return typeof match === "string" && typeof category === "string" ? [{ match, category }] : [];
  });
  const mine = own.map((rule) => ({ category: rule.category, only: undefined, needle: ` ${rule.match} ` }));
  const all = [...mine, ...builtIn];

  // Descriptions repeat a great deal; a hundred rules are tried once for each that differs.
  const decided = new Map<string, { category: string; kind: Kind; merchant: string }>();
  const decide = (row: Row): { category: string; kind: Kind; merchant: string } => {
    const haystack = ` ${normalise(row.text)} `;
    const direction = row.cents >= 0 ? "out" : "in";
    const rule = all.find(
      (candidate) =>
        haystack.includes(candidate.needle) && (candidate.only === undefined || candidate.only === direction),
    );
    const refund = row.account !== "chequing";
    const category = rule?.category ?? (direction === "in" && !refund ? "Income" : "Other");
    return { category, kind: kinds.get(category) ?? "spending", merchant: merchantOf(row.text) };
  };
  const groups = get(shipped, "groups");
  const find = (name: string): string | undefined => {
    const wanted = name.trim().toLowerCase();
    return [...kinds.keys()].find((known) => known.toLowerCase() === wanted);
  };
  return {
    own,
    builtIn: builtIn.length,
    categories: [...kinds.keys()],
    category: find,
    kind: (category) => kinds.get(category),
    group: (name) => {
      if (!isObject(groups)) return undefined;
      const key = Object.keys(groups).find((known) => known.toLowerCase() === name.trim().toLowerCase());
      return key === undefined ? undefined : strings(groups[key]);
    },
    entry: (row) => {
      const key = `${row.cents >= 0 ? "out" : "in"}|${row.account === "chequing"}|${row.text}`;
      const known = decided.get(key) ?? decide(row);
      decided.set(key, known);
      return { ...row, ...known };
    },
  };
}

/** A pattern matches whole words; a star at its end lets the last word go on. */
function pattern(match: string): { readonly needle: string } {
  const open = match.endsWith("*");
  return { needle: ` ${normalise(match)}${open ? "" : " "}` };
}
