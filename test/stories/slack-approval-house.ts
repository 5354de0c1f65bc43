import { loadBundle } from "#sandbox/bundle/bundle.ts";
import { type EffectsWorld, openEffectsWorld } from "#test/drills/effects-world.ts";
import type { SeenMessage } from "#test/platforms/slack/seen.ts";
import { BEN, expectGoodManners, openSlackHouse, OPS, type SlackHouse } from "./slack-house.ts";

const ACT = loadBundle(new URL("../drills/act/", import.meta.url));

/** What makes the module ask for its one effect. */
export const ASK = "perform drill effect act-1-2";

/** Ada is the owner, and Ben has asked for an effect outside in a thread of #ops. */
export interface Asked {
  readonly house: SlackHouse;
  readonly world: EffectsWorld;
  /** The thread. */
  readonly root: string;
  readonly card: SeenMessage;
}

/** Lets people live with one approval, well-mannered to the end. */
export async function decide(story: (asked: Asked) => Promise<void>): Promise<void> {
  using world = await openEffectsWorld(() => undefined);
  await using house = await openSlackHouse({ bundles: [ACT], vendors: { "effects.example.com": world } });
  await house.linkAda();
  const { root, replies } = await house.ask(BEN, OPS, ASK);
  const [card] = replies;
  if (card === undefined) throw new Error("there is no card");
  await story({ house, world, root, card });
  await expectGoodManners(house);
}

/** The code on a card. */
export function codeOn({ blocks }: SeenMessage): string {
  return /`approve (\w{4})`/.exec(JSON.stringify(blocks))?.[1] ?? "no code";
}
