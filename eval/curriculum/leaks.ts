import { createComposer } from "#core/orchestrator/compose.ts";
import { proposalCard, proposalDetails } from "#core/orchestrator/growth/proposal-card.ts";
import { createTokens } from "#core/orchestrator/token.ts";
import type { Conversation } from "#core/contract/message.ts";
import type { PersonId } from "#core/contract/ids.ts";
import type { Reply } from "#core/contract/reply.ts";
import { actorOf, placeOf, type Played } from "./played.ts";

/** Somebody who looks at a card, and where. */
interface Viewer {
  readonly name: string;
  readonly person: PersonId | undefined;
  readonly where: Conversation;
  /** Whether they may open what everybody of the tenant may. */
  readonly isMember: boolean;
}

/**
 * Draws every card for everybody who could see it, and looks for words of messages that they may not open: the canary of
 * what was said privately, or the message itself.
 */
export async function leaksIn(played: Played): Promise<{ readonly cards: number; readonly leaks: readonly string[] }> {
  const leaks: string[] = [];
  let cards = 0;
  for (const viewer of await viewersOf(played)) {
    for (const { to, words } of await cardsFor(played, viewer)) {
      cards++;
      for (const text of forbiddenTo(played, viewer)) {
        if (words.includes(text.toLowerCase())) leaks.push(`${played.label.org}: ${to} shows ${viewer.name} “${text}”`);
      }
    }
  }
  return { cards, leaks };
}

async function cardsFor({ org, curriculum, proposals }: Played, { person, where }: Viewer) {
  const composer = createComposer(createTokens(Buffer.alloc(32, 1)), where, new Date());
  const signal = new AbortController().signal;
  const cards: { to: string; words: string }[] = [];
  for (const proposal of proposals) {
    const evidence = await curriculum.evidence(proposal, person, where, signal);
    const facts = { evidence, unitsPerCall: undefined };
    const draw = person === undefined ? proposalCard : proposalDetails;
    cards.push({ to: `${org} ${proposal.label}`, words: wordsOf(draw(composer, proposal, facts)) });
  }
  return cards;
}

/** Everything a reply says, links and buttons too. */
function wordsOf(reply: Reply): string {
  return decodeURIComponent(JSON.stringify(reply)).toLowerCase();
}

async function viewersOf({ label, org, store, people }: Played): Promise<Viewer[]> {
  const common = placeOf(label.org, { who: "", place: "#approvals" });
  const [first] = people.values();
  const { person: guest } = await store.people.identify({ ...actorOf(label.org, "a-guest"), affiliation: "guest" });
  await store
    .forOrg(org)
    .memberships.saw(guest, { ...actorOf(label.org, "a-guest"), affiliation: "guest" }, new Date());
  const alone = (who: string): Conversation => placeOf(label.org, { who, place: "@dm" });
  return [
    { name: "everybody in the approvals channel", person: undefined, where: common, isMember: true },
    {
      name: "everybody in a channel shared with others",
      person: undefined,
      where: { ...common, audience: "external" },
      isMember: false,
    },
    {
      name: "everybody in a channel of another tenant",
      person: undefined,
      where: { ...common, tenantId: "elsewhere" },
      isMember: false,
    },
    { name: "an operator alone", person: first, where: alone("operator"), isMember: true },
    { name: "a guest alone", person: guest, where: alone("a-guest"), isMember: false },
  ];
}

function forbiddenTo({ label, canaries }: Played, { person, isMember }: Viewer): string[] {
  const said = label.needs.flatMap(({ said: lines }) => lines);
  // A card that all read quotes nobody at all; alone, a member reads what everybody may.
  const hidden = said.filter(({ place }) => person === undefined || !isMember || !place.startsWith("#"));
  return [...canaries.values(), ...hidden.flatMap(({ text }) => (text.length >= LONG ? [text] : []))];
}

/** Shorter ones may stand in a card by chance. */
const LONG = 14;
