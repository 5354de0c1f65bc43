import type { JsonObject } from "#core/contract/json.ts";
import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { ending, fields, number, ROWS, shown } from "./answer.ts";
import { count, text } from "./json.ts";
import { type Member, readRoster } from "./roster.ts";

/** A clan at a glance. GET /clans/{clanTag} */
export async function clan(input: JsonObject, nexus: Nexus): Promise<ModuleOutput> {
  const roster = await readRoster(input, nexus);
  if ("output" in roster) return roster.output;
  const { tag, value, name, members } = roster;
  const score = count(value, "clanScore") ?? 0;
  const war = count(value, "clanWarTrophies") ?? 0;
  const entry = count(value, "requiredTrophies") ?? 0;
  const donated = members.reduce((sum, member) => sum + member.donations, 0);
  const top = members.toSorted((a, b) => b.trophies - a.trophies).slice(0, ROWS);
  return {
    summary: `${name} has ${members.length} of 50 members, clan score ${number(score, nexus)} and ${number(war, nexus)} war trophies. ${number(donated, nexus)} cards donated this week.`,
    data: { tag: tag.tag, name, members: members.length, clanScore: score, warTrophies: war, donations: donated },
    parts: [
      fields([
        ["Clan", `${name} ${tag.tag}`],
        ["Entry", `${entryRule(text(value, "type"))}, from ${number(entry, nexus)} trophies`],
        ["Leader", members.find((member) => member.role === "leader")?.name],
        ["Away for a week or more", number(members.filter((member) => daysAway(member, nexus) >= 7).length, nexus)],
      ]),
      {
        type: "table",
        caption: shown("Members by trophies", top.length, members.length),
        columns: [
          { header: "Name" },
          { header: "Role" },
          { header: "Trophies", align: "right" },
          { header: "Donated", align: "right" },
          { header: "Last seen" },
        ],
        rows: top.map((member) => [
          member.name,
          roleName(member.role),
          member.trophies,
          member.donations,
          lastSeen(member, nexus),
        ]),
      },
    ],
    ...ending(tag, nexus, ["who hasn't donated this week?", "how is the river race going"]),
  };
}

function daysAway(member: Member, nexus: Nexus): number {
  if (member.seenMs === undefined) return 0;
  return Math.max(0, Math.floor((nexus.now().getTime() - member.seenMs) / 86_400_000));
}

function lastSeen(member: Member, nexus: Nexus): string {
  if (member.seenMs === undefined) return "—";
  const days = daysAway(member, nexus);
  if (days === 0) return "today";
  return days === 1 ? "1 day ago" : `${days} days ago`;
}

function roleName(role: string): string {
  return { leader: "leader", coLeader: "co-leader", elder: "elder" }[role] ?? "member";
}

function entryRule(type: string | undefined): string {
  if (type === "open") return "open to all";
  return type === "inviteOnly" ? "by invitation" : "closed";
}
