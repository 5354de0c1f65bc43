import { setClock } from "./clock.ts";
import { answerRequest, openNexus, type Say, type Settings } from "./nexus.ts";
import { setSeed } from "./random.ts";

/**
 * What stands around a module in the world an engine opens for it: there before a byte of the module runs, and the only
 * code there that holds a way out.
 */
export interface Frame {
  /**
   * Comes before any file of the module runs.
   * @param say may throw only when the stack is used up
   */
  begin(say: Say, nowMs: number, seed: string, capability: string, settings: string, input: string): void;
  /** Calls the module's function, once its files have run. */
  run(bundle: object): void;
  /** The host's answer to a request. */
  answer(id: number, text: string): void;
  /**
   * How the call ended, empty while it has not. The first letter says how: `c` completed (output as JSON), `f` failed
   * (the module's own message), `o` too much output.
   */
  take(): string;
}

const { parse, stringify } = JSON;
const { getOwnPropertyDescriptor } = Reflect;

let ended = "";
let call = { capability: "run", input: "{}", outputChars: 0 };
let nexus: object = {};

/** The frame of this world, which serves one call. */
export const frame: Frame = {
  begin(say, nowMs, seed, capability, settingsJson, input) {
    const settings: Settings = parse(settingsJson);
    setClock(nowMs);
    setSeed(seed);
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
  answer: answerRequest,
  take: () => ended,
};

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
