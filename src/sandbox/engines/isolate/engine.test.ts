import { afterAll, describe, expect, test } from "vitest";
import type { SandboxOutcome } from "#core/contract/sandbox.ts";
import { startEngines } from "#test/engine-kit.ts";

const kit = startEngines();
afterAll(() => kit[Symbol.asyncDispose]());
const run = (body: string): Promise<SandboxOutcome> => kit.run("v8", body);

describe("a module in V8", () => {
  test("the clock stands still at the time of the call, also for Intl", async () => {
    const outcome = await run(
      `const first = Date.now(); for (let i = 0; i < 1e5; i += 1);
       return { still: first === Date.now(), date: new Date().toISOString(), nexus: nexus.now().toISOString(),
         intl: new Intl.DateTimeFormat("en-CA", { timeZone: "America/Toronto", dateStyle: "short" }).format(),
         given: new Date(Date.UTC(2020, 0, 2)).toISOString(), is: new Date() instanceof Date };`,
    );
    expect(outcome).toMatchObject({
      output: {
        still: true,
        date: "2026-03-04T05:06:07.000Z",
        nexus: "2026-03-04T05:06:07.000Z",
        intl: "2026-03-04",
        given: "2020-01-02T00:00:00.000Z",
        is: true,
      },
    });
  });

  test("resizable buffers, which no memory limit counts, do not exist", async () => {
    const outcome = await run(
      `const buffer = new ArrayBuffer(8, { maxByteLength: 4e9 });
       return { resizable: buffer.resizable, resize: typeof buffer.resize, transfer: typeof buffer.transfer };`,
    );
    expect(outcome).toMatchObject({ output: { resizable: false, resize: "undefined", transfer: "undefined" } });
  });
});
