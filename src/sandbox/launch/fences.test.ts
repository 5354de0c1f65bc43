import { describe, expect, test } from "vitest";
import type { Fence } from "#core/contract/validation.ts";
import { askFromInside, lookAt, statusOf } from "#test/fenced-kit.ts";
import { raiseFences } from "./fences.ts";
import { createLocalLauncher } from "./local-launcher.ts";
import { hasOnlyLoopback, isAlreadyWithoutPrivileges } from "./own-process.ts";
import { BARE, commandLine } from "./profile.ts";
import { ANSWERING, UNBOUND } from "#test/fenced-kit.ts";
import { findTools, type Tools } from "./tools.ts";

const isLinux = process.platform === "linux";
const NO_TOOLS: Tools = { unshare: undefined, prlimit: undefined, setpriv: undefined, mount: undefined, sh: undefined };
const scripts = { compiler: false };

function find(fences: readonly Fence[], name: Fence["name"]): Fence | undefined {
  return fences.find((fence) => fence.name === name);
}

describe.runIf(isLinux)("on a machine that lacks a tool", () => {
  test.each([
    [
      "unshare",
      "network",
      "this system lets the service open no namespace (unshare is not installed (it comes with util-linux))",
    ],
    ["prlimit", "limits", "limits of the kernel cannot be set (prlimit is not installed (it comes with util-linux))"],
  ] as const)("without %s the fence %s is down and says why, and the others stand", (tool, name, why) => {
    const whole = raiseFences().list(scripts);
    const fences = raiseFences({ ...findTools(), [tool]: undefined }).list(scripts);
    expect(find(fences, name)).toEqual({ name, up: false, why });
    const others = (list: readonly Fence[]) =>
      list.filter((each) => each.name !== name).map(({ name: other, up }) => [other, up]);
    expect(others(fences)).toEqual(others(whole));
  });

  test("without mount the disk is not empty, which is noted: Node keeps the process from it alone", () => {
    const files = find(raiseFences({ ...findTools(), mount: undefined }).list(scripts), "files");
    expect(files).toMatchObject({ up: true, why: expect.stringContaining("by Node's permissions alone") });
  });

  test("without any tool a process still runs apart, with an empty environment and no file", async () => {
    const fences = raiseFences(NO_TOOLS);
    await using launcher = createLocalLauncher(fences);
    expect(await askFromInside(launcher, "Object.keys(process.env)")).toEqual(["TZ"]);
    const down = fences.list(scripts).filter(({ up }) => !up);
    expect(down.map(({ name }) => name)).toEqual(expect.arrayContaining(["network", "limits"]));
    for (const { why } of down) expect(why).toMatch(/\w/);
  });

  test.runIf(process.getuid?.() === 0)(
    "without a shell, root takes the network away itself, and the process is nobody",
    async () => {
      const fences = raiseFences({ ...findTools(), sh: undefined });
      expect(find(fences.list(scripts), "network")).toEqual({ name: "network", up: true });
      await using launcher = createLocalLauncher(fences);
      const status = await lookAt(launcher, statusOf);
      expect([status.get("Uid")?.split("\t")[0], status.get("CapBnd"), status.get("NoNewPrivs")]).toEqual([
        "65534",
        "0000000000000000",
        "1",
      ]);
    },
  );
});

test.runIf(isLinux)(
  "a process in a user namespace can open no other, so that the kernel's rarer doors stay shut",
  async () => {
    // With the whole disk in its view, so that the tool is there to be tried.
    const tools = findTools();
    const profile = { ...BARE, nobody: process.getuid?.() === 0, namespaces: "user", privileges: true } as const;
    await using launcher = createLocalLauncher({
      list: () => [],
      commandLine: (program) => commandLine(profile, program, tools),
    });
    const open = `import("node:child_process").then(({ spawnSync }) => spawnSync("${tools.unshare}", ["--user", "true"]).status)`;
    expect(await askFromInside(launcher, open, UNBOUND)).toBe(1);
  },
);

test("a compiler is a fence that is down for the program that needs one, and for no other", () => {
  const fences = raiseFences();
  expect(find(fences.list({ compiler: true }), "compiler")).toEqual({
    name: "compiler",
    up: false,
    why: "WebAssembly does not exist without",
  });
  expect(find(fences.list(scripts), "compiler")).toEqual({ name: "compiler", up: true });
});

test("a command line for every profile ends with Node and its script", () => {
  for (const namespaces of ["user", "root", "none"] as const) {
    const line = commandLine({ ...BARE, namespaces, limits: true }, ANSWERING, findTools());
    expect(line.slice(line.indexOf(process.execPath))).toContain("--permission");
    expect(line.at(-1)).toBe(ANSWERING.script);
  }
});

test("a container without a network is told from a machine that is not connected just now", () => {
  const devices = (...names: string[]): string =>
    ["Inter-|   Receive", " face |bytes", ...names.map((name) => `${name}: 0 0 0`), ""].join("\n");
  expect(hasOnlyLoopback(devices("    lo"))).toBe(true);
  expect(hasOnlyLoopback(devices("    lo", " tunl0", "  sit0"))).toBe(true);
  expect(hasOnlyLoopback(devices("    lo", "  eth0"))).toBe(false);
  expect(hasOnlyLoopback(devices("    lo", " wlan0"))).toBe(false);
  expect(hasOnlyLoopback("")).toBe(false);
});

test("a service that was started without privileges needs no tool to give them up", () => {
  const status = (caps: string, flag: number): string => `CapPrm:\t${caps}\nCapEff:\t${caps}\nNoNewPrivs:\t${flag}\n`;
  expect(isAlreadyWithoutPrivileges(status("0000000000000000", 1))).toBe(true);
  expect(isAlreadyWithoutPrivileges(status("0000000000000000", 0))).toBe(false);
  expect(isAlreadyWithoutPrivileges(status("0000000000000400", 1))).toBe(false);
  expect(isAlreadyWithoutPrivileges("")).toBe(false);
});
