import { randomUUID } from "node:crypto";
import { fstatSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { runTerminal, type TerminalResult } from "#bot/console/terminal.ts";
import type { TerminalOptions } from "#bot/console/terminal-options.ts";
import { type Config, readTerminal } from "#config.ts";

export interface Talk {
  readonly duplex: Duplex;
  readonly reconnect?: () => Promise<Duplex>;
  readonly mode: "interactive" | "piped" | "ask";
  readonly question?: string;
  readonly files?: readonly string[];
  readonly channel: string;
  readonly plain: boolean;
  readonly onReply?: TerminalOptions["onReply"];
}

/** Talks over a connection to the console door with this process's own keyboard and screen. */
export function talk(config: Config, how: Talk): Promise<TerminalResult> {
  return runTerminal(terminalOptions(config, how));
}

/** This process's own keyboard and screen, for a conversation over a connection to the console door. */
export function terminalOptions(
  config: Config,
  { duplex, reconnect, mode, question, files, channel, plain, onReply }: Talk,
): TerminalOptions {
  const { colour, dumb } = readTerminal();
  const isTty = process.stdout.isTTY && !dumb;
  return {
    duplex,
    ...(reconnect && { reconnect }),
    input: process.stdin,
    output: process.stdout,
    columns: () => process.stdout.columns ?? 80,
    colour: colour && isTty && !plain,
    isTty,
    plain,
    mode,
    ...(question !== undefined && { question }),
    ...(files && { files }),
    channel,
    ...(mode === "interactive" && { historyPath: join(config.dataDir, "console-history") }),
    folders: { current: process.cwd(), home: homedir() },
    asker: { locale: config.locale, timeZone: config.timeZone },
    newId: randomUUID,
    clock: () => new Date(),
    ...(onReply && { onReply }),
  };
}

/** How a person, a pipe or nobody is at the other end of standard input. */
export function attendance(): "person" | "pipe" | "nobody" {
  if (process.stdin.isTTY && process.stdout.isTTY) return "person";
  // A service manager gives /dev/null, which is a character device; a shell gives a pipe, a file or a socket.
  return isPiped() ? "pipe" : "nobody";
}

function isPiped(): boolean {
  try {
    const input = fstatSync(process.stdin.fd);
    return input.isFIFO() || input.isFile() || input.isSocket();
  } catch {
    return false; // standard input is closed
  }
}
