import { afterAll, describe, expect, test } from "vitest";
import { quietHost, SCRIPT_ENGINES, startEngines } from "#test/engine-kit.ts";

const kit = startEngines();
afterAll(() => kit[Symbol.asyncDispose]());

describe.each(SCRIPT_ENGINES)("what a module is given in %s", (engine) => {
  test("asks the host once, and tells the true time, whatever a module puts where the language's own is global", async () => {
    const asked: string[] = [];
    const cacheGet = async (key: string): Promise<undefined> => void asked.push(key);
    const body = `const Real = Promise;
      globalThis.Promise = class { constructor(ask) { for (let i = 0; i < 9; i += 1) ask(() => {}, () => {}); } };
      globalThis.Date = class {}; globalThis.String = () => "other"; globalThis.JSON = {}; globalThis.Map = class {};
      const own = nexus.cache.get("key") instanceof Real;
      await nexus.cache.get("key");
      return [own, nexus.now().toISOString()];`;
    const outcome = await kit.run(engine, body, {}, quietHost({ cacheGet }));
    expect(outcome).toMatchObject({ status: "completed", output: [true, "2026-03-04T05:06:07.000Z"] });
    expect(asked).toEqual(["key", "key"]);
  });
});
