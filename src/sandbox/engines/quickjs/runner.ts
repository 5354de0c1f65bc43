/**
 * The runner of QuickJS: a process of its own that runs one bundle's code, and nothing else, for the parent that started
 * it. No module code ever reaches V8 here: V8 runs our files, quickjs-wasi and one WebAssembly binary, all known. Each call
 * has a memory of its own, a copy of the image in which the language is fenced and the module linked.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { EvalFlags, Intrinsics, JSException, type JSValueHandle, QuickJS } from "quickjs-wasi";
import type { CodeFile, Ended, FromRunner, ToRunner, WireCall } from "#sandbox/wire.ts";
import { compileLimited } from "./compile-limited.ts";
import { fenceLanguage, type LimitedQuickjs, type LinkedImage, linkModule, openForCall } from "./images.ts";
import { type Machine, messageOf } from "./machine.ts";

interface Loaded {
  readonly quickjs: LimitedQuickjs;
  /** Or why there is none. */
  readonly image: LinkedImage | Error;
}

/** A copy of the image in which nothing of the module has run. */
interface Prepared {
  readonly machine: Machine;
  readonly image: LinkedImage;
}

interface Running extends Prepared {
  readonly call: number;
  readonly cpuBefore: number;
  /** Requests that are not answered. */
  waitsFor: number;
  /** The parent has been told of an overrun, and ends the process. */
  isOver: boolean;
}

/** Beyond the module's limit: the image itself, and what allocation wastes. */
const SPARE_MIB = 8;
const REJECTED = 2;

const library = { QuickJS, EvalFlags, Intrinsics, JSException };
const binary = readFileSync(fileURLToPath(import.meta.resolve("quickjs-wasi/quickjs.wasm")));
const [, inside = ""] = process.argv;
const fenced = await fenceLanguage(library, limitQuickjs(64), inside);
let prepared: Promise<Prepared | Error> | undefined;
let loaded: Promise<Loaded> | undefined;
let running: Running | undefined;

// A runner without its parent is a stray.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.on("message", (message: unknown) => {
  if (isToRunner(message)) receive(message);
});
tell({ type: "ready" });

function receive(message: ToRunner): void {
  if (message.type === "load") {
    loaded = load(message.code, message.memoryMib);
    prepared = loaded.then(prepare);
  } else if (message.type === "call") void run(message);
  else if (running !== undefined && running.call === message.call) {
    const { image } = running;
    running.waitsFor -= 1;
    step(running, (vm) => invoke(vm, image.answer, vm.newNumber(message.ask), vm.newString(message.text)));
  }
}

function limitQuickjs(memoryMib: number): LimitedQuickjs {
  return { wasm: compileLimited(binary, memoryMib * 1.25 + SPARE_MIB), memoryMib };
}

async function load(code: readonly CodeFile[], memoryMib: number): Promise<Loaded> {
  const quickjs = limitQuickjs(memoryMib);
  try {
    return { quickjs, image: await linkModule(library, quickjs, fenced, new Map(code)) };
  } catch (error) {
    return { quickjs, image: error instanceof Error ? error : new Error("the module cannot be loaded") };
  }
}

async function prepare({ quickjs, image }: Loaded): Promise<Prepared | Error> {
  if (image instanceof Error) return image;
  const machine = await openForCall(library, quickjs, image, (verb, id, text) => {
    if (running?.machine === machine) hear(running, verb, id, text);
  });
  return { machine, image };
}

/** What the module wants of the host. Never throws; deaf once the call has ended. */
function hear(mine: Running, verb: string, id: number, text: string): void {
  const { call } = mine;
  if (mine.isOver) return;
  if (verb === "log") return tell({ type: "log", call, text });
  if (verb === "overrun") {
    mine.isOver = true;
    return tell({ type: "overrun", call, what: text === "output" ? "output" : "calls" });
  }
  mine.waitsFor += 1;
  tell({ type: "ask", call, ask: id, verb, args: text });
}

async function run(call: WireCall): Promise<void> {
  const ready = await prepared;
  prepared = undefined;
  if (ready === undefined) return;
  if (ready instanceof Error) {
    return tell({ type: "ended", call: call.call, ended: read(`f${ready.message.slice(0, 2000)}`, 0) });
  }
  const { machine, image } = ready;
  const cpuBefore = cpuMs();
  machine.nowMs = call.nowMs;
  machine.deadlineMs = performance.now() + call.timeoutMs;
  running = { ...ready, call: call.call, cpuBefore, waitsFor: 0, isOver: false };
  step(running, (vm) => {
    const texts = [call.seed, call.capability, call.settings, call.input].map((text) => vm.newString(text));
    invoke(vm, image.begin, vm.importHandle(image.say), vm.newNumber(call.nowMs), ...texts);
    invoke(vm, image.open);
  });
}

/** Lets module code run until it waits for the host, and ends the call when nothing more can come of it. */
function step(mine: Running, enter: (vm: QuickJS) => void): void {
  const { vm } = mine.machine;
  let answer: string;
  let entry: JSValueHandle;
  try {
    enter(vm);
    vm.executePendingJobs();
    answer = invoke(vm, mine.image.take).toString();
    entry = vm.importHandle(mine.image.entry);
  } catch (error) {
    return end(mine, explain(mine.machine, error));
  }
  if (mine.machine.isLate) end(mine, { status: "timeout" });
  else if (answer !== "") end(mine, read(answer, cpuMs() - mine.cpuBefore));
  else if (entry.promiseState === REJECTED) void endUnloaded(mine, entry);
  // Nothing will ever wake it again; it would sit here until its time is up.
  else if (mine.waitsFor === 0 && !mine.isOver) end(mine, { status: "timeout" });
}

/** A file of the module threw while it was loaded. */
async function endUnloaded(mine: Running, entry: JSValueHandle): Promise<void> {
  const settled = await mine.machine.vm.resolvePromise(entry);
  end(mine, "error" in settled ? read(`f${messageOf(settled.error)}`, 0) : { status: "timeout" });
}

function end(mine: Running, ended: Ended): void {
  running = undefined;
  // Whatever the module left behind sleeps for good: only the host's answers could wake it, and they stop here.
  tell({ type: "ended", call: mine.call, ended });
  if (ended.status !== "completed" || loaded === undefined) return;
  prepared = loaded.then(prepare);
  void prepared.then(() => tell({ type: "idle" }));
}

function invoke(vm: QuickJS, token: number, ...args: readonly JSValueHandle[]): JSValueHandle {
  return vm.callFunction(vm.importHandle(token), vm.undefined, ...args);
}

/** What the frame says of a call that has ended. */
function read(answer: string, usedMs: number): Ended {
  if (answer.startsWith("c")) return { status: "completed", output: answer.slice(1), cpuMs: usedMs };
  if (answer.startsWith("o")) return { status: "resources", what: "output" };
  // QuickJS has no other sign of it. A module that says so itself spoils only its own answer.
  if (answer === "fout of memory") return { status: "resources", what: "memory" };
  return { status: "failed", message: answer.slice(1) };
}

/** Errors that come through to V8: only QuickJS's own and the library's, for the frame catches all of a module's. */
function explain(machine: Machine, error: unknown): Ended {
  if (machine.isLate) return { status: "timeout" };
  // V8's stack was used up by a parser: the memory is broken now, and ends with this process.
  if (error instanceof RangeError) return { status: "failed", message: "Maximum call stack size exceeded" };
  if (machine.isFull()) return { status: "resources", what: "memory" };
  return { status: "failed", message: "the module broke its own frame" };
}

/** Processor time of this thread: compiling in the background is not the module's. */
function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function tell(message: FromRunner): void {
  process.send?.(message);
}

/** What comes from the parent is our own word: only its shape's name is looked at. */
function isToRunner(message: unknown): message is ToRunner {
  return typeof message === "object" && message !== null && "type" in message;
}
