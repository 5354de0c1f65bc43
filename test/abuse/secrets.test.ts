import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { createLocalLauncher } from "#sandbox/launch/local-launcher.ts";
import { bareHost } from "#sandbox/bare-host.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { silent } from "#test/delivery-kit.ts";
import { ANSWERING, startAnswering, UNBOUND } from "#test/fenced-kit.ts";
import { sandboxCall } from "#test/sandbox-call.ts";
import { openHouse, OPENWEATHER_KEY } from "#test/stories/house.ts";
import { submit } from "#test/stories/stranger.ts";

const TOKEN = "xoxb-only-the-parent-knows-4711";
const never = new AbortController().signal;

/** Gives this process a secret in its environment, as the one that runs NEXUS has, until it is let go. */
function tokenInEnvironment(): Disposable {
  process.env["NEXUS_SLACK_BOT_TOKEN"] = TOKEN;
  return { [Symbol.dispose]: () => void delete process.env["NEXUS_SLACK_BOT_TOKEN"] };
}

/** Every process below this one, as the kernel lists them. */
function descendants(pid = process.pid): number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((task) =>
    peek(`/proc/${pid}/task/${task}/children`).split(" ").filter(Boolean).map(Number),
  );
  return children.flatMap((child) => [child, ...descendants(child)]);
}

function peek(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return "";
  }
}

describe.runIf(process.platform === "linux")("the environment of NEXUS", () => {
  test("SEC-010: is not that of the processes in which modules run", async () => {
    using _token = tokenInEnvironment();
    await using sandbox = createSandbox({ log: silent, runners: 1, spares: 1, minimum: [] });
    const code = `return { process: typeof process, found: JSON.stringify(globalThis).includes("xoxb") };`;
    const outcome = await sandbox.run(sandboxCall(code), bareHost(), never);
    expect(outcome).toMatchObject({ status: "completed", output: { process: "undefined", found: false } });
    const runners = descendants().filter((pid) => peek(`/proc/${pid}/cmdline`).includes("--permission"));
    expect(runners.length).toBeGreaterThan(0);
    for (const pid of runners) {
      expect(peek(`/proc/${pid}/environ`)).not.toContain("xoxb");
      expect(peek(`/proc/${pid}/cmdline`)).not.toContain("xoxb");
    }
  });

  test("SEC-011: cannot be read from such a process, not even by native code in it", async () => {
    using _token = tokenInEnvironment();
    await using launcher = createLocalLauncher();
    const fences = launcher.fences(UNBOUND);
    const isUp = (name: string): boolean => fences.some((fence) => fence.name === name && fence.up);
    const hasEmptyRoot = fences.some(({ name, why }) => name === "files" && why === undefined);
    // Where the kernel does not keep it from files, Node does; then only what Node runs is kept from them.
    using inside = await startAnswering(launcher, hasEmptyRoot ? UNBOUND : ANSWERING);
    const readAll = (paths: string): string => `import("node:fs").then(({ readFileSync }) => ${paths}.map((path) => {
      try { return readFileSync(path, "latin1").includes("xoxb") ? "leaked " + path : "read"; } catch (error) { return error.code; }
    }))`;
    const own = await inside.ask(readAll(`["/proc/self/environ", "/proc/thread-self/environ"]`));
    expect(own).toHaveLength(2);
    expect(JSON.stringify(own)).not.toContain("leaked");
    const parent = `["environ", "mem", "maps", "cmdline", "cwd/.env", "root/etc/passwd", "fd/0"].flatMap((name) => [${process.pid}, process.ppid, 1].map((pid) => "/proc/" + pid + "/" + name))`;
    const answers = await inside.ask(readAll(parent));
    expect(answers).toHaveLength(21);
    for (const answer of Array.isArray(answers) ? answers : []) expect(answer).not.toMatch(/^leaked/);
    const hidden = await inside.ask(readAll(`["/proc/${process.pid}/environ", "/proc/${process.pid}/mem"]`));
    expect(hidden).toEqual([expect.stringMatching(/^E/), expect.stringMatching(/^E/)]);
    // Nor can it reach its parent with a signal; this one would do nothing.
    const poke = `(() => { try { process.kill(${process.pid}, 0); return "reached"; } catch (error) { return error.code; } })()`;
    expect(await inside.ask(poke)).toMatch(isUp("user") ? /^E(?:SRCH|PERM)$/ : /./);
  });
});

describe("SEC-008: what is written down for others", () => {
  test("SEC-008: no report on a module holds a word of this process's environment, nor of its folders", async () => {
    using _token = tokenInEnvironment();
    await using sandbox = createSandbox({ log: silent, runners: 2, spares: 1, minimum: [] });
    const report = await sandbox.validate(submit(), { installed: [], mutants: 0 }, never);
    expect(report.ok).toBe(true);
    expect(JSON.stringify(report)).not.toMatch(/xoxb|\/work\/|\/home\/|\/root\/|\/tmp\//);
  }, 60_000);

  test("SEC-008: neither the page for monitors nor the health of the service knows a credential", async () => {
    await using house = await openHouse();
    await house.connectWeather();
    await house.say("what's the weather in Lisbon?");
    house.weather.mode = "401";
    await house.say("what's the weather in Porto?");
    for (const path of ["/livez", "/readyz", "/metrics", "/oauth/callback?state=x&code=y"]) {
      const answer = await fetch(`${house.nexus.origin ?? ""}${path}`);
      expect(await answer.text()).not.toContain(OPENWEATHER_KEY);
    }
    expect(house.log()).not.toContain(OPENWEATHER_KEY);
    expect(house.terminal.transcript()).not.toContain(OPENWEATHER_KEY);
  });
});
