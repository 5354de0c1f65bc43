import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { connectToRunning } from "#cli/running.ts";
import { readConfig } from "#config.ts";
import { type ConsoleTerminal, openTerminal, PATIENCE } from "./console-terminal.ts";

/** How a child process ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The real `nexus` command as a child process. Disposing kills it. */
export interface Command extends AsyncDisposable {
  readonly pid: number;
  stdout(): string;
  stderr(): string;
  /** Types a line into its standard input. */
  type(line: string): void;
  /** Closes its standard input. */
  closeInput(): void;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

export interface CommandOptions {
  readonly dataDir: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** What its standard input is: a pipe that the test writes to, a text and then its end, or /dev/null. */
  readonly input?: "pipe" | "null" | { readonly text: string };
  /** What runs before Node, to put it into a cage: a program and its arguments. */
  readonly within?: readonly [string, ...string[]];
}

/** Runs `node src/cli/nexus.ts …` with nothing of this process's environment but the path. */
export function run(args: readonly string[], options: CommandOptions): Command {
  const { input = "null", within } = options;
  const line = [...(within ?? []), process.execPath, join("src", "cli", "nexus.ts"), ...args];
  const [program = "", ...rest] = line;
  const child: ChildProcess = spawn(program, rest, {
    env: {
      PATH: process.env["PATH"] ?? "",
      NEXUS_DATA_DIR: options.dataDir,
      NEXUS_HTTP_PORT: "off",
      NEXUS_LOCALE: "en-CA",
      NEXUS_TIME_ZONE: "America/Toronto",
      NEXUS_RUNNERS: "1",
      ...options.settings,
    },
    stdio: [input === "null" ? "ignore" : "pipe", "pipe", "pipe"],
  });
  const heard = { stdout: "", stderr: "" };
  child.stdout?.setEncoding("utf8").on("data", (text: string) => void (heard.stdout += text));
  child.stderr?.setEncoding("utf8").on("data", (text: string) => void (heard.stderr += text));
  // A process that ends before it has read everything is not the writer's trouble.
  child.stdin?.on("error", () => undefined);
  if (typeof input === "object") child.stdin?.end(input.text);
  const ended = once(child, "close").then(([code, signal]): Ended => ({ code, signal }));
  return {
    pid: child.pid ?? 0,
    stdout: () => heard.stdout,
    stderr: () => heard.stderr,
    type: (text) => void child.stdin?.write(`${text}\n`),
    closeInput: () => void child.stdin?.end(),
    kill: (signal) => void child.kill(signal),
    ended,
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

/** A command run to its end. */
export async function finish(args: readonly string[], options: CommandOptions): Promise<Ended & Printed> {
  await using command = run(args, options);
  const { code, signal } = await command.ended;
  return { code, signal, stdout: command.stdout(), stderr: command.stderr() };
}

export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

/** Attaches to the service on a data directory, as soon as it is there. */
export async function attach(dataDir: string, channel?: string): Promise<ConsoleTerminal> {
  const config = readConfig({ NEXUS_DATA_DIR: dataDir });
  const socket = await vi.waitUntil(() => connectToRunning(config).catch(() => undefined), PATIENCE);
  return openTerminal(socket, channel);
}

/** A data directory that goes with the test. */
export function temporaryDir(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), "nexus-story-"));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

/** What a stack trace looks like. */
export const STACK = /^\s+at .+:\d+/m;

/** Mounts of its own for a command, made by `setUp` (a line of shell) in a user namespace: no root is needed. Linux only. */
export function cage(setUp: string): [string, ...string[]] {
  return ["unshare", "-Urm", "sh", "-c", `${setUp} && exec "$@"`, "sh"];
}
