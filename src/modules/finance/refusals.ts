import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import type { Book } from "./categories.ts";
import type { Period } from "./days.ts";
import { days } from "./wording.ts";

/** The question is answered already, mostly with a refusal. */
export type Ended = { readonly output: ModuleOutput };

/** An answer that says why there is none. */
export function refusal(code: Refusal["code"], say: string, more: Omit<Refusal, "code" | "say"> = {}): ModuleOutput {
  return { error: { code, say: say.slice(0, 500), ...more } };
}

type Refusal = Extract<ModuleOutput, { error: unknown }>["error"];

/** What is said before the first import. */
export function nothingImported(): ModuleOutput {
  return refusal("no_data", "You have not imported any transactions yet.", {
    hint: "Send me a CIBC export (CSV, up to 10 MB) in a direct message. It stays on this server.",
  });
}

/** What is said when nothing fits the question. */
export function nothingSpent(period: Period, words: string, nexus: Nexus): ModuleOutput {
  return refusal("no_data", `I found no transactions${words} ${days(period.from, period.to, nexus)}.`, {
    hint: "Try a longer period, or part of the name as it is on the statement.",
  });
}

/** What is said to a category that does not exist. */
export function unknownCategory(name: string, book: Book): ModuleOutput {
  const hint = `Categories: ${book.categories.join(", ")}.`.slice(0, 300);
  return refusal("slot_invalid", `“${name.slice(0, 40)}” is not a category I know.`, { slot: "category", hint });
}
