import { randomBytes } from "node:crypto";
import { createCurriculum } from "#core/evolution/curriculum/create-curriculum.ts";
import type { Curriculum, Proposal } from "#core/evolution/curriculum/curriculum.ts";
import { ConversationKey, newId, type OrgId, type PersonId, TurnId } from "#core/contract/ids.ts";
import type { Manifest } from "#core/contract/manifest.ts";
import type { Actor, Conversation, MessageRef } from "#core/contract/message.ts";
import { openStore, type Store } from "#core/store/store.ts";
import type { LabelledOrg, Said } from "./conversations.ts";

/** One org's conversations, played to the end on a store of their own. */
export interface Played extends AsyncDisposable {
  readonly label: LabelledOrg;
  readonly org: OrgId;
  readonly store: Store;
  readonly curriculum: Curriculum;
  readonly proposals: readonly Proposal[];
  /** Which need each message was labelled with, by its own words. */
  readonly needOf: ReadonlyMap<string, string>;
  /** A word that stands in what was said privately, and nowhere else; by need. */
  readonly canaries: ReadonlyMap<string, string>;
  readonly people: ReadonlyMap<string, PersonId>;
}

const START = Date.UTC(2026, 8, 1, 9);
const DAY_MS = 24 * 60 * 60_000;

/** Plays an org's conversations day by day, with a look at the end of each, as NEXUS would take them. */
export async function playOrg(label: LabelledOrg, manifests: readonly Manifest[], perWeek: number): Promise<Played> {
  let now = new Date(START);
  const store = await openStore(":memory:", { clock: () => now });
  const signal = new AbortController().signal;
  const modules = manifests.flatMap((manifest) => {
    const isHere = label.modules.includes(manifest.name);
    return isHere ? [{ manifest, isOff: label.off.includes(manifest.name) }] : [];
  });
  const curriculum = createCurriculum({
    store,
    settings: { perWeek },
    timeZone: "UTC",
    modules: () => Promise.resolve(modules),
    permalink: (message) => Promise.resolve(permalinkOf(message)),
    randomBytes,
    clock: () => now,
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined },
  });
  const canaries = new Map(label.needs.map(({ need }, at) => [need, canary(at)]));
  const needOf = new Map<string, string>();
  const people = new Map<string, PersonId>();
  const said = label.needs
    .flatMap(({ need, said: lines }) => lines.map((line) => ({ need, line })))
    .toSorted((a, b) => a.line.day - b.line.day);
  const { org } = await store.people.identify(actorOf(label.org, "nobody"));
  for (const [at, { need, line }] of said.entries()) {
    now = new Date(START + line.day * DAY_MS + at * 60_000);
    const text = line.place.startsWith("#") ? line.text : `${line.text} ${canaries.get(need) ?? ""}`;
    needOf.set(text, need);
    const actor = actorOf(label.org, line.who);
    const { person } = await store.people.identify(actor);
    people.set(line.who, person);
    await store.forOrg(org).memberships.saw(person, actor, now);
    const place = placeOf(label.org, line);
    await store.forOrg(org).unmet.add({
      person,
      conversation: place.key,
      text,
      reason: "no capability",
      said: { turn: newId(TurnId), actor, place, message: messageIn(place, `${at}`) },
    });
    const isLast = said[at + 1]?.line.day !== line.day;
    if (isLast) await curriculum.look(signal);
  }
  const proposals = await curriculum.all(org);
  return {
    label,
    org,
    store,
    curriculum,
    proposals,
    needOf,
    canaries,
    people,
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}

/** Somebody of a tenant. */
export function actorOf(tenantId: string, id: string): Actor {
  return { platform: "test", tenantId, id, displayName: id, affiliation: "member", platformRoleIds: [] };
}

/** A place as the conversations name it. */
export function placeOf(tenantId: string, { who, place }: Pick<Said, "who" | "place">): Conversation {
  const channelId = place === "@dm" ? `D-${who}` : place;
  return {
    key: ConversationKey.parse(`test:${tenantId}:${channelId}`),
    platform: "test",
    tenantId,
    channelId,
    kind: place === "@dm" ? "dm" : "channel",
    audience: place === "@dm" ? "just_me" : "members",
  };
}

function messageIn({ platform, tenantId, channelId }: Conversation, messageId: string): MessageRef {
  return { platform, tenantId, channelId, messageId, ephemeral: false };
}

/** A platform that shows everybody what is said in `#` channels, and nothing else. */
function permalinkOf({ tenantId, channelId, messageId }: MessageRef): string | undefined {
  if (!channelId.startsWith("#")) return undefined;
  return `https://${tenantId}.example/${encodeURIComponent(channelId)}/${messageId}`;
}

/** A word that nobody would say. */
function canary(at: number): string {
  const [b = "", c = ""] = [SYLLABLES[at % SYLLABLES.length], SYLLABLES[(at * 7 + 3) % SYLLABLES.length]];
  return `quor${b}${c}ix`;
}

const SYLLABLES = [
  "ba",
  "de",
  "fi",
  "go",
  "hu",
  "ja",
  "ke",
  "li",
  "mo",
  "nu",
  "pa",
  "re",
  "si",
  "to",
  "vu",
  "wa",
  "ze",
];
