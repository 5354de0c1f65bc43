import type { JsonObject } from "#core/contract/json.ts";
import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { openBook } from "./categories.ts";
import { writeJson } from "./json.ts";
import { type Index, readIndex, readYear } from "./records.ts";
import { nothingImported, refusal } from "./refusals.ts";
import type { Row } from "./statement.ts";
import { counted } from "./wording.ts";

/** Deletes one import or everything, after a question. */
export async function forget(input: JsonObject, nexus: Nexus): Promise<ModuleOutput> {
  const index = await readIndex(nexus);
  const own = (await openBook(nexus)).own.length;
  if (index.imports.length === 0 && own === 0) return nothingImported();
  const wanted = typeof input["which"] === "string" ? input["which"].trim().toLowerCase() : "";
  const all =
    /\b(?:all|everything)\b/.test(wanted) ||
    /^(?:my |the |imported )*(?:bank )?(?:data|transactions|finances)$/.test(wanted);
  const chosen = index.imports.filter(
    (record) => record.id === wanted || (wanted !== "" && wanted.includes(record.name.toLowerCase())),
  );
  if (!all && chosen.length === 0) {
    // Words that are no file name (“that statement again”) still deserve the list of what there is.
    if (!wanted.includes(".")) return askWhich(index, nexus);
    return refusal("slot_invalid", `I have no imported file called “${wanted.slice(0, 80)}”.`, {
      slot: "which",
      hint: "Name a file as it was called when you sent it, or say “all”.",
    });
  }
  const ids = new Set((all ? index.imports : chosen).map((record) => record.id));
  const rows = index.imports.filter((record) => ids.has(record.id)).reduce((total, record) => total + record.rows, 0);
  const what = all ? "everything you imported, and your rules" : (chosen[0]?.name ?? "the file");
  if (input["confirm"] === "no") return { summary: "Nothing was deleted.", data: { deleted: 0 } };
  if (input["confirm"] !== "yes") {
    const question = `Delete ${what}? That is ${counted(rows, "transaction", nexus)}, and it cannot be undone.`.slice(
      0,
      200,
    );
    const options = [
      { label: "Delete", value: "yes" },
      { label: "Keep", value: "no" },
    ];
    return { summary: question, choices: { slot: "confirm", question, options } };
  }
  await removeImports(all ? undefined : ids, index, nexus);
  return { summary: `Deleted: ${counted(rows, "transaction", nexus)}, ${what}.`, data: { deleted: rows } };
}

async function removeImports(ids: ReadonlySet<string> | undefined, index: Index, nexus: Nexus): Promise<void> {
  const left: Row[] = [];
  for (const path of await nexus.files.list("transactions/")) {
    const stored = await readYear(path, nexus);
    const kept = ids ? stored.filter(([, , , id]) => !ids.has(id)) : [];
    if (kept.length === 0) await nexus.files.remove(path);
    else if (kept.length < stored.length) await writeJson(path, kept, nexus);
    const account = path.split("/")[1] ?? "";
    left.push(...kept.map(([date, text, cents]) => ({ account, date, text, cents })));
  }
  if (!ids) {
    for (const path of ["index.json", "merchants.json", "rules.json"]) await nexus.files.remove(path);
    return;
  }
  const imports = index.imports.filter((record) => !ids.has(record.id));
  await writeJson("index.json", { ...index, imports }, nexus);
  const entries = left.map((await openBook(nexus)).entry).filter((entry) => entry.kind === "spending");
  await writeJson("merchants.json", [...new Set(entries.map((entry) => entry.merchant))], nexus);
}

function askWhich(index: Index, nexus: Nexus): ModuleOutput {
  const files = index.imports.toReversed().slice(0, 7);
  const options = files.map((record) => ({
    label: `${record.name} (${counted(record.rows, "row", nexus)})`.slice(0, 75),
    value: record.id,
  }));
  const all = { label: "Everything, with my rules", value: "all" };
  const question = "What should I delete?";
  if (options.length === 0) options.push({ label: "Only my rules", value: "all" });
  return { summary: question, choices: { slot: "which", question, options: [...options, all] } };
}
