import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

async function drill(...args: string[]) {
  const child = spawn(process.execPath, [fileURLToPath(new URL("drill.ts", import.meta.url)), ...args]);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  return { stdout, stderr, code };
}

test("a small kill drill holds every bar and says so in one line of JSON", { timeout: 90_000 }, async () => {
  const { stdout, code } = await drill("kill", "--messages", "60", "--kills", "2", "--seed", "3", "--json");
  const report: unknown = JSON.parse(stdout);
  expect(report).toMatchObject({ name: "kill", figures: { kills: 2, starts: 3 }, ok: true });
  expect(stdout.trimEnd()).not.toContain("\n");
  expect(code).toBe(0);
});

test("whoever asks for an unknown drill is shown those there are", async () => {
  const { stderr, code } = await drill("nonsense");
  expect(stderr).toContain("There is no drill called nonsense.");
  expect(stderr).toContain("[--door test|slack|discord] [--messages 1000]");
  expect(code).toBe(2);
});
