import type { JsonObject } from "#core/contract/json.ts";
import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { ending, ROWS } from "./answer.ts";
import { source } from "./clash-royale.ts";
import { count, get, list, text } from "./json.ts";
import { refusal, unreadable } from "./refusals.ts";
import { sampleChests } from "./sample.ts";
import { readTag } from "./tag.ts";

/** The chests a player gets next. GET /players/{playerTag}/upcomingchests */
export async function chests(input: JsonObject, nexus: Nexus): Promise<ModuleOutput> {
  const tag = readTag(input["playerTag"], "playerTag", nexus);
  if ("output" in tag) return tag.output;
  const answer = await source(tag, "chests", sampleChests, nexus);
  if ("output" in answer) return answer.output;

  if (!Array.isArray(get(answer.value, "items"))) return unreadable();
  const upcoming = list(answer.value, "items").flatMap((item) => {
    const name = text(item, "name");
    const index = count(item, "index");
    return name === undefined || index === undefined ? [] : [{ name, index }];
  });
  const [next] = upcoming;
  if (!next) return refusal("no_data", `Clash Royale lists no upcoming chests for ${tag.tag}.`);
  const rare = upcoming.find((chest) => !/^(silver|golden|gold crate|plentiful gold crate)/i.test(chest.name));
  const later = rare && rare !== next ? ` The next rare one is ${article(rare.name)}, ${away(rare.index)}.` : "";
  return {
    summary: `The next chest is ${article(next.name)}.${later}`,
    data: { tag: tag.tag, chests: upcoming },
    parts: [
      {
        type: "table",
        caption: `Upcoming chests of ${tag.tag}`,
        columns: [{ header: "Chest" }, { header: "When" }],
        rows: upcoming.slice(0, ROWS).map((chest) => [chest.name, away(chest.index)]),
      },
    ],
    ...ending(tag, nexus, ["show my Clash Royale profile"]),
  };
}

function away(index: number): string {
  if (index === 0) return "next win";
  return index === 1 ? "in 1 more win" : `in ${index} more wins`;
}

function article(name: string): string {
  return `${/^[aeiou]/i.test(name) ? "an" : "a"} ${name}`;
}
