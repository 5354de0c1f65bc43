import { z } from "zod";
import type { DoorMemory } from "#core/contract/door.ts";
import { ConversationKey } from "#core/contract/ids.ts";
import type { Conversation, MessageRef } from "#core/contract/message.ts";
import { asNexusError } from "#core/contract/errors.ts";
import type { Log } from "#core/contract/ports.ts";
import type { Reply } from "#core/contract/reply.ts";
import type { SlackApi } from "#bot/slack/web/slack-api.ts";
import { createOpenCards } from "./open-cards.ts";

/** How a workspace shows that somebody works for a person, best first. */
const WAYS = ["session", "assistant", "reaction", "none"] as const;
type Way = (typeof WAYS)[number];

/** The sign that a question was heard: there within moments, and gone when the answer is there. */
export interface Attention {
  /** A turn may begin: false when the sign of an earlier one is still there. */
  expect(conversation: Conversation): boolean;
  /** Shows the sign, unless the turn is over already. */
  show(conversation: Conversation, source: MessageRef | undefined): void;
  /** Takes the sign away. Harmless when there is none. */
  clear(conversation: Conversation): void;
  /** A card of an approval was shown, or redrawn: while one is open, the conversation waits for a person. */
  card(conversation: Conversation, card: NonNullable<Reply["card"]>): void;
  /** Whether Slack itself shows a button that stops the turn. */
  hasStop(conversation: Conversation): boolean;
  /** Takes away what an earlier run of this process left standing. */
  clearLeftovers(signal: AbortSignal): Promise<void>;
  /** Resolves when nothing is on its way to Slack. */
  settled(): Promise<void>;
}

export interface AttentionDeps {
  readonly api: SlackApi;
  readonly memory: DoorMemory;
  readonly closing: AbortSignal;
  readonly log: Log;
}

const Sign = z.object({
  tenantId: z.string(),
  channelId: z.string(),
  threadTs: z.string(),
  sourceTs: z.string().nullable(),
  way: z.enum(WAYS),
});
type Sign = z.infer<typeof Sign>;

interface Shown {
  sign: Sign | undefined;
}

/** What Slack is told of a conversation. https://docs.slack.dev/ai/agent-sessions */
type Status = "processing" | "active" | "suspended";

/** What is answered sooner needs no sign, and costs Slack two calls less. Half a second is the bar for being heard. */
const QUICK_MS = 150;

const KEPT = "sign:";
const EYES = "eyes";
const Nothing = z.looseObject({});

/** Creates the sign for all conversations. */
export function createAttention({ api, memory, closing, log }: AttentionDeps): Attention {
  const live = new Map<string, Shown>();
  const order = new Map<string, Promise<void>>();
  const ways = new Map<string, Way>();
  const cards = createOpenCards(memory);

  /** One conversation's calls one after the other: a sign must not be taken away before it is there. */
  function inOrder(key: ConversationKey, work: () => Promise<void>): void {
    const next = (order.get(key) ?? Promise.resolve())
      .then(work)
      .catch((thrown: unknown) =>
        log.debug({ err: asNexusError(thrown) }, "the sign of a working turn was not changed"),
      )
      .finally(() => order.get(key) === next && order.delete(key));
    order.set(key, next);
  }

  async function put(key: ConversationKey, shown: Shown, base: Omit<Sign, "way">): Promise<void> {
    if (live.get(key) !== shown) return;
    for (const way of WAYS.slice(WAYS.indexOf(bestWay(base.tenantId)))) {
      const sign = { ...base, way };
      const outcome = await set(sign, "processing", closing);
      // What a workspace does not know at all is not asked of it again; what failed once may work the next time.
      if (outcome === "unknown" && ways.get(base.tenantId) !== "none") ways.set(base.tenantId, after(way));
      if (outcome !== "done") continue;
      shown.sign = sign;
      await memory.set(`${KEPT}${key}`, sign);
      return;
    }
  }

  async function takeAway(key: ConversationKey, sign: Sign): Promise<void> {
    await set(sign, await atRest(key), closing);
    await memory.delete(`${KEPT}${key}`);
  }

  async function atRest(key: ConversationKey): Promise<Status> {
    return (await cards.isWaiting(key)) ? "suspended" : "active";
  }

  function bestWay(tenantId: string): Way {
    return ways.get(tenantId) ?? "session";
  }

  async function set(sign: Sign, status: Status, signal: AbortSignal): Promise<"done" | "refused" | "unknown"> {
    const call = callFor(sign, status);
    if (call === undefined) return "done";
    const line = { tenantId: sign.tenantId, lane: "interactive" } as const;
    const answer = await api.ask(line, call.method, call.args, Nothing, signal);
    if (answer.ok || answer.error === "already_reacted" || answer.error === "no_reaction") return "done";
    return answer.error === "unknown_method" ? "unknown" : "refused";
  }

  return {
    expect({ key }) {
      if (live.has(key)) return false;
      live.set(key, { sign: undefined });
      return true;
    },
    show({ key, tenantId, channelId, threadId }, source) {
      const shown = live.get(key);
      if (shown === undefined || threadId === undefined) return;
      const sourceTs = source === undefined || source.ephemeral ? null : source.messageId;
      const base = { tenantId, channelId, threadTs: threadId, sourceTs };
      setTimeout(() => inOrder(key, () => put(key, shown, base)), QUICK_MS);
    },
    clear({ key }) {
      const shown = live.get(key);
      if (shown === undefined) return;
      live.delete(key);
      inOrder(key, async () => {
        if (shown.sign !== undefined) await takeAway(key, shown.sign);
      });
    },
    card({ key, tenantId, channelId, threadId }, card) {
      inOrder(key, async () => {
        const isChanged = await cards.note(key, card);
        // While a turn runs, its end tells.
        if (!isChanged || threadId === undefined || live.has(key) || bestWay(tenantId) !== "session") return;
        const sign = { tenantId, channelId, threadTs: threadId, sourceTs: null, way: "session" } as const;
        await set(sign, await atRest(key), closing);
      });
    },
    hasStop: ({ key }) => live.get(key)?.sign?.way === "session",
    async clearLeftovers(signal) {
      for (const name of await memory.keys(KEPT)) {
        if (signal.aborted) return;
        const key = ConversationKey.parse(name.slice(KEPT.length));
        const sign = Sign.safeParse(await memory.get(name)).data;
        if (live.has(key)) continue;
        if (sign === undefined) await memory.delete(name);
        else inOrder(key, () => takeAway(key, sign));
      }
    },
    settled: async () => void (await Promise.all(order.values())),
  };
}

function after(way: Way): Way {
  return WAYS[WAYS.indexOf(way) + 1] ?? "none";
}

interface SlackCall {
  readonly method: string;
  readonly args: Readonly<Record<string, unknown>>;
}

/** https://docs.slack.dev/ai/agent-sessions, and what there was before. */
function callFor({ way, channelId, threadTs, sourceTs }: Sign, status: Status): SlackCall | undefined {
  const isOn = status === "processing";
  switch (way) {
    case "session":
      return {
        method: "agents.sessions.setStatus",
        args: { channel_id: channelId, thread_ts: threadTs, status },
      };
    case "assistant":
      return {
        method: "assistant.threads.setStatus",
        args: { channel_id: channelId, thread_ts: threadTs, status: isOn ? "is working on it…" : "" },
      };
    case "reaction":
      if (sourceTs === null) return undefined;
      return {
        method: isOn ? "reactions.add" : "reactions.remove",
        args: { channel: channelId, timestamp: sourceTs, name: EYES },
      };
    case "none":
      return undefined;
    default:
      return way satisfies never;
  }
}
