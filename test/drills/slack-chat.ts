import { startSlack } from "#test/platforms/slack/slack.ts";
import type { DrillChat, DrillChatOptions } from "./drill-chat.ts";

/** Slack: each conversation is a thread in a channel of its own, in which one person mentions the bot. */
export async function openSlackChat({ ageMs: firstAgeMs, deliveries }: DrillChatOptions): Promise<DrillChat> {
  let ageMs = firstAgeMs;
  const slack = await startSlack({
    clock: () => new Date(Date.now() - ageMs),
    deliveries,
    // The vendor's pauses, a minute and five, made short.
    retryDelaysMs: [0, 2_000, 6_000, 15_000],
  });
  const roots = new Map<number, { readonly channel: string; readonly ts: string }>();
  const last = new Map<number, string>();
  const userOf = (conversation: number): string => `U${String(conversation).padStart(8, "0")}`;
  const channelOf = (conversation: number): string => `C${String(conversation).padStart(8, "0")}`;
  const mention = `<@${slack.botUserId}>`;

  let opened = 0;

  async function say(conversation: number, text: string): Promise<void> {
    const channel = channelOf(conversation);
    const root = roots.get(conversation);
    const { ts } = await slack.post({
      channel,
      user: userOf(conversation),
      text: `${mention} ${text}`,
      ...(root && { threadTs: root.ts }),
    });
    if (root === undefined) roots.set(conversation, { channel, ts });
    last.set(conversation, ts);
  }

  return {
    settings: {
      NEXUS_SLACK_BOT_TOKEN: slack.botToken,
      NEXUS_SLACK_APP_TOKEN: slack.appToken,
      NEXUS_SLACK_API_URL: slack.apiUrl,
    },
    isConnected: () => slack.connections > 0,
    say,
    async edit(conversation) {
      const ts = last.get(conversation);
      if (ts !== undefined) await slack.edit(channelOf(conversation), ts, `${mention} help`);
    },
    open() {
      const conversation = opened;
      opened += 1;
      const [user, channel] = [userOf(conversation), channelOf(conversation)];
      slack.addPerson({ id: user, name: `person ${conversation}` });
      slack.addChannel({ id: channel, name: `channel-${conversation}`, kind: "channel", members: [user] });
      return conversation;
    },
    age: (ms) => void (ageMs = ms),
    rotate: () => slack.rotate(),
    replies: (conversation) =>
      slack
        .messages(channelOf(conversation))
        .filter(({ isOurs }) => isOurs)
        .map(({ text }) => text),
    refusals: slack.refusals,
    [Symbol.asyncDispose]: () => slack[Symbol.asyncDispose](),
  };
}
