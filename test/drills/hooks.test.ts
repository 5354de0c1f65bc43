import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test(
  "in a small drill of hooks every delivery that was answered 202 is said once, whenever NEXUS is killed",
  { timeout: 240_000 },
  async () => {
    const args = ["hooks", "--every", "9", "--messages", "40", "--kills", "2", "--hooks", "2", "--json"];
    const child = spawn(process.execPath, [fileURLToPath(new URL("drill.ts", import.meta.url)), ...args]);
    const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
    expect(JSON.parse(stdout)).toMatchObject({ name: "hooks", figures: { "killed amid many": 2 }, ok: true });
    expect(code).toBe(0);
  },
);
