import { afterAll, expect, test } from "vitest";
import type { FenceName } from "#core/contract/validation.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { quietHost } from "#test/engine-kit.ts";
import { sandboxCall } from "#test/sandbox-call.ts";
import { raiseFences } from "./fences.ts";
import { createLocalLauncher } from "./local-launcher.ts";
import { findTools } from "./tools.ts";

const never = new AbortController().signal;
const house = new AsyncDisposableStack();
afterAll(() => house.disposeAsync());

/** A machine without `unshare` and `prlimit`: no network can be taken away, no limit set. */
const weak = raiseFences({ ...findTools(), unshare: undefined, prlimit: undefined });

function open(minimum?: readonly FenceName[]) {
  const lines: [string, object, string][] = [];
  const say =
    (level: string) =>
    (fields: object, message: string): void => {
      lines.push([level, fields, message]);
    };
  const log = { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error") };
  const launcher = createLocalLauncher(weak);
  const sandbox = createSandbox({ log, launcher, runners: 1, spares: 1, ...(minimum !== undefined && { minimum }) });
  return { sandbox: house.use(sandbox), lines };
}

test("below the minimum a stranger's module is not run, with the fence and its reason named; NEXUS's own are", async () => {
  const { sandbox, lines } = open();
  const stranger = await sandbox.run(sandboxCall("return 1;"), quietHost(), never);
  expect(stranger).toMatchObject({ status: "unavailable", reason: expect.stringContaining("network") });
  expect(JSON.stringify(stranger)).toContain("unshare is not installed");
  expect(await sandbox.run(sandboxCall("return 1;", { origin: "own" }), quietHost(), never)).toMatchObject({
    output: 1,
  });
  expect(lines).toContainEqual([
    "warn",
    { missing: ["network"] },
    expect.stringContaining("installed modules do not run"),
  ]);
});

test("below the minimum nothing of a stranger's is validated or compiled either", async () => {
  const { sandbox } = open();
  const validation = sandbox.validate(new Map(), { installed: [], mutants: 0 }, never);
  await expect(validation).rejects.toMatchObject({ code: "sandbox_too_weak" });
  await expect(sandbox.compile(new Map(), never)).rejects.toMatchObject({ code: "sandbox_too_weak" });
});

test("an operator who demands less, or nothing, has strangers' modules run", async () => {
  for (const minimum of [["process", "files"], []] as const) {
    const { sandbox, lines } = open(minimum);
    expect(await sandbox.run(sandboxCall("return 1;"), quietHost(), never)).toMatchObject({ output: 1 });
    expect(lines.some(([level]) => level === "warn")).toBe(false);
  }
});

test("an operator who demands more is told what is missing for it", async () => {
  const { sandbox } = open(["limits", "process"]);
  const { ok, missing } = await sandbox.check(never);
  expect(ok).toBe(true);
  expect(missing).toMatchObject([{ name: "limits", up: false, why: expect.stringContaining("prlimit") }]);
});

test("the fences are said once, at the start", async () => {
  const { sandbox, lines } = open([]);
  await sandbox.check(never);
  const said = lines.filter(([, , message]) => message.includes("fences"));
  expect(said).toHaveLength(1);
  expect(said[0]?.[1]).toMatchObject({ down: ["network", "limits"] });
});
