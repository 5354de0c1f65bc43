import type { JsonObject } from "#core/contract/json.ts";
import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { ending, number, ROWS, shown } from "./answer.ts";
import { type Member, readRoster } from "./roster.ts";

/** Who has donated since the weekly reset. The counter is part of GET /clans/{clanTag}. */
export async function donations(input: JsonObject, nexus: Nexus): Promise<ModuleOutput> {
  const roster = await readRoster(input, nexus);
  if ("output" in roster) return roster.output;
  const { tag, name, members } = roster;
  const idle = members.filter((member) => member.donations === 0).toSorted((a, b) => b.received - a.received);
  const ranked = members.toSorted((a, b) => b.donations - a.donations);
  const total = members.reduce((sum, member) => sum + member.donations, 0);
  const summary =
    idle.length === 0
      ? `All ${members.length} members of ${name} have donated this week, ${number(total, nexus)} cards in all.`
      : `${idle.length} of ${members.length} members of ${name} ${idle.length === 1 ? "has" : "have"} not donated this week: ${some(idle.map((member) => member.name))}.`;
  const row = (member: Member): (string | number)[] => [member.name, member.donations, member.received];
  const columns = [
    { header: "Name" },
    { header: "Donated", align: "right" as const },
    { header: "Received", align: "right" as const },
  ];
  const tables: { caption: string; rows: readonly Member[] }[] = [];
  if (idle.length > 0) {
    const rows = idle.slice(0, ROWS);
    tables.push({ caption: shown("Not donated this week", rows.length, idle.length), rows });
  }
  const donors = ranked.filter((member) => member.donations > 0);
  if (donors.length > 0) {
    const rows = donors.slice(0, ROWS);
    tables.push({ caption: shown("Donated most this week", rows.length, donors.length), rows });
  }
  return {
    summary,
    data: { tag: tag.tag, name, total, notDonated: idle.map((member) => member.name) },
    parts: tables.map(({ caption, rows }) => ({ type: "table", caption, columns, rows: rows.map(row) })),
    ...ending(tag, nexus, ["how is my clan doing"]),
  };
}

function some(names: readonly string[]): string {
  const first = names.slice(0, 12).map((name) => name.slice(0, 30));
  const rest = names.length - first.length;
  return rest > 0 ? `${first.join(", ")} and ${rest} more` : first.join(", ");
}
