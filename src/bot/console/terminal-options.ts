import type { ReplyMessage } from "./dialogue.ts";
import type { Duplex, Readable, Writable } from "node:stream";
import type { Clock } from "#core/contract/ports.ts";

/** What a terminal is given: its connection, its streams, and what they can show. */
export interface TerminalOptions {
  /** The connection to the door. */
  readonly duplex: Duplex;
  /** Opens it anew when it breaks; without it the terminal ends then. */
  readonly reconnect?: () => Promise<Duplex>;
  readonly input: Readable;
  readonly output: Writable;
  /** Asked anew for every drawing, so that a resized window is drawn to its size. */
  readonly columns: () => number;
  readonly colour: boolean;
  readonly isTty: boolean;
  /** For screen readers: words only, and nothing moves. */
  readonly plain?: boolean;
  /** `interactive` talks, `piped` answers each line of its input, `ask` answers `question`. */
  readonly mode: "interactive" | "piped" | "ask";
  readonly question?: string;
  /** Absolute paths of files that go with the question. */
  readonly files?: readonly string[];
  /** Which conversation this is: a fresh name starts one, a known one goes on with it. */
  readonly channel: string;
  readonly historyPath?: string;
  /** Where `./` and `~/` lead, in the paths of dropped files. */
  readonly folders: { readonly current: string; readonly home: string };
  readonly asker: { readonly locale?: string; readonly timeZone?: string };
  /** A UUID for each thing sent. */
  readonly newId: () => string;
  readonly clock: Clock;
  /** Told of every reply that was drawn. */
  readonly onReply?: (message: ReplyMessage) => void;
}
