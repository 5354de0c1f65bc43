/**
 * The runner: a process of its own that runs one bundle's code, and nothing else, for the parent that forked it. It has
 * an empty environment, may read next to no file and holds no secret. Its text is handed to `node --eval` by
 * `runner-process.ts` with the types already taken off, which halves the start; so it imports only isolated-vm.
 */
import ivm from "isolated-vm";
import type { CodeFile, Ended, FromRunner, ToRunner, WireCall } from "#sandbox/wire.ts";

interface Loaded {
  readonly isolate: ivm.Isolate;
  /** The bundle's files by path. */
  readonly code: ReadonlyMap<string, string>;
  /** V8's own compilations by path, so that the second context costs less than the first. */
  readonly codeCaches: Map<string, ivm.ExternalCopy<ArrayBuffer>>;
  insideCache: ivm.ExternalCopy<ArrayBuffer> | undefined;
  next: Prepared | undefined;
}

/** A fresh, fenced context in which no module code has run yet. */
interface Prepared {
  readonly context: ivm.Context;
  /** The bundle's entry with the files it imports, linked; or why it cannot be. */
  readonly entry: ivm.Module | Error;
  readonly begin: ivm.Reference;
  readonly call: ivm.Reference;
}

/** Where a bundle's code begins. */
const ENTRY = "module.ts";
const [, insideCode = "", gatherCode = ""] = process.argv;
/** Only our own script has run in it; every isolate of this process starts from it. */
const snapshot = ivm.Isolate.createSnapshot([{ code: gatherCode, filename: "nexus:gather" }]);
let loaded: Loaded | undefined;
let running: { readonly call: number; readonly answers: Map<number, (text: string) => void> } | undefined;

// A runner without its parent is a stray: an isolate in a loop would keep process.exit() from ever returning.
process.on("disconnect", killSelf);
process.on("message", (message: unknown) => {
  if (isToRunner(message)) receive(message);
});
tell({ type: "ready" });

function receive(message: ToRunner): void {
  if (message.type === "load") load(message.code, message.memoryMib);
  else if (message.type === "call") void run(message);
  else if (running?.call === message.call) {
    running.answers.get(message.ask)?.(message.text);
    running.answers.delete(message.ask);
  }
}

function load(code: readonly CodeFile[], memoryMib: number): void {
  loaded?.isolate.dispose();
  // V8 has lost control of its heap: only the process's end is sure to end it. The signal tells the parent why.
  const isolate = new ivm.Isolate({
    memoryLimit: memoryMib,
    snapshot,
    onCatastrophicError: () => process.kill(process.pid, "SIGUSR2"),
  });
  loaded = { isolate, code: new Map(code), codeCaches: new Map(), insideCache: undefined, next: undefined };
  loaded.next = prepare(loaded);
}

function prepare(bundle: Loaded): Prepared {
  const context = bundle.isolate.createContextSync();
  const inside = bundle.isolate.compileModuleSync(insideCode, {
    filename: "nexus:inside",
    ...(bundle.insideCache === undefined ? { produceCachedData: true } : { cachedData: bundle.insideCache }),
  });
  bundle.insideCache ??= cachedDataOf(inside);
  inside.instantiateSync(context, () => {
    throw new Error("the frame imports nothing");
  });
  inside.evaluateSync();
  return {
    context,
    // Ahead of the call: compiling and linking run nothing, and take 1 ms for two dozen files.
    entry: tryLink(bundle, context),
    begin: inside.namespace.getSync("begin", { reference: true }),
    call: inside.namespace.getSync("call", { reference: true }),
  };
}

function tryLink(bundle: Loaded, context: ivm.Context): ivm.Module | Error {
  try {
    return link(bundle, context);
  } catch (error) {
    return error instanceof Error ? error : new Error("the module threw while it was loaded");
  }
}

/** The entry, compiled with the files it imports, each once, as far as imports lead. None has run yet. */
function link(bundle: Loaded, context: ivm.Context): ivm.Module {
  const compiled = new Map<string, ivm.Module>();
  const paths = new Map<ivm.Module, string>();
  const compile = (path: string, code: string): ivm.Module => {
    const known = compiled.get(path);
    if (known !== undefined) return known;
    const cachedData = bundle.codeCaches.get(path);
    const module = bundle.isolate.compileModuleSync(code, {
      filename: path,
      ...(cachedData === undefined ? { produceCachedData: true } : { cachedData }),
    });
    const produced = cachedData ?? cachedDataOf(module);
    if (produced !== undefined) bundle.codeCaches.set(path, produced);
    compiled.set(path, module);
    paths.set(module, path);
    return module;
  };
  const entry = compile(ENTRY, bundle.code.get(ENTRY) ?? "");
  entry.instantiateSync(context, (specifier, referrer) => {
    const from = paths.get(referrer) ?? "";
    // The map is the only place looked in, by exact path: what is not the bundle's own has no way in.
    const path = from.slice(0, from.lastIndexOf("/") + 1) + specifier.slice("./".length);
    const code = specifier.startsWith("./") ? bundle.code.get(path) : undefined;
    if (code === undefined) {
      throw new Error(`a module imports only its own files, and ${from} imports ${specifier.slice(0, 100)}`);
    }
    return compile(path, code);
  });
  return entry;
}

async function run(call: WireCall): Promise<void> {
  const bundle = loaded;
  if (bundle === undefined) return;
  const answers = new Map<number, (text: string) => void>();
  const mine = { call: call.call, answers };
  running = mine;
  let asks = 0;
  /** The module's way to the host. It never throws and never rejects, and is deaf once the call has ended. */
  const ask = (verb: string, text: string): Promise<string> | undefined => {
    if (running !== mine) return undefined;
    if (verb === "log") tell({ type: "log", call: call.call, text });
    else if (verb === "overrun")
      tell({ type: "overrun", call: call.call, what: text === "output" ? "output" : "calls" });
    else {
      asks += 1;
      tell({ type: "ask", call: call.call, ask: asks, verb, args: text });
      return new Promise((resolve) => answers.set(asks, resolve));
    }
    return undefined;
  };
  const cpuBefore = bundle.isolate.cpuTime;
  let ended: Ended;
  let prepared: Prepared | undefined;
  try {
    prepared = bundle.next ?? prepare(bundle);
    bundle.next = undefined;
    const answer = await callModule(prepared, call, ask);
    ended = read(answer, Number(bundle.isolate.cpuTime - cpuBefore) / 1e6);
  } catch (error) {
    ended = explain(error);
  }
  running = undefined;
  tell({ type: "ended", call: call.call, ended });
  if (ended.status !== "completed") return;
  prepared?.context.release();
  bundle.next = prepare(bundle);
  tell({ type: "idle" });
}

async function callModule(
  prepared: Prepared,
  call: WireCall,
  ask: (verb: string, text: string) => Promise<string> | undefined,
): Promise<unknown> {
  const timeout = call.timeoutMs;
  const { entry } = prepared;
  if (entry instanceof Error) throw entry;
  prepared.begin.applySync(undefined, [call.nowMs, call.seed]);
  await entry.evaluate({ timeout });
  const capability = findExport(entry, call.capability) ?? findExport(entry, "run");
  if (capability === undefined) return `fthe module exports no function ${call.capability}`;
  return prepared.call.apply(undefined, [capability.derefInto(), new ivm.Reference(ask), call.settings, call.input], {
    timeout,
    result: { promise: true },
  });
}

function findExport(module: ivm.Module, name: string): ivm.Reference | undefined {
  const found: ivm.Reference = module.namespace.getSync(name, { reference: true });
  return found.typeof === "function" ? found : undefined;
}

function read(answer: unknown, cpuMs: number): Ended {
  if (typeof answer !== "string") return { status: "failed", message: "the module broke its own frame" };
  if (answer.startsWith("c")) return { status: "completed", output: answer.slice(1), cpuMs };
  if (answer.startsWith("o")) return { status: "resources", what: "output" };
  return { status: "failed", message: answer.slice(1) };
}

/** isolated-vm tells its own endings apart only by their text. */
function explain(error: unknown): Ended {
  const message = error instanceof Error ? error.message : "the module threw while it was loaded";
  if (message.includes("Script execution timed out")) return { status: "timeout" };
  if (/memory limit|allocation failed/i.test(message)) return { status: "resources", what: "memory" };
  return { status: "failed", message: message.slice(0, 2000) };
}

/** Its declarations do not know of `cachedData`. */
function cachedDataOf(module: ivm.Module): ivm.ExternalCopy<ArrayBuffer> | undefined {
  const cached: unknown = Reflect.get(module, "cachedData");
  return cached instanceof ivm.ExternalCopy ? cached : undefined;
}

function tell(message: FromRunner): void {
  process.send?.(message);
}

/** What comes from the parent is our own word: only its shape's name is looked at. */
function isToRunner(message: unknown): message is ToRunner {
  return typeof message === "object" && message !== null && "type" in message;
}

function killSelf(): void {
  process.kill(process.pid, "SIGKILL");
}
