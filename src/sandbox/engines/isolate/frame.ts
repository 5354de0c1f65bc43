/**
 * The frame around a module: opened in every fresh context before a byte of the module runs, and the only code there
 * that holds a way out (`Say`). It is compiled into the snapshot, so nothing of it can be reached from module code.
 *
 * Everything that crosses to the host is a string made here, while the intrinsics are known to be untouched: a host
 * that copies strange objects runs their getters and proxies. What the host answers comes in as a string too, and the
 * promises a module waits for are this context's own.
 *
 * A script and no module, like `language.ts`.
 */
import type { Gathered } from "./gather.ts";
import type { Language } from "./language.ts";

/** Tells the host something, at once: a line for the log, a request that `answer` answers, or that the call is over. */
export type Say = (verb: string, id: number, text: string) => void;

export interface Frame {
  /** Comes before the module is evaluated. */
  begin(say: Say, nowMs: number, seed: string, capability: string, settings: string, input: string): void;
  /** Calls the module's function, once the module has been evaluated. */
  run(bundle: object): void;
  /** The host's answer to a request. */
  answer(id: number, text: string): void;
  /**
   * How the call ended, empty while it has not. The first letter says how: `c` completed (output as JSON), `f` failed
   * (the module's own message), `o` too much output.
   */
  take(): string;
}

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

/** What the scripts before this one have left in the snapshot. */
declare const nexusLanguage: Language;
declare const nexusGathered: Gathered;

(() => {
  const { parse, stringify } = JSON;
  /** Whatever a module passes where text belongs. */
  const text = String;
  const { freeze, isFrozen, getPrototypeOf, defineProperty } = Object;
  const { ownKeys, getOwnPropertyDescriptor, deleteProperty } = Reflect;
  const OURS = ["nexusOpen", "nexusGrown", "nexusLanguage", "nexusGathered"];
  const language = nexusLanguage;
  const { objects, keys, globals } = nexusGathered;

  let ended = "";
  let call = { capability: "run", input: "{}", outputChars: 0 };
  let nexus: object = {};
  const waiting = new Map<number, (text: string) => void>();

  const frame: Frame = {
    begin(say, nowMs, seed, capability, settingsJson, input) {
      const settings: Settings = parse(settingsJson);
      language.begin(nowMs, seed);
      call = { capability, input, outputChars: settings.outputChars };
      nexus = openNexus(say, settings);
    },
    run(bundle) {
      const exported = (name: string): unknown => getOwnPropertyDescriptor(bundle, name)?.value;
      const named = exported(call.capability);
      const capability = typeof named === "function" ? named : exported("run");
      if (typeof capability === "function") void callModule((...args) => capability(...args));
      else ended = `fthe module exports no function ${call.capability}`;
    },
    answer(id, answered) {
      waiting.get(id)?.(answered);
      waiting.delete(id);
    },
    take: () => ended,
  };
  defineProperty(globalThis, "nexusOpen", { value: open, configurable: true });
  defineProperty(globalThis, "nexusGrown", { value: findGrown, configurable: true });

  /**
   * Takes every trace of the frame away and freezes the language.
   * @param grown objects that have grown since the snapshot, by their index, and
   * @param added globals that came since: counting takes 0.4 ms, and is the same in every context of a process
   */
  function open(grown: readonly number[], added: readonly string[]): Frame {
    for (const name of [...OURS, ...language.banned]) deleteProperty(globalThis, name);
    for (let index = 0; index < objects.length; index += 1) freeze(objects[index]);
    // What is not frozen by now is new.
    const harden = (value: unknown): void => {
      if ((typeof value !== "object" && typeof value !== "function") || value === null || isFrozen(value)) return;
      freeze(value);
      harden(getPrototypeOf(value));
      hardenKeys(value);
    };
    const hardenKeys = (value: object): void => {
      for (const key of ownKeys(value)) {
        const descriptor = getOwnPropertyDescriptor(value, key);
        if (descriptor === undefined) continue;
        harden("value" in descriptor ? descriptor.value : descriptor.get);
        harden(descriptor.set);
      }
    };
    for (const index of grown) hardenKeys(objects[index] ?? frame);
    for (const name of added) harden(getOwnPropertyDescriptor(globalThis, name)?.value);
    return frame;
  }

  /** What V8 has added to the language since the snapshot, such as `Promise.try`: the arguments of `open` as JSON. */
  function findGrown(): string {
    const grown = [...objects.keys()].filter((index) => ownKeys(objects[index] ?? {}).length !== keys[index]);
    const added = ownKeys(globalThis).filter(
      (name) => typeof name === "string" && !globals.has(name) && !OURS.includes(name),
    );
    return stringify([grown, added]);
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
  function messageOf(error: unknown): string {
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

  function openNexus(say: Say, settings: Settings): object {
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
        tell(verb, id, json);
      });
    };
    /** The call is over: the host hears of it once and stops the runner; the module waits for ever. */
    const endless = (what: string | undefined): Promise<string> => {
      if (what !== undefined) tell("overrun", 0, what);
      return new Promise(() => {});
    };
    const tell = (verb: string, id: number, message: string): void => {
      try {
        say(verb, id, message);
      } catch {
        // The stack is used up. The error that says so may be of another realm, and is not for the module.
        throw new RangeError("Maximum call stack size exceeded");
      }
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
        if (lines <= settings.logLines) tell("log", 0, text(message).slice(0, 2000));
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
      now: freeze(() => new Date(language.now())),
      random: freeze(() => language.random()),
      asker: freeze({ locale: settings.asker.locale, timeZone: settings.asker.timeZone }),
      sample: settings.sample,
    });
  }
})();
