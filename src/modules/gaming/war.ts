import type { JsonObject } from "#core/contract/json.ts";
import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { ending, number, ROWS, shown } from "./answer.ts";
import { source } from "./clash-royale.ts";
import { count, get, list, text } from "./json.ts";
import { readRacer } from "./racer.ts";
import { refusal, unreadable } from "./refusals.ts";
import { sampleRace } from "./sample.ts";
import { readTag } from "./tag.ts";

/** The river race the clan is in. GET /clans/{clanTag}/currentriverrace */
export async function war(input: JsonObject, nexus: Nexus): Promise<ModuleOutput> {
  const tag = readTag(input["clanTag"], "clanTag", nexus);
  if ("output" in tag) return tag.output;
  const answer = await source(tag, "race", sampleRace, nexus);
  if ("output" in answer) return answer.output;

  const racers = list(answer.value, "clans").map(readRacer);
  const own = readRacer(get(answer.value, "clan"));
  const day = raceDay(answer.value);
  if (!own || racers.some((racer) => racer === undefined)) return unreadable();
  const standings = racers
    .filter((racer) => racer !== undefined)
    .toSorted((a, b) => b.fame - a.fame || b.periodPoints - a.periodPoints);
  const place = standings.findIndex((racer) => racer.tag === own.tag) + 1;
  if (place === 0) {
    return refusal("no_data", `${own.name} is not racing at the moment.`, { hint: "A new race starts on Monday." });
  }
  const battled = own.participants.filter((participant) => participant.decksUsedToday > 0).length;
  const open = own.participants.filter((participant) => participant.decksUsedToday < 4);
  const ranked = own.participants.toSorted((a, b) => b.fame - a.fame);
  const used = own.participants.reduce((sum, participant) => sum + participant.decksUsedToday, 0);
  const today = day.training
    ? "Training day: battles do not count yet."
    : `${number(used, nexus)} of 200 decks used today; ${battled} of ${own.participants.length} have battled.`;
  const top = ranked.slice(0, ROWS);
  return {
    summary: `${own.name} is ${ordinal(place)} of ${standings.length} in the river race, ${day.label}, with ${number(own.fame, nexus)} fame. ${today}`,
    data: {
      tag: tag.tag,
      name: own.name,
      place,
      fame: own.fame,
      periodPoints: own.periodPoints,
      decksUsedToday: used,
      decksLeft: open.map((participant) => participant.name),
    },
    parts: [
      {
        type: "table",
        caption: `River race, ${day.label}`,
        columns: [
          { header: "Place", align: "right" },
          { header: "Clan" },
          { header: "Fame", align: "right" },
          { header: "Points today", align: "right" },
        ],
        rows: standings.map((racer, index) => [index + 1, racer.name, racer.fame, racer.periodPoints]),
      },
      ...(top.length === 0
        ? []
        : [
            {
              type: "table" as const,
              caption: shown("Participants by fame", top.length, ranked.length),
              columns: [
                { header: "Name" },
                { header: "Fame", align: "right" as const },
                { header: "Decks today", align: "right" as const },
                { header: "Decks this week", align: "right" as const },
              ],
              rows: top.map((one) => [one.name, one.fame, `${one.decksUsedToday} of 4`, one.decksUsed]),
            },
          ]),
    ],
    ...ending(tag, nexus, ["who hasn't donated this week?", "how is my clan doing"]),
  };
}

/** A week has three training days and four battle days; `periodIndex` counts the days of the season. */
function raceDay(value: unknown): { readonly label: string; readonly training: boolean } {
  const index = (count(value, "periodIndex") ?? 0) % 7;
  const type = text(value, "periodType");
  if (type === "training") return { label: `training day ${Math.min(index, 2) + 1} of 3`, training: true };
  const day = Math.max(1, index - 2);
  return { label: `${type === "colosseum" ? "colosseum day" : "battle day"} ${day} of 4`, training: false };
}

function ordinal(place: number): string {
  return `${place}${["th", "st", "nd", "rd"][place] ?? "th"}`;
}
