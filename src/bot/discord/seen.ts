import type { DoorMemory } from "#core/contract/door.ts";
import type { Log } from "#core/contract/ports.ts";
import { isOlder, snowflakeAt, snowflakeMs } from "./parse/snowflake.ts";

/**
 * Up to which message everything heard is in the inbox. What came while NEXUS was down, or had not been written when it
 * was killed, lies behind that mark and is asked for at the next start.
 */
export interface Seen extends AsyncDisposable {
  /**
   * The mark of this run, or else of the last; undefined when there is none yet.
   * Never rejects: what cannot be told is read from the beginning.
   */
  mark(): Promise<string | undefined>;
  /** Sets the mark, unless there is one. */
  start(id: string): Promise<void>;
  begin(messageId: string): void;
  /** What was begun has ended: it is in the inbox, or was not for us. */
  done(messageId: string): void;
  /** Keeps the mark where it is until released: what lies behind it has not been asked for yet. */
  hold(): Disposable;
}

/** Makes the mark. It is written at most once a second: one that lags only makes messages be asked for twice. */
export function createSeen(memory: DoorMemory, log: Log): Seen {
  const pending = new Map<string, number>();
  let holds = 0;
  let newest: string | undefined;
  let written: string | undefined;
  let timer: NodeJS.Timeout | undefined;

  const reached = (): string | undefined => {
    const heard = holds > 0 ? undefined : current();
    if (heard === undefined) return written;
    const mark = before(heard);
    return written === undefined || isOlder(written, mark) ? mark : written;
  };
  const current = (): string | undefined => {
    const oldest = [...pending.keys()].reduce<string | undefined>(
      (least, id) => (least === undefined || isOlder(id, least) ? id : least),
      undefined,
    );
    return oldest === undefined ? newest : String(BigInt(oldest) - 1n);
  };
  const keep = async (mark: string) => {
    written = mark;
    await memory.set(KEY, mark).catch((err: unknown) => log.warn({ err }, "how far Discord was heard is not kept"));
  };
  const write = async () => {
    timer = undefined;
    const mark = reached();
    if (mark !== undefined && mark !== written) await keep(mark);
  };

  const soon = () => {
    timer ??= setTimeout(() => void write(), written === undefined ? 0 : WRITE_MS).unref();
  };

  return {
    async mark() {
      const mark = reached();
      if (mark !== undefined) return mark;
      try {
        const kept = await memory.get(KEY);
        return typeof kept === "string" && /^\d+$/.test(kept) ? kept : undefined;
      } catch (err) {
        log.error({ err }, "how far Discord was heard is not known");
        return "0";
      }
    },
    async start(id) {
      if (written === undefined) await keep(id);
    },
    begin: (id) => void pending.set(id, (pending.get(id) ?? 0) + 1),
    done(id) {
      const left = (pending.get(id) ?? 1) - 1;
      if (left > 0) pending.set(id, left);
      else pending.delete(id);
      if (newest === undefined || isOlder(newest, id)) newest = id;
      soon();
    },
    hold() {
      holds += 1;
      return {
        [Symbol.dispose]() {
          holds -= 1;
          soon();
        },
      };
    },
    async [Symbol.asyncDispose]() {
      clearTimeout(timer);
      await write();
    },
  };
}

/** Messages of different channels may come in another order than that of their ids. */
function before(id: string): string {
  return snowflakeAt(snowflakeMs(id) - OVERLAP_MS);
}

const KEY = "seen";
const OVERLAP_MS = 5_000;
const WRITE_MS = 1_000;
