/**
 * The runner of WebAssembly modules: a process of its own that runs one bundle's binary for the parent that started it. The
 * binary is given nothing, so numbers and its own memory are all it can reach; what it wants of the host it writes into
 * an answer. It runs on this process's only thread: while it runs the process is deaf, and the parent ends what takes too
 * long.
 */
import { inspectBinary } from "#sandbox/inspect/wasm-binary.ts";
import type { CodeFile, Ended, FromRunner, ToRunner, WireCall } from "#sandbox/wire.ts";
import { type Asking, type AskLimits, openAsking } from "./ask-host.ts";
import {
  BrokenInterface,
  compile,
  type Compiled,
  type Instance,
  LongAnswer,
  NoRoom,
  openInstance,
} from "./instance.ts";
import { readAnswer } from "./read-answer.ts";
import { seedWords } from "#sandbox/engines/frame/seed-words.ts";
import { isTimeUp, runWithin } from "./time-limit.ts";

interface Settings extends AskLimits {
  readonly outputChars: number;
  readonly asker: { readonly locale: string; readonly timeZone: string };
  readonly sample: "off" | "allowed" | "required";
}

type Loaded = { readonly module: Compiled } | { readonly refused: string };

let loaded: Loaded | undefined;
let running: { readonly call: number; readonly asking: Asking } | undefined;

process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
process.on("message", (message: unknown) => {
  if (isToRunner(message)) receive(message);
});
tell({ type: "ready" });

function receive(message: ToRunner): void {
  if (message.type === "load") loaded = load(message.code, message.memoryMib);
  else if (message.type === "call") void run(message);
  else if (running?.call === message.call) running.asking.answer(message.ask, message.text);
}

/** Inspected once more: what is compiled here is only ever what the reader let through. */
function load(code: readonly CodeFile[], memoryMib: number): Loaded {
  const bytes = Buffer.from(code[0]?.[1] ?? "", "base64");
  const wrong = inspectBinary(bytes, memoryMib)[0];
  if (wrong !== undefined) return { refused: `module.wasm: ${wrong.message}` };
  try {
    return { module: compile(bytes) };
  } catch (error) {
    return { refused: `module.wasm does not compile: ${messageOf(error)}` };
  }
}

async function run(call: WireCall): Promise<void> {
  const settings: Settings = JSON.parse(call.settings);
  const asking = openAsking(call.call, settings, tell);
  running = { call: call.call, asking };
  const cpuBefore = process.threadCpuUsage();
  let ended: Ended | undefined;
  try {
    ended = await converse(call, settings, asking);
  } catch (error) {
    ended = explain(error);
  }
  running = undefined;
  // The parent was told why as it happened.
  if (ended === undefined) return;
  const cpu = process.threadCpuUsage(cpuBefore);
  if (ended.status === "completed") ended.cpuMs = (cpu.user + cpu.system) / 1_000;
  tell({ type: "ended", call: call.call, ended, idle: ended.status === "completed" });
}

/** Event by event until the module is done. Undefined when it asked for more than it may. */
async function converse(call: WireCall, settings: Settings, asking: Asking): Promise<Ended | undefined> {
  if (loaded === undefined || "refused" in loaded) {
    return { status: "failed", message: loaded?.refused ?? "there is no module" };
  }
  const { module } = loaded;
  const deadline = performance.now() + call.timeoutMs;
  // Four bytes a letter at most, and room for what an answer is written with.
  const maxAnswerBytes = 4 * (settings.outputChars + settings.argumentChars) + 65_536;
  let instance: Instance | undefined;
  let event = writeCall(call, settings);
  for (;;) {
    const text = runWithin(deadline - performance.now(), () => {
      instance ??= openInstance(module, maxAnswerBytes);
      return instance.handle(event);
    });
    const answer = readAnswer(text);
    switch (answer.type) {
      case "done":
        if (answer.output.length > settings.outputChars) return { status: "resources", what: "output" };
        return { status: "completed", output: answer.output, cpuMs: 0 };
      case "failed":
      case "broken":
        return { status: "failed", message: answer.message };
      case "ask": {
        const answers = await Promise.all(answer.asks.map(({ verb, args }) => asking.ask(verb, args)));
        if (answers.includes(undefined)) return undefined;
        event = `{"type":"answers","answers":[${answers.join(",")}]}`;
        break;
      }
      default:
        return answer satisfies never;
    }
  }
}

function writeCall(call: WireCall, settings: Settings): string {
  const { fetches, calls, outputChars, asker, sample } = settings;
  const event = JSON.stringify({
    type: "call",
    capability: call.capability,
    nowMs: call.nowMs,
    seed: seedWords(call.seed),
    asker,
    sample,
    limits: { timeoutMs: call.timeoutMs, fetches, calls, outputChars },
  });
  // The input is JSON already.
  return `${event.slice(0, -1)},"input":${call.input}}`;
}

/** A trap's name is the engine's word, so it can be told. */
function explain(error: unknown): Ended {
  if (isTimeUp(error)) return { status: "timeout" };
  if (error instanceof NoRoom) return { status: "resources", what: "memory" };
  if (error instanceof LongAnswer) return { status: "resources", what: "output" };
  if (error instanceof BrokenInterface) return { status: "failed", message: error.message };
  return { status: "failed", message: `the module trapped: ${messageOf(error)}`.slice(0, 2_000) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "no reason given";
}

function tell(message: FromRunner): void {
  process.send?.(message);
}

/** What comes from the parent is our own word: only its shape's name is looked at. */
function isToRunner(message: unknown): message is ToRunner {
  return typeof message === "object" && message !== null && "type" in message;
}
