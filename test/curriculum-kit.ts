import { createCurriculum } from "#core/evolution/curriculum/create-curriculum.ts";
import type { Curriculum } from "#core/evolution/curriculum/curriculum.ts";
import type { CurriculumDeps } from "#core/evolution/curriculum/curriculum-deps.ts";
import { ConversationKey, newId, type OrgId, type PersonId, TurnId } from "#core/contract/ids.ts";
import type { Actor, Conversation } from "#core/contract/message.ts";
import { openStore, type Store, type UnmetKind } from "#core/store/store.ts";
import { silent } from "./delivery-kit.ts";
import { testActor } from "./platforms/test-message.ts";

/** A workspace whose people ask in vain, with a clock that is moved by hand. */
export interface AskingOrg extends AsyncDisposable {
  readonly store: Store;
  readonly org: OrgId;
  readonly curriculum: Curriculum;
  /** Somebody asks for something: in `#names` everybody reads, in `!names` some do, in `@dm` nobody else. */
  ask(who: string, text: string, place?: string, kind?: UnmetKind): Promise<void>;
  idOf(who: string, as?: Partial<Actor>): Promise<PersonId>;
  look(): ReturnType<Curriculum["look"]>;
  /** Moves the clock on. */
  days(count: number): void;
}

const NEVER = new AbortController().signal;
const DAY_MS = 24 * 60 * 60_000;

/** A place of the workspace. */
export function placeCalled(name: string, who = "nobody"): Conversation {
  const channelId = name === "@dm" ? `@${who}` : name;
  return {
    key: ConversationKey.parse(`test:acme:${channelId}`),
    platform: "test",
    tenantId: "acme",
    channelId,
    kind: name === "@dm" ? "dm" : "channel",
    audience: name === "@dm" ? "just_me" : "members",
  };
}

export async function openAskingOrg(change: Partial<CurriculumDeps> = {}): Promise<AskingOrg> {
  let nowMs = Date.UTC(2026, 10, 2, 9);
  let bytes = 0;
  const clock = (): Date => new Date(nowMs);
  const store = await openStore(":memory:", { clock });
  const { org } = await store.people.identify(testActor("acme", "somebody"));
  const curriculum = createCurriculum({
    store,
    settings: { perWeek: 3 },
    timeZone: "UTC",
    modules: () => Promise.resolve([]),
    permalink: ({ channelId, messageId }) =>
      Promise.resolve(
        channelId.startsWith("#") ? `https://chat.example/${channelId.slice(1)}/${messageId}` : undefined,
      ),
    randomBytes: (size) => Uint8Array.from({ length: size }, () => (bytes = (bytes * 7 + 11) % 240)),
    clock,
    log: silent,
    ...change,
  });
  let message = 0;
  return {
    store,
    org,
    curriculum,
    async idOf(who, as = {}) {
      const actor = { ...testActor("acme", who), ...as };
      const { person } = await store.people.identify(actor);
      // As a turn of theirs would.
      await store.forOrg(org).memberships.saw(person, actor, clock());
      return person;
    },
    async ask(who, text, place = "#general", kind = "no_capability") {
      const actor = testActor("acme", who);
      const { person } = await store.people.identify(actor);
      const where = placeCalled(place, who);
      nowMs += 1_000;
      await store.forOrg(org).unmet.add({
        person,
        conversation: where.key,
        text,
        reason: "no capability",
        kind,
        said: {
          turn: newId(TurnId),
          actor,
          place: where,
          message: {
            platform: "test",
            tenantId: "acme",
            channelId: where.channelId,
            messageId: `m${++message}`,
            ephemeral: false,
          },
        },
      });
    },
    look: () => curriculum.look(NEVER),
    days: (count) => void (nowMs += count * DAY_MS),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
