import type { Nexus } from "#core/contract/module.ts";
import { DEMO_CLAN } from "./tag.ts";

/** Dice for samples: a number from 0 to below `below`, always the same for a tag and a word. */
export type Roll = (what: string, below: number) => number;

const NAMES =
  "Ada Bruno Chidi Dana Emil Farah Goran Hana Ivo Jun Kira Liam Mira Nils Oona Pavel Quinn Rosa Sami Tess Umar Vera Wim Xenia Yuki Zoe Amir Bea".split(
    " ",
  );

/** A player that does not exist, in the shape of the API. */
export function samplePlayer(roll: Roll, tag: string): unknown {
  const trophies = 4000 + roll("trophies", 5000);
  return {
    tag,
    name: NAMES[roll("name", NAMES.length)],
    expLevel: 30 + roll("level", 30),
    trophies,
    bestTrophies: trophies + roll("best", 400),
    wins: 900 + roll("wins", 3000),
    losses: 800 + roll("losses", 2500),
    threeCrownWins: 300 + roll("crowns", 900),
    clan: { tag: DEMO_CLAN, name: "Sample Clan" },
    arena: { id: 54_000_018, name: "Miner's Mine" },
    currentFavouriteCard: { name: ["Hog Rider", "Miner", "Mega Knight", "Zap"][roll("card", 4)] },
  };
}

/** A clan that does not exist, in the shape of the API. */
export function sampleClan(roll: Roll, tag: string, nexus: Nexus): unknown {
  const memberList = NAMES.map((name, index) => {
    const seen = new Date(nexus.now().getTime() - roll(`${name}seen`, 9 * 24) * 3_600_000);
    return {
      name,
      role: index === 0 ? "leader" : index < 4 ? "coLeader" : index < 12 ? "elder" : "member",
      trophies: 4000 + roll(`${name}trophies`, 4500),
      donations: roll(`${name}gives`, 5) === 0 ? 0 : roll(`${name}cards`, 480),
      donationsReceived: roll(`${name}gets`, 320),
      lastSeen: seen.toISOString().replace(/[-:]/g, ""),
    };
  });
  const clanScore = 40_000 + roll("score", 30_000);
  const clanWarTrophies = 800 + roll("war", 2500);
  return {
    tag,
    name: "Sample Clan",
    type: "inviteOnly",
    requiredTrophies: 4000,
    clanScore,
    clanWarTrophies,
    memberList,
  };
}

/** A river race that is not run, in the shape of the API. */
export function sampleRace(roll: Roll, tag: string): unknown {
  const racer = (name: string, own: string) => ({
    tag: own,
    name,
    fame: roll(`${name}fame`, 9000),
    periodPoints: roll(`${name}points`, 30_000),
    participants: NAMES.map((one) => {
      const decksUsedToday = roll(`${name}${one}today`, 5);
      const decksUsed = decksUsedToday + roll(`${name}${one}week`, 9);
      return { name: one, fame: decksUsed * 150, decksUsed, decksUsedToday };
    }),
  });
  const others = ["Red River", "Night Owls", "Old Oak", "Salt and Stone"];
  const clan = racer("Sample Clan", tag);
  const clans = [clan, ...others.map((name, index) => racer(name, `#SAMPLE${index}`))];
  return { state: "full", periodType: "warDay", periodIndex: 3 + roll("day", 4), sectionIndex: 1, clan, clans };
}

/** Chests that nobody gets, in the shape of the API. */
export function sampleChests(roll: Roll): unknown {
  const kinds = ["Silver Chest", "Golden Chest", "Silver Chest", "Gold Crate"];
  const soon = Array.from({ length: 9 }, (_, index) => ({ index, name: kinds[roll(`chest${index}`, 4)] }));
  const rare = ["Magical Chest", "Giant Chest", "Epic Chest", "Legendary Chest", "Mega Lightning Chest"];
  return { items: [...soon, ...rare.map((name, index) => ({ index: 12 + 40 * index + roll(name, 30), name }))] };
}

/** Dice that always fall the same way for a tag, so that the same question gets the same answer. */
export function rollOf(tag: string): Roll {
  return (what, below) => {
    let value = 0x811c_9dc5;
    for (const letter of `${tag}|${what}`) value = Math.imul(value ^ (letter.codePointAt(0) ?? 0), 0x0100_0193);
    value = Math.imul(value ^ (value >>> 15), 0x2c1b_3c6d);
    return ((value ^ (value >>> 13)) >>> 0) % below;
  };
}
