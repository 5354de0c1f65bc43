import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test(
  "in a small clock drill every slot runs once, whatever befalls the clocks and NEXUS",
  { timeout: 180_000 },
  async () => {
    const args = ["clock", "--zones", "4", "--schedules", "120", "--orgs", "6", "--json"];
    const child = spawn(process.execPath, [fileURLToPath(new URL("drill.ts", import.meta.url)), ...args]);
    const [stdout, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
    expect(JSON.parse(stdout)).toMatchObject({
      name: "clock",
      figures: { zones: 4, timelines: expect.any(Number) },
      ok: true,
    });
    expect(code).toBe(0);
  },
);
