import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { SILENT } from "#test/silent-log.ts";
import { createSupervisor } from "./supervisor.ts";

const program = (name: string): URL => new URL(import.meta.resolve(`#test/heavy-programs/${name}.ts`));
const never = new AbortController().signal;
const task = (name: string, order: unknown, timeoutMs = 20_000) => {
  return { name, program: program(name), order, timeoutMs };
};
const options = { backoffMs: 1, stopMs: 300 };

test("work is done in a thread that has nothing of the environment, and can be asked for again at once", async () => {
  await using threads = createSupervisor(options, SILENT);
  await expect(threads.run(task("echo", { say: "one" }), never)).resolves.toEqual({ said: "one", environment: 0 });
  await expect(threads.run(task("echo", { say: "two" }), never)).resolves.toMatchObject({ said: "two" });
});

test("two of one name never run at once", async () => {
  await using threads = createSupervisor(options, SILENT);
  const first = threads.run(task("echo", { say: "first", waitMs: 50 }), never);
  await expect(threads.run(task("echo", { say: "second" }), never)).rejects.toThrow("runs already");
  await expect(first).resolves.toMatchObject({ said: "first" });
});

test("a thread that crashes is started again, and given up when it goes on crashing", async () => {
  await using threads = createSupervisor(options, SILENT);
  const file = join(mkdtempSync(join(tmpdir(), "nexus-threads-")), "starts");
  await expect(threads.run(task("crash", { file, times: 2 }), never)).resolves.toEqual({ starts: 3 });
  const other = `${file}-other`;
  await expect(threads.run(task("crash", { file: other, times: 9 }), never)).rejects.toThrow(/9|ended/);
  expect(readFileSync(other, "utf8")).toHaveLength(3);
});

test("what the work itself refuses comes back as it was meant, and is not tried again", async () => {
  await using threads = createSupervisor(options, SILENT);
  const refused = threads.run(task("echo", { say: "no room", refuse: true }), never);
  await expect(refused).rejects.toMatchObject({ code: "disk_full", message: "no room" });
});

test("an order that is none is refused", async () => {
  await using threads = createSupervisor(options, SILENT);
  await expect(threads.run(task("echo", { say: 7 }), never)).rejects.toMatchObject({ code: "internal" });
});

test("work that takes too long is ended, also where it does not let go", async () => {
  await using threads = createSupervisor(options, SILENT);
  await expect(threads.run(task("stall", {}, 100), never)).rejects.toThrow("took longer");
});

test("who no longer wants it is heard, and the end of NEXUS ends what runs", async () => {
  const threads = createSupervisor(options, SILENT);
  const controller = new AbortController();
  const unwanted = threads.run(task("echo", { say: "late", waitMs: 60_000 }), controller.signal);
  controller.abort(new Error("not wanted"));
  await expect(unwanted).rejects.toThrow("not wanted");
  const running = threads.run(task("stall", {}), never);
  const [ended] = await Promise.allSettled([running, threads[Symbol.asyncDispose]()]);
  expect(ended).toMatchObject({ status: "rejected", reason: { message: "NEXUS is stopping" } });
  await expect(threads.run(task("echo", { say: "after" }), never)).rejects.toThrow("stopping");
});
