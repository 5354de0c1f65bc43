import { vi } from "vitest";
import { type LoopbackSlack, startSlack, type SlackOptions } from "#test/platforms/slack/slack.ts";
import type { SeenMessage } from "#test/platforms/slack/seen.ts";
import { type House, openHouse, textOf } from "./house.ts";

/** Who is in the story's workspace. */
export const ADA = "U0ADA00001"; // becomes the owner
export const BEN = "U0BEN00002";
export const CYD = "U0CYD00003";
export const GUS = "U0GUEST004"; // a guest
export const EXT = "U0EXTERN05"; // of another company
export const OPS = "C0OPS00001";
export const SHARED = "C0SHARED02";
export const DM = { [ADA]: "D0ADA00001", [BEN]: "D0BEN00002", [CYD]: "D0CYD00003" } as const;

/** The whole of NEXUS beside a Slack workspace with people in it, and the terminal. */
export interface SlackHouse extends AsyncDisposable {
  readonly house: House;
  readonly slack: LoopbackSlack;
  /** The bot, mentioned. */
  readonly nexus: string;
  /** Says something in a channel or direct message, and resolves with the bot's replies in its thread. */
  ask(user: string, channel: string, text: string, options?: AskOptions): Promise<Asked>;
  /** The bot's messages of a thread. */
  replies(channel: string, root: string): readonly SeenMessage[];
  /** What only this person sees in a channel. */
  whispers(user: string): readonly SeenMessage[];
  /** Makes Ada the owner, as a person would: a code from the terminal, sent in a direct message. */
  linkAda(): Promise<void>;
}

export interface AskOptions {
  /** The thread it is said in; else it starts one. */
  readonly threadTs?: string;
  /** How many replies to wait for; 0 waits for none. */
  readonly replies?: number;
  /** Wait for something only the person sees instead. */
  readonly whispered?: true;
  readonly mention?: false;
  readonly files?: readonly { readonly name: string; readonly content: string }[];
}

export interface Asked {
  readonly ts: string;
  /** The thread's root. */
  readonly root: string;
  /** The bot's messages since, oldest first. */
  readonly replies: readonly SeenMessage[];
}

const PATIENCE = { timeout: 15_000, interval: 10 };

export async function openSlackHouse(
  options: SlackOptions & { readonly settings?: Readonly<Record<string, string>> } = {},
): Promise<SlackHouse> {
  await using stack = new AsyncDisposableStack();
  let house: House | undefined;
  const slack = stack.use(
    await startSlack({ clock: () => house?.now() ?? new Date("2026-11-20T20:00:00Z"), ...options }),
  );
  slack.addPerson({ id: ADA, name: "Ada", tz: "America/Toronto", locale: "en-CA" });
  slack.addPerson({ id: BEN, name: "Ben", tz: "Europe/Lisbon", locale: "en-GB" });
  slack.addPerson({ id: CYD, name: "Cyd", tz: "America/Vancouver" });
  slack.addPerson({ id: GUS, name: "Gus", guest: true });
  slack.addPerson({ id: EXT, name: "Ext", externalTeam: "T0OTHER001" });
  slack.addChannel({ id: OPS, name: "ops", kind: "channel", members: [ADA, BEN, CYD, GUS] });
  slack.addChannel({ id: SHARED, name: "shared", kind: "channel", members: [ADA, BEN, EXT] });
  for (const [user, channel] of Object.entries(DM)) {
    slack.addChannel({ id: channel, name: user, kind: "im", members: [user] });
  }
  const opened = stack.use(
    await openHouse({
      settings: {
        NEXUS_SLACK_BOT_TOKEN: slack.botToken,
        NEXUS_SLACK_APP_TOKEN: slack.appToken,
        NEXUS_SLACK_API_URL: slack.apiUrl,
        ...options.settings,
      },
    }),
  );
  house = opened;
  await vi.waitUntil(() => slack.connections > 0, PATIENCE);
  const nexus = `<@${slack.botUserId}>`;

  const replies = (channel: string, root: string): readonly SeenMessage[] =>
    slack.thread(channel, root).filter(({ isOurs }) => isOurs);
  const whispers = (user: string): readonly SeenMessage[] => slack.ephemerals(user).filter(({ isOurs }) => isOurs);

  const ask: SlackHouse["ask"] = async (user, channel, text, given = {}) => {
    const { threadTs, whispered, mention = !channel.startsWith("D"), files } = given;
    const before = threadTs === undefined ? 0 : replies(channel, threadTs).length;
    const whispersBefore = whispers(user).length;
    const { ts } = await slack.post({
      channel,
      user,
      text: mention ? `${nexus} ${text}` : text,
      ...(threadTs !== undefined && { threadTs }),
      ...(files && { files }),
    });
    const root = threadTs ?? ts;
    const wanted = given.replies ?? 1;
    if (whispered === true) {
      await vi.waitUntil(() => whispers(user).length > whispersBefore, PATIENCE);
      return { ts, root, replies: whispers(user).slice(whispersBefore) };
    }
    await vi.waitUntil(() => replies(channel, root).length >= before + wanted, PATIENCE);
    return { ts, root, replies: replies(channel, root).slice(before) };
  };

  const held = stack.move();
  return {
    house: opened,
    slack,
    nexus,
    ask,
    replies,
    whispers,
    async linkAda() {
      const code = /\b[A-Z0-9]{4}-[A-Z0-9]{4}\b/.exec(textOf(await opened.say("link")))?.[0];
      if (code === undefined) throw new Error("the terminal gave no code");
      await ask(ADA, DM[ADA], `link ${code}`);
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** All the words of a message: its text and whatever its blocks say. */
export function wordsOf(message: SeenMessage | undefined): string {
  return JSON.stringify([message?.text, message?.blocks]);
}
