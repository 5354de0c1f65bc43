import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import { PATIENCE } from "./console-terminal.ts";
import { DEMO } from "./demo-words.ts";
import { attach, finish, run, STACK, temporaryDir } from "./service.ts";

const ESCAPE = "\u001b";
const LOG_LINE = /"level":\d+/;
const WEATHER = "what's the weather in Lisbon?";

describe("a piped start", () => {
  test("answers what is typed into it, in words only, and ends well", async () => {
    using dir = temporaryDir();
    const input = { text: "1\n" };
    const { code, stdout, stderr } = await finish(["start"], { dataDir: dir.path, input });
    expect(stdout).toMatch(/You spent \$/);
    expect(stdout).toContain("Sample data");
    expect(stdout).not.toContain(ESCAPE);
    expect(stdout + stderr).not.toMatch(LOG_LINE);
    expect(readFileSync(join(dir.path, "nexus.log"), "utf8")).toMatch(LOG_LINE);
    expect(code).toBe(0);
  });

  test("answers several lines in their order, and the last without a line's end too", async () => {
    using dir = temporaryDir();
    const input = { text: `${DEMO.count}\n\n${DEMO.count}\r\n${DEMO.count}` };
    const { code, stdout } = await finish(["start"], { dataDir: dir.path, input });
    expect([...stdout.matchAll(/counter is at (\d)/g)].map(([, count]) => count)).toEqual(["1", "2", "3"]);
    expect(code).toBe(0);
  });

  test("with an empty pipe serves until it is told to end", async () => {
    using dir = temporaryDir();
    await using service = run(["start"], { dataDir: dir.path, input: { text: "" } });
    await using terminal = await attach(dir.path);
    expect((await terminal.say(DEMO.count)).summary).toContain("counter is at 1");
    service.kill("SIGTERM");
    expect(await service.ended).toEqual({ code: 0, signal: null });
    expect(service.stdout()).not.toMatch(LOG_LINE);
  });

  test("whose pipe stays open and silent serves too", async () => {
    using dir = temporaryDir();
    await using service = run(["start"], { dataDir: dir.path, input: "pipe" });
    await using terminal = await attach(dir.path);
    expect((await terminal.say(DEMO.count)).summary).toContain("counter is at 1");
    service.type(DEMO.count);
    await vi.waitUntil(() => service.stdout().includes("counter is at 2"), PATIENCE);
    service.kill("SIGINT");
    expect(await service.ended).toEqual({ code: 0, signal: null });
  });

  test("whose reader has gone away ends, and does not crash", async () => {
    using dir = temporaryDir();
    const within = ["sh", "-c", `printf 'help\\nhelp\\nhelp\\n' | "$@" | head -1`, "sh"] as const;
    const { stdout, stderr } = await finish(["start"], { dataDir: dir.path, within: [...within] });
    expect(stdout).not.toBe("");
    expect(stderr).not.toMatch(/EPIPE|^\s+at /m);
  });
});

describe("a single question", () => {
  test("prints one answer and ends with 0, without codes for a terminal", async () => {
    using dir = temporaryDir();
    const { code, stdout } = await finish(["ask", WEATHER], { dataDir: dir.path });
    expect(code).toBe(0);
    expect(stdout.match(/Sample data, generated/g)).toHaveLength(1);
    expect(stdout).not.toContain(ESCAPE);
    expect(stdout).not.toMatch(LOG_LINE);
  });

  test("that ends in an error says so with its exit status", async () => {
    using dir = temporaryDir();
    const settings = { NEXUS_SAMPLE_DATA: "off" };
    const { code, stdout } = await finish(["ask", WEATHER], { dataDir: dir.path, settings });
    expect(stdout).toContain("credential_missing");
    expect(code).toBe(1);
  });

  test("with a file that is not there says which, and its code", async () => {
    using dir = temporaryDir();
    const { code, stdout, stderr } = await finish(["ask", "import this", "--file", "/no/such/bank.csv"], {
      dataDir: dir.path,
    });
    expect(code).toBe(1);
    expect(stdout + stderr).toContain("bank.csv");
    expect(stdout + stderr).toContain("file_unreadable");
  });

  test.each([
    [["ask"], "ask what?"],
    [["dance"], "no command “dance”"],
    [["ask", "status", "--loud"], "--loud"],
  ])("%j is wrong usage: exit status 2, the usage, and nothing is started", async (args, cause) => {
    using dir = temporaryDir();
    const dataDir = join(dir.path, "data");
    const { code, stderr } = await finish(args, { dataDir });
    expect(code).toBe(2);
    expect(stderr).toContain(cause);
    expect(stderr).toContain("nexus start");
    expect(stderr).not.toMatch(STACK);
    expect(existsSync(dataDir)).toBe(false);
  });
});

describe("the other commands", () => {
  test("console with nothing running says so, with exit status 1", async () => {
    using dir = temporaryDir();
    const { code, stderr } = await finish(["console"], { dataDir: dir.path });
    expect(stderr).toContain("(not_running)");
    expect(stderr).toContain("npm start");
    expect(stderr).not.toMatch(STACK);
    expect(code).toBe(1);
  });

  test("a piped console talks to the running one, and leaves it running", async () => {
    using dir = temporaryDir();
    await using _service = run(["start"], { dataDir: dir.path });
    await using terminal = await attach(dir.path);
    await terminal.say(DEMO.count);
    const input = { text: `${DEMO.count}\n` };
    const { code, stdout } = await finish(["console"], { dataDir: dir.path, input });
    expect(stdout).toContain("counter is at 2");
    expect(code).toBe(0);
    expect((await terminal.say(DEMO.count)).summary).toContain("counter is at 3");
  });

  test("doctor finds nothing wrong on a fresh machine, and help and --help print the commands", async () => {
    using dir = temporaryDir();
    const options = { dataDir: dir.path, settings: { NO_COLOR: "1" } };
    const [examined, ...helped] = await Promise.all([
      finish(["doctor", "--plain"], options),
      finish(["help"], options),
      finish(["ask", "--help"], options),
    ]);
    expect(examined?.stdout).toContain("All that NEXUS needs is here.");
    expect(examined?.stdout).not.toContain(ESCAPE);
    expect(examined?.code).toBe(0);
    for (const { code, stdout } of helped)
      expect({ code, says: stdout.includes("nexus doctor") }).toEqual({ code: 0, says: true });
  });

  test.each([
    ["NO_COLOR=1", ["ask", "showroom"], { NO_COLOR: "1" }],
    ["--plain", ["ask", "--plain", "showroom"], {}],
    ["a dumb terminal", ["ask", "showroom"], { TERM: "dumb" }],
  ])("on a real terminal, %s means no escape codes", async (_, args, settings) => {
    using dir = temporaryDir();
    const within = ["sh", "-c", 'script -qec "$*" /dev/null', "sh"] as const;
    const { stdout } = await finish(args, { dataDir: dir.path, settings, within: [...within] });
    expect(stdout).toContain("A bar chart");
    expect(stdout).not.toContain(ESCAPE);
  });
});
