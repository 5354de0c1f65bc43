import { z } from "zod";
import type { DoorMemory, Outbound } from "#core/contract/door.ts";
import type { ConversationKey, OutboxId, TurnId } from "#core/contract/ids.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import { OpenInteraction } from "./open-interaction.ts";

const LiveTurn = z.object({
  atMs: z.number(),
  /** What a person did that waits for its answer. */
  interaction: OpenInteraction.optional(),
  /** Whose it is, and in which conversation of core's they did it. */
  by: z.object({ userId: z.string(), conversation: z.string() }).optional(),
  /** The message that says what is being done, and that the answer takes the place of. */
  progress: z.object({ channelId: z.string(), messageId: z.string() }).optional(),
  /** The outbound that took the first place: the interaction's own message, or that of the progress. */
  firstBy: z.string().optional(),
  /** Outbounds that one person alone was shown, and as which message: Discord lists these to nobody. */
  shownAlone: z.record(z.string(), z.object({ channelId: z.string(), messageId: z.string() })).optional(),
});

/** What is on show of a turn that has not been answered yet. */
export type LiveTurn = z.infer<typeof LiveTurn>;

/**
 * The turns that something is on show of. It is kept over a restart, so that nothing goes on saying that it works, and
 * an answer given again takes the same place again.
 */
export interface LiveTurns {
  /** Reads what the last run left. */
  restore(): Promise<void>;
  /** A turn of this conversation is being written to the inbox: whoever delivers to it waits until it is known. */
  arriving(conversation: ConversationKey, arrival: Promise<unknown>): void;
  begin(turnId: TurnId, interaction: OpenInteraction, by: NonNullable<LiveTurn["by"]>): LiveTurn;
  get(turnId: TurnId): LiveTurn | undefined;
  /**
   * The turn of an outbound, once nothing of its live side is still being drawn; undefined for what a decision leads to
   * elsewhere or for somebody else, which must not go the way of whoever decided.
   */
  settled(outbound: Outbound): Promise<LiveTurn | undefined>;
  showProgress(turnId: TurnId, progress: { channelId: string; messageId: string }): void;
  /** A drawing of this turn is under way. */
  drawing(turnId: TurnId, drawing: Promise<unknown>): void;
  /** Gives the first place to an outbound; false when another has it. */
  takeFirst(turn: LiveTurn, outbox: OutboxId): boolean;
  /** Remembers an outbound that one person alone was shown. */
  showAlone(turn: LiveTurn, outbox: OutboxId, message: { channelId: string; messageId: string }): void;
  /** Writes down what has changed. */
  save(turnId: TurnId): Promise<void>;
}

/** Makes the record of live turns. */
export function createLiveTurns(memory: DoorMemory, clock: Clock, log: Log): LiveTurns {
  const turns = new Map<string, LiveTurn>();
  const arrivals = new Map<ConversationKey, Set<Promise<unknown>>>();
  const drawings = new Map<TurnId, Promise<unknown>>();

  const forgetOld = async () => {
    const before = clock().getTime() - KEPT_MS;
    for (const [turnId, { atMs }] of turns) {
      if (atMs > before) return; // the map is in the order of beginning
      turns.delete(turnId);
      await memory.delete(PREFIX + turnId);
    }
  };
  const save = async (turnId: TurnId) => {
    const turn = turns.get(turnId);
    if (turn === undefined) return;
    await memory.setSecret(PREFIX + turnId, JSON.stringify(turn)).catch((err: unknown) => {
      log.warn({ err, turn: turnId }, "what is on show of a turn is not kept over a restart");
    });
  };
  const begin = (turnId: TurnId, more: Omit<LiveTurn, "atMs">): LiveTurn => {
    const turn: LiveTurn = { atMs: clock().getTime(), ...more };
    turns.set(turnId, turn);
    forgetOld().catch((err: unknown) => log.warn({ err }, "old live turns could not be forgotten"));
    return turn;
  };

  return {
    async restore() {
      const before = clock().getTime() - KEPT_MS;
      for (const key of await memory.keys(PREFIX)) {
        const kept = readTurn(await memory.getSecret(key));
        if (kept === undefined || kept.atMs <= before) await memory.delete(key);
        else turns.set(key.slice(PREFIX.length), kept);
      }
    },
    arriving(conversation, arrival) {
      const all = arrivals.get(conversation) ?? new Set();
      arrivals.set(conversation, all.add(arrival));
      const over = () => {
        all.delete(arrival);
        if (all.size === 0 && arrivals.get(conversation) === all) arrivals.delete(conversation);
      };
      arrival.then(over, over);
    },
    begin: (turnId, interaction, by) => begin(turnId, { interaction, by }),
    get: (turnId) => turns.get(turnId),
    async settled({ turnId, conversation, actor }) {
      await Promise.allSettled(arrivals.get(conversation.key) ?? new Set<Promise<unknown>>());
      await Promise.allSettled([drawings.get(turnId)]);
      const turn = turns.get(turnId);
      const by = turn?.by;
      const isTheirs = by === undefined || (by.userId === actor.id && by.conversation === conversation.key);
      return isTheirs ? turn : undefined;
    },
    showProgress(turnId, progress) {
      const known = turns.get(turnId);
      if (known === undefined) begin(turnId, { progress });
      else known.progress = progress;
    },
    drawing(turnId, drawing) {
      const over = () => {
        if (drawings.get(turnId) === drawing) drawings.delete(turnId);
      };
      drawings.set(turnId, drawing);
      drawing.then(over, over);
    },
    takeFirst(turn, outbox) {
      turn.firstBy ??= outbox;
      return turn.firstBy === outbox;
    },
    showAlone(turn, outbox, message) {
      turn.shownAlone = { ...turn.shownAlone, [outbox]: message };
    },
    save,
  };
}

const PREFIX = "turn:";
/** As long as an answer may wait. */
const KEPT_MS = 60 * 60_000;

function readTurn(text: string | undefined): LiveTurn | undefined {
  if (text === undefined) return undefined;
  try {
    return LiveTurn.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
