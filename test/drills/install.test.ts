import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("a small installation drill holds every bar and says so in one line of JSON", { timeout: 300_000 }, async () => {
  const program = fileURLToPath(new URL("drill.ts", import.meta.url));
  const args = [
    "install",
    "--kills",
    "2",
    "--others",
    "1",
    "--timed",
    "1",
    "--twice",
    "1",
    "--undos",
    "2",
    "--seconds",
    "280",
    "--json",
  ];
  const child = spawn(process.execPath, [program, ...args]);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "exit")]);
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toMatchObject({ name: "install", ok: true });
  expect(stdout.trimEnd()).not.toContain("\n");
  expect(code).toBe(0);
});
