import type { TurnId } from "#core/contract/ids.ts";
import type { Clock } from "#core/contract/ports.ts";
import type { LinkCode, LinkedPerson, PersonRef, Repositories, Store } from "#core/store/store.ts";
import { hashLinkCode, newLinkCode } from "./link-code.ts";

/** What came of a code that somebody entered. */
export type Redeemed =
  | { readonly state: "linked"; readonly isOwner: boolean }
  /** Unknown, used, too old, or of the same org. */
  | { readonly state: "refused" }
  /** It was entered where others could read it, and works no more. */
  | { readonly state: "spent" }
  /** Too many that nobody made. */
  | { readonly state: "too_many"; readonly waitMs: number };

/** Joins the people that are one human, by a one-time code: made as the one, entered as the other. */
export interface Links {
  /** @param makesOwner whether whoever enters it becomes owner where they enter it */
  newCode(person: PersonRef, makesOwner: boolean): Promise<{ code: string; expiresAt: Date }>;
  /** @param isPrivate whether nobody else could read the code where it was entered */
  redeem(person: PersonRef, code: string, isPrivate: boolean, turn: TurnId): Promise<Redeemed>;
  linkedWith(person: PersonRef): Promise<readonly LinkedPerson[]>;
}

export interface LinksDeps {
  readonly store: Store;
  /** 32 bytes. */
  readonly key: Buffer;
  readonly clock: Clock;
  readonly randomBytes: (size: number) => Uint8Array;
}

/** How long a code works; ms. */
const CODE_LIFE_MS = 10 * 60_000;
/** So many wrong codes in ten minutes, and no more are looked at. */
const MOST_TRIES = 5;

/** Makes the links between people. */
export function createLinks({ store, key, clock, randomBytes }: LinksDeps): Links {
  return {
    async newCode({ org, person }, makesOwner) {
      const code = newLinkCode(randomBytes);
      const expiresAt = new Date(clock().getTime() + CODE_LIFE_MS);
      await store.linkCodes.add({ codeHash: hashLinkCode(key, code), org, person, makesOwner, expiresAt });
      return { code, expiresAt };
    },
    redeem: (person, code, isPrivate, turn) =>
      store.transaction((inside) =>
        redeem(inside, person, { hash: hashLinkCode(key, code), isPrivate, turn }, clock()),
      ),
    linkedWith: (person) => store.people.linkedWith(person),
  };
}

interface Entered {
  readonly hash: string;
  readonly isPrivate: boolean;
  readonly turn: TurnId;
}

async function redeem(inside: Repositories, who: PersonRef, entered: Entered, now: Date): Promise<Redeemed> {
  const { hash, isPrivate, turn } = entered;
  const since = new Date(now.getTime() - CODE_LIFE_MS);
  if ((await inside.linkCodes.tries(who.org, who.person, since, turn)) >= MOST_TRIES) {
    return { state: "too_many", waitMs: CODE_LIFE_MS };
  }
  const code = await inside.linkCodes.get(hash);
  if (code === undefined || !works(code, who, turn, now)) {
    await inside.linkCodes.addTry(who.org, who.person, turn);
    return { state: "refused" };
  }
  await inside.linkCodes.use(hash, turn);
  if (!isPrivate) return { state: "spent" };
  await inside.people.link(code, who);
  if (code.makesOwner) await inside.forOrg(who.org).roles.set(who.person, "owner", code.person);
  return { state: "linked", isOwner: code.makesOwner };
}

/** A code used by this very turn works again: it is tried again after a crash. */
function works(code: LinkCode, who: PersonRef, turn: TurnId, now: Date): boolean {
  if (code.org === who.org) return false; // entered where it was made, it joins nobody
  return code.usedBy === undefined ? code.expiresAt > now : code.usedBy === turn;
}
