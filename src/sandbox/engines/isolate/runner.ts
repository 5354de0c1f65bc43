/**
 * The runner: a process of its own that runs one bundle's code, and nothing else, for the parent that started it. It has
 * an empty environment, may read next to no file and holds no secret.
 *
 * Module code runs on the main thread: handing it to another cost 0.1 ms, and 1 to 8 on a busy machine. While it runs the
 * process hears nothing, so whoever wants it to end kills it.
 */
import ivm from "isolated-vm";
import type { CodeFile, Ended, FromRunner, ToRunner, WireCall } from "#sandbox/wire.ts";
import { createContexts, type Opened, type Prepared } from "./contexts.ts";

interface Loaded {
  readonly isolate: ivm.Isolate;
  readonly memoryMib: number;
  readonly code: ReadonlyMap<string, string>;
  next: Prepared;
  calls: number;
}

/** An isolate for what is loaded next, made while there is nothing to do: a bundle gets a new one again and again. */
interface Successor {
  readonly isolate: ivm.Isolate;
  readonly memoryMib: number;
  opened: Opened | undefined;
}

interface Running {
  readonly call: number;
  readonly prepared: Prepared;
  readonly isolate: ivm.Isolate;
  readonly cpuBefore: bigint;
  /** `performance.now()` by which it must be over. */
  readonly deadline: number;
  /** Requests the host has not answered yet. */
  waitsFor: number;
  /** It asked for more than it may: the parent has been told, and ends this process. */
  isOver: boolean;
  /** What it threw while something could still come of it. */
  error: unknown;
}

/** What a successor is made with before any bundle is known: most modules have this limit. */
const USUAL_MIB = 32;
/** Nothing has come for so long: time for what can wait. */
const QUIET_MS = 5;
/** From this call on it no longer waits for quiet, and is done one piece after each call. */
const CALLS_BEFORE_HASTE = 20;

const [, inside = ""] = process.argv;
const contexts = createContexts(ivm, inside);
/** The module's way to the host. It never throws, and is deaf once the call has ended. */
const say = new ivm.Callback((verb: string, id: number, text: string) => {
  if (running === undefined || running.isOver) return;
  const { call } = running;
  if (verb === "log") return tell({ type: "log", call, text });
  if (verb === "overrun") {
    running.isOver = true;
    return tell({ type: "overrun", call, what: text === "output" ? "output" : "calls" });
  }
  running.waitsFor += 1;
  tell({ type: "ask", call, ask: id, verb, args: text });
});
let loaded: Loaded | undefined;
let running: Running | undefined;
let successor: Successor | undefined;
let quiet: NodeJS.Timeout | undefined;

// A runner without its parent is a stray.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.on("message", (message: unknown) => {
  if (isToRunner(message)) receive(message);
});
tell({ type: "ready" });
tendSoon();

function receive(message: ToRunner): void {
  clearTimeout(quiet);
  if (message.type === "load") load(message.code, message.memoryMib);
  else if (message.type === "call") run(message);
  else if (running !== undefined && running.call === message.call) {
    const { prepared } = running;
    running.waitsFor -= 1;
    step(running, (timeout) => prepared.answer.applySync(undefined, [message.ask, message.text], { timeout }));
  }
}

function load(files: readonly CodeFile[], memoryMib: number): void {
  loaded?.isolate.dispose();
  const made = successor?.memoryMib === memoryMib ? successor : undefined;
  if (made === undefined) successor?.isolate.dispose();
  successor = undefined;
  const isolate = made?.isolate ?? contexts.openIsolate(memoryMib);
  const code = new Map(files);
  const next = contexts.link(isolate, code, made?.opened ?? contexts.open(isolate));
  loaded = { isolate, memoryMib, code, next, calls: 0 };
  tendSoon();
}

/** Makes the successor, a piece at a time: each takes 1 to 2 ms, which a call that comes meanwhile has to wait. */
function tend(): void {
  if (successor === undefined) {
    const memoryMib = loaded?.memoryMib ?? USUAL_MIB;
    successor = { isolate: contexts.openIsolate(memoryMib), memoryMib, opened: undefined };
    tendSoon();
  } else successor.opened ??= contexts.open(successor.isolate);
}

function tendSoon(): void {
  clearTimeout(quiet);
  quiet = setTimeout(tend, QUIET_MS);
}

function run(call: WireCall): void {
  const bundle = loaded;
  if (bundle === undefined) return;
  const { isolate, next: prepared } = bundle;
  const mine: Running = {
    call: call.call,
    prepared,
    isolate,
    cpuBefore: isolate.cpuTime,
    deadline: performance.now() + call.timeoutMs,
    waitsFor: 0,
    isOver: false,
    error: undefined,
  };
  running = mine;
  const { entry } = prepared;
  if (entry instanceof Error) return end(mine, explain(entry));
  step(mine, (timeout) => {
    prepared.begin.applySync(undefined, [say, call.nowMs, call.seed, call.capability, call.settings, call.input]);
    entry.evaluateSync({ timeout });
  });
}

/** Lets module code run until it waits for the host, and ends the call when nothing more can come of it. */
function step(mine: Running, enter: (timeout: number) => void): void {
  let answer: unknown;
  try {
    try {
      enter(Math.max(1, Math.ceil(mine.deadline - performance.now())));
    } catch (error) {
      if (explain(error).status !== "failed") throw error;
      // A promise that nobody waits for was rejected; the call goes on if it can.
      mine.error ??= error;
    }
    answer = mine.prepared.take.applySync();
  } catch (error) {
    return end(mine, explain(error));
  }
  if (answer !== "") return end(mine, read(answer, Number(mine.isolate.cpuTime - mine.cpuBefore) / 1e6));
  if (mine.waitsFor > 0 || mine.isOver) return;
  // Nothing will ever wake it again; it would sit here until its time is up.
  end(mine, mine.error === undefined ? { status: "timeout" } : explain(mine.error));
}

function end(mine: Running, ended: Ended): void {
  running = undefined;
  // Whatever the module left behind sleeps for good: only the host's answers could wake it, and they stop here.
  tell({ type: "ended", call: mine.call, ended, idle: true });
  if (ended.status !== "completed" || loaded === undefined) return;
  for (const handle of mine.prepared.handles) handle.release();
  loaded.next = contexts.link(loaded.isolate, loaded.code, contexts.open(loaded.isolate));
  loaded.calls += 1;
  if (loaded.calls >= CALLS_BEFORE_HASTE) tend();
  else tendSoon();
}

function read(answer: unknown, cpuMs: number): Ended {
  if (typeof answer !== "string") return { status: "failed", message: "the module broke its own frame" };
  if (answer.startsWith("c")) return { status: "completed", output: answer.slice(1), cpuMs };
  if (answer.startsWith("o")) return { status: "resources", what: "output" };
  // V8's own words when buffers are beyond the limit, which a module can catch.
  if (answer === "fArray buffer allocation failed") return { status: "resources", what: "memory" };
  return { status: "failed", message: answer.slice(1) };
}

/** isolated-vm tells its own endings apart only by their text. */
function explain(error: unknown): Ended {
  const message = error instanceof Error ? error.message : "the module threw while it was loaded";
  if (message.includes("Script execution timed out")) return { status: "timeout" };
  if (/memory limit|allocation failed/i.test(message)) return { status: "resources", what: "memory" };
  return { status: "failed", message: message.slice(0, 2000) };
}

function tell(message: FromRunner): void {
  process.send?.(message);
}

/** What comes from the parent is our own word: only its shape's name is looked at. */
function isToRunner(message: unknown): message is ToRunner {
  return typeof message === "object" && message !== null && "type" in message;
}
