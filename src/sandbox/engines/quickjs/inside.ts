/**
 * Runs inside QuickJS, where it alone holds the way out (`nexusSay`) and makes the `nexus` a module is given: the same as
 * `isolate/frame.ts` makes in V8, to the letter of its errors. No module can import it. Everything that crosses to the
 * host is a string made here, while the intrinsics are known to be untouched.
 */
import { random, setSeed } from "./language.ts";

/** Tells the host something, at once: a line for the log, a request that `answer` answers, or that the call is over. */
declare const nexusSay: (verb: string, id: number, text: string) => void;

interface Settings {
  readonly fetches: number;
  readonly calls: number;
  readonly logLines: number;
  readonly outputChars: number;
  readonly argumentChars: number;
  readonly allArgumentChars: number;
  readonly asker: { readonly locale: string; readonly timeZone: string };
  readonly sample: "off" | "allowed" | "required";
}

const { parse, stringify } = JSON;
/** Whatever a module passes where text belongs. */
const text = String;
const { freeze } = Object;
const { getOwnPropertyDescriptor, deleteProperty } = Reflect;

const say = nexusSay;
deleteProperty(globalThis, "nexusSay");

let ended = "";
let call = { capability: "run", input: "{}", outputChars: 0 };
let nexus: object = {};
const waiting = new Map<number, (text: string) => void>();

/** Comes before any file of the module runs. */
export function begin(seed: string, capability: string, settingsJson: string, input: string): void {
  const settings: Settings = parse(settingsJson);
  setSeed(seed);
  call = { capability, input, outputChars: settings.outputChars };
  nexus = openNexus(settings);
}

/** Calls the module's function, once its files have run. */
export function run(bundle: object): void {
  const exported = (name: string): unknown => getOwnPropertyDescriptor(bundle, name)?.value;
  const named = exported(call.capability);
  const capability = typeof named === "function" ? named : exported("run");
  if (typeof capability === "function") void callModule((...args) => capability(...args));
  else ended = `fthe module exports no function ${call.capability}`;
}

/** The host's answer to a request. */
export function answer(id: number, answered: string): void {
  waiting.get(id)?.(answered);
  waiting.delete(id);
}

/**
 * How the call ended, empty while it has not. The first letter says how: `c` completed (output as JSON), `f` failed (the
 * module's own message), `o` too much output.
 */
export function take(): string {
  return ended;
}

async function callModule(capability: (input: unknown, nexus: object) => unknown): Promise<void> {
  try {
    const output = await capability(parse(call.input), nexus);
    const json = stringify(output) ?? "null";
    ended = json.length > call.outputChars ? "o" : `c${json}`;
  } catch (error) {
    ended = `f${messageOf(error)}`;
  }
}

/** The error's own message and nothing else of it: no getter is run, no prototype asked. */
export function messageOf(error: unknown): string {
  try {
    if (typeof error === "string") return error.slice(0, 2000);
    if (typeof error === "object" && error !== null) {
      const own: unknown = getOwnPropertyDescriptor(error, "message")?.value;
      if (typeof own === "string") return own.slice(0, 2000);
    }
  } catch {
    // A proxy's trap threw: it has no message then.
  }
  return "the module threw something without a message";
}

function openNexus(settings: Settings): object {
  let calls = 0;
  let fetches = 0;
  let lines = 0;
  let chars = 0;

  const cross = (verb: string, args: readonly unknown[]): Promise<string> => {
    calls += 1;
    const id = calls;
    if (id > settings.calls) return endless(id === settings.calls + 1 ? "calls" : undefined);
    const json = stringify(args);
    chars += json.length;
    if (json.length > settings.argumentChars || chars > settings.allArgumentChars) return endless("output");
    return new Promise((resolve) => {
      waiting.set(id, resolve);
      say(verb, id, json);
    });
  };
  /** The call is over: the host hears of it once and stops the runner; the module waits for ever. */
  const endless = (what: string | undefined): Promise<string> => {
    if (what !== undefined) say("overrun", 0, what);
    return new Promise(() => {});
  };

  return freeze({
    fetch: freeze(async (url: string, init: unknown = {}) => {
      fetches += 1;
      if (fetches > settings.fetches) {
        return { ok: false, code: "too_many_calls", detail: `at most ${settings.fetches} requests a call` };
      }
      let args: readonly unknown[];
      try {
        args = parse(stringify([text(url), init]));
      } catch {
        return { ok: false, code: "denied", detail: "the request is not plain data" };
      }
      return parse(await cross("fetch", args));
    }),
    log: freeze((message: string) => {
      lines += 1;
      if (lines <= settings.logLines) say("log", 0, text(message).slice(0, 2000));
    }),
    cache: freeze({
      get: freeze(async (key: string) => parse(await cross("cacheGet", [text(key)])).value),
      set: freeze(async (key: string, value: unknown, ttlS: number) => {
        await cross("cacheSet", [text(key), value ?? null, ttlS]);
      }),
    }),
    files: freeze({
      list: freeze(async (prefix: string = "") => parse(await cross("fileList", [text(prefix)])).value ?? []),
      read: freeze(async (path: string) => parse(await cross("fileRead", [text(path)])).value),
      write: freeze(async (path: string, content: string) => {
        await cross("fileWrite", [text(path), text(content)]);
      }),
      remove: freeze(async (path: string) => {
        await cross("fileRemove", [text(path)]);
      }),
    }),
    // QuickJS's clock stands still at the time of the call.
    now: freeze(() => new Date()),
    random: freeze(random),
    asker: freeze({ locale: settings.asker.locale, timeZone: settings.asker.timeZone }),
    sample: settings.sample,
  });
}
