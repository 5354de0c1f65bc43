import type { JsonObject } from "#core/contract/json.ts";
import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { openBook } from "./categories.ts";
import { writeJson } from "./json.ts";
import { normalise } from "./merchant.ts";
import { readIndex, readRows } from "./records.ts";
import { refusal, unknownCategory } from "./refusals.ts";
import { counted, money } from "./wording.ts";

/** Makes a rule of the person's own: this merchant belongs in that category. */
export async function categorise(input: JsonObject, nexus: Nexus): Promise<ModuleOutput> {
  const book = await openBook(nexus);
  const typed = typeof input["merchant"] === "string" ? input["merchant"] : "";
  const merchant = typed.replace(/\s+(?:into|in|under|as|to|belongs)(?:\s.*)?$/i, "").trim();
  const match = normalise(merchant);
  if (match.length < 2) return refusal("slot_invalid", "I need the name of a merchant for that.", { slot: "merchant" });
  const wanted = typeof input["category"] === "string" ? input["category"] : "";
  const group = book.group(wanted);
  if (group) {
    const options = group.map((name) => ({ label: name, value: name }));
    const question = `Which kind of ${wanted.toLowerCase()} is ${merchant}?`.slice(0, 200);
    return { summary: question, choices: { slot: "category", question, options } };
  }
  const category = book.category(wanted);
  if (!category) return unknownCategory(wanted, book);

  const others = book.own.filter((rule) => rule.match !== match);
  const own = [{ match, category }, ...others];
  await writeJson("rules.json", own, nexus);
  const index = await readIndex(nexus);
  const hits = (await readRows({ from: "0000-01-01", to: "9999-12-31" }, index, nexus)).filter((row) =>
    ` ${normalise(row.text)} `.includes(` ${match} `),
  );
  const cents = hits.reduce((total, row) => total + row.cents, 0);
  const effect =
    hits.length > 0 ? ` That moves ${counted(hits.length, "transaction", nexus)}, ${money(cents, nexus)} in all.` : "";
  return {
    summary: `${merchant} counts as ${category} from now on.${effect}`,
    data: { match, category, transactions: hits.length, cents },
    next: ["by category", "show my category rules"],
  };
}
