import type { JsonObject } from "#core/contract/json.ts";
import type { Nexus } from "#core/contract/module.ts";
import { type Book, type Entry, type Kind, openBook } from "./categories.ts";
import type { Period } from "./days.ts";
import { type Ledger, openLedger } from "./ledger.ts";
import { normalise } from "./merchant.ts";
import { readPeriod } from "./periods.ts";
import { type Ended, nothingImported, unknownCategory } from "./refusals.ts";

/** A question ready to be answered. */
export interface Question {
  readonly ledger: Ledger;
  readonly period: Period;
  readonly filter: Filter;
}

interface Filter {
  readonly fits: (entry: Entry) => boolean;
  readonly kind: Kind;
  /** “ on Groceries”, “ at “uber””, or nothing. */
  readonly words: string;
}

/** Reads what every question about spending has: period, category and merchant. */
export async function openQuestion(input: JsonObject, nexus: Nexus): Promise<Question | Ended> {
  const book = await openBook(nexus);
  const ledger = await openLedger(book, nexus);
  if (!ledger) return { output: nothingImported() };
  const filter = readFilter(input, book);
  if ("output" in filter) return filter;
  const period = readPeriod(input["period"], ledger, nexus);
  return "output" in period ? period : { ledger, period, filter };
}

/** Reads category and merchant, which together narrow a question. */
export function readFilter(input: JsonObject, book: Book): Filter | Ended {
  const category = typeof input["category"] === "string" ? input["category"] : "";
  const typed = typeof input["merchant"] === "string" ? input["merchant"] : "";
  const merchant = typed.replace(/\s+(?:in|during|this|last|since|between|from)(?:\s.*)?$/i, "").trim();
  const needle = normalise(merchant);
  const single = book.category(category);
  const names = category === "" ? undefined : (book.group(category) ?? (single ? [single] : undefined));
  if (category !== "" && !names) return { output: unknownCategory(category, book) };
  const on = names ? ` on ${names.join(" and ")}` : "";
  return {
    kind: (single && book.kind(single)) || "spending",
    fits: (entry) =>
      (!names || names.includes(entry.category)) && (needle === "" || normalise(entry.text).includes(needle)),
    words: needle === "" ? on : `${on} at “${merchant}”`,
  };
}
