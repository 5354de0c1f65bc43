import { vi } from "vitest";
import type { SeenMessage } from "#test/platforms/discord/discord.ts";
import { openEffectsWorld } from "#test/drills/effects-world.ts";
import { actModule } from "./approval-office.ts";
import { type DiscordHouse, labelsOf, openDiscordHouse, PATIENCE } from "./discord-house.ts";

/** A Discord server whose owner is Ada and whose operator is Cyd; what Ben asks for waits for one of them. */
export interface DiscordOffice extends AsyncDisposable {
  readonly town: DiscordHouse;
  /** How often each effect was had outside. */
  readonly effects: ReadonlyMap<string, number>;
  /** Asks for what needs an approval, and resolves with its card. */
  ask(user: string, channel: string, text?: string): Promise<SeenMessage>;
  /** Resolves once the card shows no buttons any more, with how it looks then. */
  closed(card: SeenMessage): Promise<SeenMessage>;
}

export async function openDiscordOffice(change: Parameters<typeof actModule>[0] = {}): Promise<DiscordOffice> {
  await using stack = new AsyncDisposableStack();
  const world = stack.use(await openEffectsWorld(() => undefined));
  const bundles = [actModule(change)];
  const town = stack.use(await openDiscordHouse({ bundles, vendors: { "effects.example.com": world } }));
  const { discord, ada, ben, cyd, general } = town;
  await town.linkAda();
  // Whoever has said nothing yet is unknown to core.
  for (const person of [ben, cyd]) await town.slash(person, general, "whoami");
  await town.ask(ada, town.dm(ada), "make Cyd operator");
  const held = stack.move();
  return {
    town,
    effects: world.effects,
    ask(user, channel, text = ASK) {
      const before = new Set(town.replies(channel).map(({ id }) => id));
      discord.post({ channel, user, text, mentionsBot: true });
      return town.seen(channel, ({ id, isV2 }) => isV2 && !before.has(id));
    },
    closed: (card) => vi.waitUntil(() => labelsOf(town.now(card)).length === 0 && town.now(card), PATIENCE),
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** What makes the module have an effect. */
export const ASK = "perform drill effect act-1-2";

/** The code that a card can be decided by in words. */
export function codeOf({ text }: SeenMessage): string {
  return /`approve (\w{4})`/.exec(text)?.[1] ?? "no code";
}
