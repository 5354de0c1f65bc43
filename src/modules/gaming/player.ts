import type { JsonObject } from "#core/contract/json.ts";
import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { ending, fields, number, percent } from "./answer.ts";
import { source } from "./clash-royale.ts";
import { count, get, text } from "./json.ts";
import { unreadable } from "./refusals.ts";
import { samplePlayer } from "./sample.ts";
import { readTag } from "./tag.ts";

/** A player's profile. https://developer.clashroyale.com/#/documentation, GET /players/{playerTag} */
export async function player(input: JsonObject, nexus: Nexus): Promise<ModuleOutput> {
  const tag = readTag(input["playerTag"], "playerTag", nexus);
  if ("output" in tag) return tag.output;
  const answer = await source(tag, "player", samplePlayer, nexus);
  if ("output" in answer) return answer.output;

  const name = text(answer.value, "name");
  const trophies = count(answer.value, "trophies");
  if (name === undefined || trophies === undefined) return unreadable();
  const wins = count(answer.value, "wins") ?? 0;
  const losses = count(answer.value, "losses") ?? 0;
  const best = count(answer.value, "bestTrophies") ?? trophies;
  const arena = text(get(answer.value, "arena"), "name");
  const clanName = text(get(answer.value, "clan"), "name");
  const clanTag = text(get(answer.value, "clan"), "tag");
  const favourite = text(get(answer.value, "currentFavouriteCard"), "name");
  const decided = wins + losses;
  const winShare = decided === 0 ? undefined : wins / decided;
  const where = arena ? ` in ${arena}` : "";
  const record = winShare === undefined ? "" : `, ${percent(winShare, nexus)} of ${number(decided, nexus)} battles won`;
  return {
    summary: `${name} has ${number(trophies, nexus)} trophies${where}${record}.`,
    data: { tag: tag.tag, name, trophies, bestTrophies: best, wins, losses, clan: clanTag ?? null },
    parts: [
      fields([
        ["Player", `${name} ${tag.tag}`],
        ["Level", number(count(answer.value, "expLevel") ?? 0, nexus)],
        ["Trophies", `${number(trophies, nexus)} (best ${number(best, nexus)})`],
        ["Arena", arena],
        ["Won / lost", `${number(wins, nexus)} / ${number(losses, nexus)}`],
        ["Three-crown wins", number(count(answer.value, "threeCrownWins") ?? 0, nexus)],
        ["Clan", clanName && `${clanName} ${clanTag ?? ""}`.trim()],
        ["Favourite card", favourite],
      ]),
    ],
    ...ending(tag, nexus, ["my next chests", ...clanOf(clanTag, nexus)]),
  };
}

/** A sample's clan does not exist; its tag, once said, would be remembered as the person's own. */
function clanOf(clanTag: string | undefined, nexus: Nexus): string[] {
  if (clanTag === undefined) return [];
  return [nexus.sample === "required" ? "how is my clan doing" : `clan ${clanTag}`];
}
