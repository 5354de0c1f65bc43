import { expect, test } from "vitest";
import { NexusError } from "#core/contract/errors.ts";
import { sideBySide } from "./side-by-side.ts";

const never = new AbortController().signal;
const otherwise = {
  late: (name: string) => `${name}: late`,
  failed: (name: string, thrown: unknown) => {
    if (thrown instanceof NexusError) throw thrown;
    return `${name}: failed`;
  },
};

/** Answers when it is told to stop, and never before. */
function hang(signal: AbortSignal): Promise<never> {
  const { promise, reject } = Promise.withResolvers<never>();
  signal.addEventListener("abort", () => reject(signal.reason));
  return promise;
}

test("a section that hangs is late, one that throws has failed, and the others come in their order", async () => {
  const made = await sideBySide(
    ["a", "hangs", "throws", "b", "deaf"],
    async (name, signal) => {
      if (name === "hangs") return hang(signal);
      if (name === "deaf") return new Promise<never>(() => undefined);
      if (name === "throws") throw new Error("no");
      return name;
    },
    otherwise,
    { sectionMs: 20, wholeMs: 1_000 },
    never,
  );
  expect(made).toEqual(["a", "hangs: late", "throws: failed", "b", "deaf: late"]);
});

test("all of them together take no longer than that, however many there are", async () => {
  const names = Array.from({ length: 8 }, (_, at) => `section ${at}`);
  const begun: string[] = [];
  const made = await sideBySide(
    names,
    (name, signal) => {
      begun.push(name);
      return hang(signal);
    },
    otherwise,
    { sectionMs: 60_000, wholeMs: 20 },
    never,
  );
  expect(made).toEqual(names.map((name) => `${name}: late`));
  expect(begun).toHaveLength(4);
});

test("a turn that is stopped stops all of it, and what must not be swallowed is not", async () => {
  const stop = new AbortController();
  const running = sideBySide(
    ["a"],
    (_, signal) => hang(signal),
    otherwise,
    { sectionMs: 60_000, wholeMs: 60_000 },
    stop.signal,
  );
  stop.abort(new NexusError("stopped", "the person stopped it"));
  await expect(running).rejects.toMatchObject({ code: "stopped" });
  const full = async (): Promise<string> => {
    throw new NexusError("disk_full", "no room");
  };
  const limits = { sectionMs: 1_000, wholeMs: 1_000 };
  await expect(sideBySide(["a"], full, otherwise, limits, never)).rejects.toMatchObject({ code: "disk_full" });
});
