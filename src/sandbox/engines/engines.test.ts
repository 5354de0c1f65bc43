import { afterAll, describe, expect, test } from "vitest";
import { checkSandbox } from "#sandbox/check-sandbox.ts";
import { SCRIPT_ENGINES, startEngines } from "#test/engine-kit.ts";
import { findAddonFault } from "./addon-fault.ts";
import { createEngines } from "./engines.ts";

const kit = startEngines();
afterAll(() => kit[Symbol.asyncDispose]());

describe("the engine for scripts", () => {
  test("is V8 where its addon loads, which a process is started for to see", () => {
    expect(createEngines({ choice: "auto" })).toMatchObject({ scripts: { name: "v8" }, fallback: undefined });
  });

  test("is QuickJS where V8's addon does not load, and says why", () => {
    const made = createEngines({
      choice: "auto",
      findFault: (v8) => findAddonFault({ ...v8, program: { ...v8.program, addons: false } }),
    });
    expect(made).toMatchObject({
      scripts: { name: "quickjs" },
      fallback: expect.stringMatching(/does not load: .*Error/),
    });
    expect(made.forBundle({})).toBe(made.named.quickjs);
    expect(made.forBundle({ wasm: new Uint8Array() })).toBe(made.named.webassembly);
  });

  test("is the one that was asked for, whatever loads", () => {
    const findFault = (): string => "no";
    expect(createEngines({ choice: "v8", findFault })).toMatchObject({ scripts: { name: "v8" }, fallback: undefined });
    expect(createEngines({ choice: "quickjs" })).toMatchObject({ scripts: { name: "quickjs" }, fallback: undefined });
  });

  test("refuses what is no script", () => {
    const { named } = createEngines({ choice: "v8" });
    for (const name of SCRIPT_ENGINES) {
      expect(named[name].refuses({ code: new Map(), wasm: new Uint8Array(8) })).toBe("it is WebAssembly");
      expect(named[name].refuses({ code: new Map() })).toBeUndefined();
    }
  });

  test.each(SCRIPT_ENGINES)("passes the sandbox's own check when it is %s", async (name) => {
    const { pools, engines } = kit;
    const check = await checkSandbox(pools, { scripts: engines.named[name] }, [], new AbortController().signal);
    expect(check).toMatchObject({ ok: true });
  });
});
