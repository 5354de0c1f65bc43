#!/usr/bin/env node
// The `nexus` command on any Node: brings what is missing, then runs the command line on Node 24.
import { spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const ready = spawnSync(process.execPath, [join(root, "scripts", "bootstrap.mjs")], { stdio: "inherit" });
if (ready.status !== 0) process.exit(ready.status ?? 1);

const shipped = join(root, "node_modules", `node-linux-${process.arch}`, "bin", "node");
const node = existsSync(shipped) ? shipped : process.execPath;
// A young generation of 8 MiB is enough for one bot, and keeps 40 MiB that V8 would take at the start.
const flags = ["--max-semi-space-size=8"];
// What was compiled once is kept beside the packages: from the second start on, half the time and 15 MiB less.
const compiled = process.env.NODE_COMPILE_CACHE ?? join(root, "node_modules", ".cache", "nexus");
const program = join(root, "src", "cli", "nexus.ts");
const child = spawn(node, [...flags, program, ...process.argv.slice(2)], {
  stdio: "inherit",
  env: { ...process.env, NODE_COMPILE_CACHE: compiled },
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => child.kill(signal));
child.on("close", (status, signal) => process.exit(status ?? (signal ? 1 : 0)));
