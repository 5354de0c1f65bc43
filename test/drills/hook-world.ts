import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { openStore } from "#core/store/store.ts";
import { testActor } from "#test/platforms/test-message.ts";
import type { DrillHook } from "./hook-sender.ts";
import { type Appeared, type InstallPlatform, openInstallPlatform, tokenOf } from "./install-platform.ts";

/** The service as it runs once. */
export interface HookLife {
  readonly origin: string;
  /** Begins to count what is written. */
  arm(): Promise<void>;
  /** The steps that it told of while it only counted, by their names. */
  steps(): readonly string[];
  kill(): void;
  /** Resolves when it has ended, with whether that was by SIGKILL. */
  readonly ended: Promise<boolean>;
  end(): Promise<void>;
}

/** What the drill of hooks plays with: a platform, one data directory, and the service on it, life after life. */
export interface HookWorld extends AsyncDisposable {
  readonly platform: InstallPlatform;
  /** Is told of each post that has just appeared and is not acknowledged yet. */
  onShown: () => void;
  /** Where the service listens; undefined while there is none. */
  readonly origin: () => string | undefined;
  /** How often it was started. */
  readonly starts: number;
  /** What it said went wrong, or that it ended by itself. */
  readonly complaints: string[];
  /** Starts it once more. @param dieBefore the step after `arm` that it dies before; without one it counts */
  live(dieBefore: string | undefined, signal: AbortSignal): Promise<HookLife>;
  /** Sets hooks up as an admin does: in words, with the secret from the page behind the link. */
  setUp(count: number, signal: AbortSignal): Promise<readonly DrillHook[]>;
}

export async function openHookWorld(): Promise<HookWorld> {
  const root = mkdtempSync(join(tmpdir(), "nexus-hooks-"));
  const dataDir = join(root, "data");
  let onShown = (): void => undefined;
  const platform = await openInstallPlatform(join(root, "platform.sock"), () => onShown());
  const complaints: string[] = [];
  let current: HookLife | undefined;
  let starts = 0;

  async function live(dieBefore: string | undefined, signal: AbortSignal): Promise<HookLife> {
    starts += 1;
    const life = await startLife(
      [dataDir, platform.socketPath, ...(dieBefore === undefined ? [] : [dieBefore])],
      complaints,
      signal,
    );
    current = life;
    void life.ended.then(() => {
      if (current === life) current = undefined;
    });
    return life;
  }

  return {
    platform,
    get onShown() {
      return onShown;
    },
    set onShown(told) {
      onShown = told;
    },
    origin: () => current?.origin,
    get starts() {
      return starts;
    },
    complaints,
    live,
    async setUp(count, signal) {
      mkdirSync(dataDir);
      await makeOwner(join(dataDir, "nexus.db"));
      const life = await live(undefined, signal);
      const hooks: DrillHook[] = [];
      for (let index = 0; index < count; index += 1) hooks.push(await setUpOne(platform, life.origin, index, signal));
      await life.end();
      return hooks;
    },
    async [Symbol.asyncDispose]() {
      await current?.end();
      platform[Symbol.dispose]();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

async function makeOwner(path: string): Promise<void> {
  await using store = await openStore(path, { clock: () => new Date() });
  const { org, person } = await store.people.identify(testActor("acme", "ada"));
  await store.forOrg(org).roles.set(person, "owner", undefined);
}

async function setUpOne(
  platform: InstallPlatform,
  origin: string,
  index: number,
  signal: AbortSignal,
): Promise<DrillHook> {
  const answerTo = async (turn: string): Promise<Appeared> =>
    platform.appeared(({ turnId }) => turnId === turn, signal);
  const plan = await answerTo(await platform.say("ada", `let a program called Sender ${index} post here`, signal));
  const done = await answerTo(await platform.press("ada", tokenOf(plan, "Do It"), signal));
  const link = await answerTo(await platform.press("ada", tokenOf(done, "Address and Secret"), signal));
  const page = /nexus\.example\.com(?<path>\/hook-secret\/[\w.-]+)/.exec(JSON.stringify(link.reply))?.groups?.["path"];
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const shown = await (await fetch(`${origin}${page}`, { method: "POST", headers, body: "", signal })).text();
  const [address = "", secret = ""] = [...shown.matchAll(/<code[^>]*>([^<]+)</g)].map(([, text]) => text);
  return { path: new URL(address).pathname, secret };
}

const Step = z.object({ step: z.string() });

async function startLife(args: readonly string[], complaints: string[], signal: AbortSignal): Promise<HookLife> {
  const program = fileURLToPath(new URL("hook-service.ts", import.meta.url));
  const child: ChildProcess = spawn(process.execPath, [program, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { PATH: process.env["PATH"] ?? "", NEXUS_RUNNERS: "1", NEXUS_LOCALE: "en-CA", NEXUS_TIME_ZONE: "UTC" },
  });
  let printed = "";
  const heard = Promise.withResolvers<string>();
  const armed = Promise.withResolvers<void>();
  child.stdout?.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
    const origin = /^listening (\S+)$/m.exec(printed)?.[1];
    if (origin !== undefined) heard.resolve(origin);
    if (/^armed$/m.test(printed)) armed.resolve();
  });
  let isWanted = false;
  // What is cut short by a quick end may complain of that.
  child.stderr?.setEncoding("utf8").on("data", (text: string) => void (isWanted || complaints.push(text.trim())));
  const ended = once(child, "close").then(([code, signalled]) => {
    if (!isWanted && signalled !== "SIGKILL") complaints.push(`it ended by itself: ${code ?? signalled}`);
    heard.reject(
      new Error(signal.aborted ? "the time was up" : `the service ended before it listened: ${complaints.join("; ")}`),
    );
    armed.resolve();
    return signalled === "SIGKILL";
  });
  const stop = (): void => void child.kill("SIGKILL");
  signal.addEventListener("abort", stop, { once: true });
  const origin = await heard.promise;
  return {
    origin,
    arm() {
      child.kill("SIGUSR2");
      return armed.promise;
    },
    steps: () =>
      printed.split("\n").flatMap((line) => (line.startsWith("{") ? [Step.parse(JSON.parse(line)).step] : [])),
    kill: () => void child.kill("SIGKILL"),
    ended,
    async end() {
      isWanted = true;
      child.kill("SIGTERM");
      const timer = setTimeout(() => child.kill("SIGKILL"), 10_000);
      await ended;
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
    },
  };
}
