import type { JsonObject } from "#core/contract/json.ts";
import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { openBook } from "./categories.ts";
import { counted, number } from "./wording.ts";

/** The person's own rules, before the built-in ones. */
export async function rules(_input: JsonObject, nexus: Nexus): Promise<ModuleOutput> {
  const book = await openBook(nexus);
  const summary =
    book.own.length === 0
      ? `You have no rules of your own; ${number(book.builtIn, nexus)} built-in ones sort your transactions.`
      : `You have ${counted(book.own.length, "rule", nexus)} of your own, before ${number(book.builtIn, nexus)} built-in ones.`;
  return {
    summary,
    data: { own: book.own.map((rule) => ({ ...rule })), builtIn: book.builtIn, categories: [...book.categories] },
    parts: [
      ...(book.own.length === 0
        ? []
        : [
            {
              type: "table" as const,
              caption: "Your rules",
              columns: [{ header: "Merchant" }, { header: "Category" }],
              rows: book.own.slice(0, 50).map((rule) => [rule.match, rule.category]),
            },
          ]),
      { type: "fields", items: [{ label: "Categories", value: [...book.categories].join(", ") }] },
    ],
    next: ["by category"],
  };
}
