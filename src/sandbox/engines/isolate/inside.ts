/**
 * What runs inside V8 before any module: the snapshot its isolates start from is made with it, so each context has the
 * language fenced already and takes 1 ms to open. Nothing of it can be reached from module code.
 */
import { frame, type Frame } from "#sandbox/engines/frame/call.ts";
import { createWalk, findIntrinsics } from "#sandbox/engines/frame/intrinsics.ts";
import { dropBanned, fenceLanguage } from "#sandbox/engines/frame/language.ts";
import type { Say } from "#sandbox/engines/frame/nexus.ts";
import { fixFormats } from "./fix-formats.ts";

const { stringify } = JSON;
const { freeze, isFrozen, defineProperty } = Object;
const { ownKeys, getOwnPropertyDescriptor, deleteProperty } = Reflect;
const OURS = ["nexusOpen", "nexusGrown"];

fenceLanguage();
fixFormats();
// Walking takes 2 ms, and freezing what was walked to 0.1, so only the latter is left to each context. Nothing can be
// frozen or deleted here: V8 adds its newest functions when it opens a context, and ends the process when it cannot.
const objects = findIntrinsics();
const keys = objects.map((object) => ownKeys(object).length);
const globals = new Set(ownKeys(globalThis));
const opened: Frame = { ...frame, begin: (say, ...call) => frame.begin(inThisRealm(say), ...call) };
defineProperty(globalThis, "nexusOpen", { value: open, configurable: true });
defineProperty(globalThis, "nexusGrown", { value: findGrown, configurable: true });

/**
 * Takes every trace of the frame away and freezes the language.
 * @param grown objects that have grown since the snapshot, by their index, and
 * @param added globals that came since: counting takes 0.4 ms, and is the same in every context of a process
 */
function open(grown: readonly number[], added: readonly string[]): Frame {
  for (const name of OURS) deleteProperty(globalThis, name);
  dropBanned();
  for (let index = 0; index < objects.length; index += 1) freeze(objects[index]);
  // What is not frozen by now is new.
  const { visit, visitKeys } = createWalk((object) => !isFrozen(object) && isFrozen(freeze(object)));
  for (const index of grown) visitKeys(objects[index] ?? opened);
  for (const name of added) visit(getOwnPropertyDescriptor(globalThis, name)?.value);
  return opened;
}

/** What V8 has added to the language since the snapshot, such as `Promise.try`: the arguments of `open` as JSON. */
function findGrown(): string {
  const grown = [...objects.keys()].filter((index) => ownKeys(objects[index] ?? {}).length !== keys[index]);
  const added = ownKeys(globalThis).filter(
    (name) => typeof name === "string" && !globals.has(name) && !OURS.includes(name),
  );
  return stringify([grown, added]);
}

/** When the stack is used up, the error that says so may be of another realm, and is not for the module. */
function inThisRealm(say: Say): Say {
  return (verb, id, text) => {
    try {
      say(verb, id, text);
    } catch {
      throw new RangeError("Maximum call stack size exceeded");
    }
  };
}
