import type { JsonObject } from "#core/contract/json.ts";
import type { Nexus } from "#core/contract/module.ts";
import { source } from "./clash-royale.ts";
import { count, list, text } from "./json.ts";
import { type Ended, unreadable } from "./refusals.ts";
import { sampleClan } from "./sample.ts";
import { readTag, type Tag } from "./tag.ts";

/** A member of a clan. */
export interface Member {
  readonly name: string;
  readonly role: string;
  readonly trophies: number;
  readonly donations: number;
  readonly received: number;
  readonly seenMs: number | undefined;
}

interface Roster {
  readonly tag: Tag;
  readonly value: unknown;
  readonly name: string;
  readonly members: readonly Member[];
}

/** Reads the clan a question is about. GET /clans/{clanTag} */
export async function readRoster(input: JsonObject, nexus: Nexus): Promise<Roster | Ended> {
  const tag = readTag(input["clanTag"], "clanTag", nexus);
  if ("output" in tag) return tag;
  const answer = await source(tag, "clan", sampleClan, nexus);
  if ("output" in answer) return answer;
  const name = text(answer.value, "name");
  const members = list(answer.value, "memberList").map(readMember);
  const known = members.filter((member) => member !== undefined);
  if (name === undefined || known.length === 0 || known.length !== members.length) return { output: unreadable() };
  return { tag, value: answer.value, name, members: known };
}

function readMember(value: unknown): Member | undefined {
  const name = text(value, "name");
  const given = count(value, "donations");
  if (name === undefined || given === undefined) return undefined;
  return {
    name,
    role: text(value, "role") ?? "member",
    trophies: count(value, "trophies") ?? 0,
    donations: given,
    received: count(value, "donationsReceived") ?? 0,
    seenMs: readTime(text(value, "lastSeen")),
  };
}

/** The API writes times as 20261120T184211.000Z. */
function readTime(value: string | undefined): number | undefined {
  const iso = value?.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)/, "$1-$2-$3T$4:$5:$6");
  const ms = iso === undefined ? Number.NaN : Date.parse(iso);
  return Number.isNaN(ms) ? undefined : ms;
}
