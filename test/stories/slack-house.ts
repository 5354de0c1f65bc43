import { vi } from "vitest";
import { controlsOf } from "#test/platforms/slack/act/controls.ts";
import { type LoopbackSlack, startSlack, type SlackOptions } from "#test/platforms/slack/slack.ts";
import type { SeenMessage, Upload } from "#test/platforms/slack/seen.ts";
import type { View } from "#test/platforms/slack/views.ts";
import { type House, type HouseOptions, openHouse, OPENWEATHER_KEY, textOf } from "./house.ts";

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
  /** All the bot has said in a channel, threads included. */
  said(channel: string): readonly SeenMessage[];
  /** Resolves with the newest message of the bot's in a channel that fits, once there is one. */
  shown(channel: string, fits: (message: SeenMessage) => boolean): Promise<SeenMessage>;
  /** The same among what only this person sees. */
  whispered(user: string, fits: (message: SeenMessage) => boolean): Promise<SeenMessage>;
  /** The modal in front of this person, once there is one. */
  view(user: string): Promise<View>;
  /** A file of the bot's, once it is there. */
  uploaded(name: string): Promise<Upload>;
  /** Presses a button of a message by what it says, whatever its capitals. */
  press(user: string, channel: string, message: SeenMessage, label: string): Promise<void>;
  /** Types `/nexus …`, and resolves with what only this person sees of it. */
  command(user: string, channel: string, text: string): Promise<SeenMessage>;
  /** Makes Ada the owner, as a person would: a code from the terminal, sent in a direct message. */
  linkAda(): Promise<void>;
  /** Ada, the owner by then, connects OpenWeather in her direct message: by a button, in a modal. */
  connectWeather(): Promise<void>;
  /** Ends NEXUS and starts it again on the same data; `between` runs while it is down. */
  restart(between?: () => void): Promise<void>;
}

export type SlackHouseOptions = SlackOptions & Pick<HouseOptions, "settings" | "bundles" | "vendors">;

/** Lets people live with NEXUS in Slack, well-mannered to the end. */
export async function live(
  story: (house: SlackHouse) => Promise<void>,
  options: SlackHouseOptions = {},
): Promise<void> {
  await using house = await openSlackHouse(options);
  await story(house);
  await expectGoodManners(house);
}

/** @throws Error when Slack has refused anything, or waited for an acknowledgement */
export async function expectGoodManners({ slack }: SlackHouse): Promise<void> {
  await slack.settled();
  const late = slack.acks.filter((ack) => ack.late);
  if (slack.refusals.length === 0 && late.length === 0) return;
  throw new Error(`Slack complains: ${JSON.stringify([slack.refusals, late])}`);
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

export async function openSlackHouse(options: SlackHouseOptions = {}): Promise<SlackHouse> {
  const { settings, bundles = [], vendors = {}, ...slackOptions } = options;
  await using stack = new AsyncDisposableStack();
  let house: House | undefined;
  const slack = stack.use(
    await startSlack({ clock: () => house?.now() ?? new Date("2026-11-20T20:00:00Z"), ...slackOptions }),
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
        ...settings,
      },
      bundles,
      vendors,
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

  const said = (channel: string): readonly SeenMessage[] => slack.messages(channel).filter(({ isOurs }) => isOurs);
  const whispered: SlackHouse["whispered"] = (user, fits) =>
    vi.waitUntil(() => whispers(user).findLast(fits), PATIENCE);

  const view = (user: string): Promise<View> => vi.waitUntil(() => slack.views(user).at(-1), PATIENCE);

  const held = stack.move();
  return {
    house: opened,
    slack,
    nexus,
    ask,
    replies,
    whispers,
    said,
    shown: (channel, fits) => vi.waitUntil(() => said(channel).findLast(fits), PATIENCE),
    whispered,
    view,
    uploaded: (name) => vi.waitUntil(() => slack.uploads.find((upload) => upload.name === name), PATIENCE),
    async press(user, channel, message, label) {
      const exact = labelsIn(message).find((one) => one.toLowerCase() === label.toLowerCase());
      await slack.press({ channel, ts: message.ts, label: exact ?? label, user });
    },
    async command(user, channel, text) {
      const before = whispers(user).length;
      await slack.slash({ command: "/nexus", text, channel, user });
      await vi.waitUntil(() => whispers(user).length > before, PATIENCE);
      return whispered(user, () => true);
    },
    async linkAda() {
      const code = /\b[A-Z0-9]{4}-[A-Z0-9]{4}\b/.exec(textOf(await opened.say("link")))?.[0];
      if (code === undefined) throw new Error("the terminal gave no code");
      await ask(ADA, DM[ADA], `link ${code}`);
    },
    async connectWeather() {
      const { replies } = await ask(ADA, DM[ADA], "connect weather");
      const opener = replies[0];
      if (opener === undefined) throw new Error("there is no button for the form");
      await slack.press({ channel: DM[ADA], ts: opener.ts, label: labelsIn(opener)[0] ?? "", user: ADA });
      const form = await view(ADA);
      await slack.submit({ viewId: form.id, values: { "API key": OPENWEATHER_KEY }, user: ADA });
      await vi.waitUntil(() => said(DM[ADA]).some(({ text }) => text.startsWith("Connected")), PATIENCE);
    },
    async restart(between) {
      await opened.restart(between);
      await vi.waitUntil(() => slack.connections > 0, PATIENCE);
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** What the buttons of a message say, in order. */
export function labelsIn({ blocks }: Pick<SeenMessage, "blocks">): readonly string[] {
  return controlsOf(blocks).map(({ label }) => label);
}

/** All the words of a message: its text and whatever its blocks say. */
export function wordsOf(message: SeenMessage | undefined): string {
  return JSON.stringify([message?.text, message?.blocks]);
}
