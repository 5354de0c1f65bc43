import { now } from "./clock.ts";
import { random } from "./random.ts";

/** Tells the host something, at once: a line for the log, a request that `answerRequest` settles, or that the call is over. */
export type Say = (verb: string, id: number, text: string) => void;

/** What the host says of a call before it begins. */
export interface Settings {
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
const { freeze } = Object;
/** Whatever a module passes where text belongs. */
const text = String;
// Kept here, for a module may put its own where these are global: its `Promise` could make one request a thousand.
const OwnPromise = Promise;
const OwnDate = Date;
const waiting = new Map<number, (text: string) => void>();

/** Hands the host's answer to whoever made the request. */
export function answerRequest(id: number, answered: string): void {
  waiting.get(id)?.(answered);
  waiting.delete(id);
}

/**
 * The `nexus` a module is given. Everything that crosses to the host is a string made here, while the intrinsics are
 * known to be untouched: a host that copies strange objects runs their getters and proxies. What the host answers comes
 * in as a string too, and the promises a module waits for are of its own world.
 */
export function openNexus(say: Say, settings: Settings): object {
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
    return new OwnPromise((resolve) => {
      waiting.set(id, resolve);
      say(verb, id, json);
    });
  };
  /** The call is over: the host hears of it once and stops the runner; the module waits for ever. */
  const endless = (what: string | undefined): Promise<string> => {
    if (what !== undefined) say("overrun", 0, what);
    return new OwnPromise(() => {});
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
    now: freeze(() => new OwnDate(now())),
    random: freeze(() => random()),
    asker: freeze({ locale: settings.asker.locale, timeZone: settings.asker.timeZone }),
    sample: settings.sample,
  });
}
