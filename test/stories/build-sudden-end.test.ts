import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { rotaDocument } from "#test/platforms/rota.ts";
import type { ConsoleTerminal } from "./console-terminal.ts";
import { labelsOf, textOf } from "./house.ts";
import { attach, finish, run, temporaryDir } from "./service.ts";

vi.setConfig({ testTimeout: 300_000 });
const SOON = { timeout: 150_000, interval: 50 };
/** Beside other work a service may take longer to start than a story usually waits. */
const attachTo = (dataDir: string, channel?: string): Promise<ConsoleTerminal> =>
  vi.waitUntil(() => attach(dataDir, channel).catch(() => undefined), SOON);

test("killed while a module is being checked, the build goes on from there: the same code, what was done stays done", async () => {
  using dir = temporaryDir();
  const document = join(dir.path, "rota.json");
  writeFileSync(document, JSON.stringify(rotaDocument()));
  const code = await (async () => {
    await using service = run(["start"], { dataDir: dir.path });
    await using terminal = await attachTo(dir.path);
    const begun = await terminal.say("build a module from this that says who is on call", [document]);
    await vi.waitUntil(() => terminal.transcript().includes("… **Check in the sandbox**"), SOON);
    service.kill("SIGKILL");
    expect(await service.ended).toEqual({ code: null, signal: "SIGKILL" });
    return /\(build (\w{4})\)/.exec(begun.summary)?.[1];
  })();

  await using service = run(["start"], { dataDir: dir.path });
  await using terminal = await attachTo(dir.path);
  const card = await vi.waitUntil(
    () => terminal.shown().find(({ reply }) => labelsOf(reply).includes("Approve"))?.reply,
    SOON,
  );
  expect(textOf(card)).toContain("GET api.rota.example/v1/oncall");
  const now = await terminal.say(`build ${code}`);
  expect(textOf(now)).toContain("✓ **Read**");
  expect(textOf(now)).toContain("waits for approval");
  // The document went with its terminal, and was read once: the bytes were kept.
  expect(textOf(now)).toMatch(/✓ \*\*Write\*\*: rota 1\.0\.0/);
  service.kill("SIGTERM");
  expect(await service.ended).toEqual({ code: 0, signal: null });
});

test("the command line builds with a checklist, names what is wrong, and says so when no NEXUS runs", async () => {
  using dir = temporaryDir();
  const options = { dataDir: dir.path };
  const alone = await finish(["build", "https://api.rota.example/openapi.json"], options);
  expect(alone.code).toBe(1);
  expect(alone.stderr).toContain("No NEXUS is running on this data directory.");
  expect(await finish(["build"], options)).toMatchObject({ code: 2 });

  await using _service = run(["start"], options);
  await using terminal = await attachTo(dir.path, "elsewhere");
  await terminal.say("solo on");
  const built = await finish(["build", "-", "--need", "says who is on call", "--watch", "--plain"], {
    ...options,
    input: { text: JSON.stringify(rotaDocument()) },
  });
  expect(built.stdout).toContain("Specify: 1 operation of api.rota.example: Who is on call");
  expect(built.stdout).toContain("has passed, and waits for approval.");
  expect(built.code).toBe(0);
  const list = await vi.waitUntil(async () => {
    const { stdout } = await finish(["ask", "approvals"], options);
    return /`(\w{4})`/.exec(stdout)?.[1] ?? /· (\w{4}) ·/.exec(stdout)?.[1];
  }, SOON);
  const approved = await finish(["approve", list], options);
  expect(approved.stdout).toContain("Installed by");
  const undone = await finish(["undo", "rota", "--yes"], options);
  expect(undone.stdout).toContain("rota is gone");
  expect(undone.code).toBe(0);
  // What comes from an index is checked as it is, and followed to its card, also by whoever finds it under way.
  expect((await finish(["install", "hacker-news", "--plain"], options)).stdout).toContain("Checking a module:");
  const taken = await finish(["install", "hacker-news", "--watch", "--plain"], options);
  expect(taken.stdout).toContain("Install Hacker News 1.0.0: hacker-news.firebaseio.com");
  expect(taken.code).toBe(0);
  const bad = await finish(["build", "-", "--watch", "--plain"], { ...options, input: { text: "hello: world" } });
  expect(bad.stdout).toMatch(/✗ (?:Read|Specify)/);
  expect(bad.code).toBe(1);
});
