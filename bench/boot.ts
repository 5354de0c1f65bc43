import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { atMost, percentile, type Report, reportOf, round } from "./report.ts";
import type { Measurement } from "./run.ts";

const RESTARTS = 5;
const SETTLE_MS = 5_000;
const FIRST_ANSWER_LIMIT_MS = 180_000;

/**
 * What a newcomer and an operator wait for: a fresh clone to its first answer through `npm start`, as a person would
 * run it, then restarts to ready, and what an idle service holds.
 */
export const bootBench: Measurement = {
  name: "boot",
  options: "",
  purpose: "a fresh clone to its first answer, restarts, and what an idle service holds",
  run: measureBoot,
};

async function measureBoot(): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), "nexus-boot-"));
  try {
    run("git", ["clone", "--quiet", process.cwd(), folder], process.cwd());
    const firstAnswerS = await timeFirstAnswer(folder);
    const secondAnswerS = await timeFirstAnswer(folder);
    const restarts: number[] = [];
    let rssMib = 0;
    for (let index = 0; index < RESTARTS; index++) {
      const service = await startService(folder);
      restarts.push(service.readyMs);
      if (index === RESTARTS - 1) {
        await wait(SETTLE_MS);
        rssMib = residentMib(service.child);
      }
      await end(service.child);
    }
    const restartMs = percentile(restarts, 0.5);
    return reportOf(
      "boot",
      {
        "node that started it": outerNodeVersion(),
        "fresh clone to first answer s": round(firstAnswerS, 1),
        "second start to first answer s": round(secondAnswerS, 1),
        "restart to ready ms (median)": round(restartMs, 0),
        "restart to ready ms (worst)": round(Math.max(...restarts), 0),
        "idle RSS MiB": round(rssMib, 0),
      },
      [
        atMost("fresh clone to first answer s", round(firstAnswerS, 1), 120),
        atMost("restart to ready ms", round(restartMs, 0), 2_000),
        atMost("idle RSS MiB", round(rssMib, 0), 200),
      ],
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The environment as a person's shell has it: without this project's node_modules in PATH, nor npm's variables. */
function outerEnvironment(): NodeJS.ProcessEnv {
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !name.toLowerCase().startsWith("npm_") && !name.startsWith("NEXUS_"),
    ),
  );
  const path = (process.env["PATH"] ?? "").split(delimiter).filter((entry) => !entry.includes("node_modules"));
  return { ...environment, PATH: path.join(delimiter), NEXUS_HTTP_PORT: "0" };
}

function outerNodeVersion(): string {
  return run("node", ["--version"], tmpdir()).trim();
}

function run(command: string, args: readonly string[], cwd: string): string {
  const result = spawnSync(command, [...args], { cwd, env: outerEnvironment(), encoding: "utf8" });
  if (result.status !== 0) throw new Error(`${command} ${args.join(" ")} failed: ${result.stderr}`);
  return result.stdout;
}

/** Seconds from `npm start` until the answer to the first suggestion is on the screen. */
async function timeFirstAnswer(folder: string): Promise<number> {
  const startedAt = performance.now();
  const child = spawn("npm", ["start"], { cwd: folder, env: outerEnvironment(), stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.end("1\n");
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString("utf8")));
  const timer = setTimeout(() => child.kill("SIGKILL"), FIRST_ANSWER_LIMIT_MS);
  await once(child, "exit");
  clearTimeout(timer);
  if (!output.includes("CA$") && !output.includes("$"))
    throw new Error(`no spending in the answer:\n${output.slice(-2_000)}`);
  return (performance.now() - startedAt) / 1000;
}

async function startService(folder: string): Promise<{ child: ChildProcess; readyMs: number }> {
  const startedAt = performance.now();
  const node = join(folder, "node_modules", ".bin", "node");
  const child = spawn(node, ["--max-semi-space-size=8", "src/cli/nexus.ts", "start"], {
    cwd: folder,
    // As in the unit and the image: what is compiled is kept.
    env: { ...outerEnvironment(), NODE_COMPILE_CACHE: join(folder, "data", "cache") },
    stdio: ["ignore", "pipe", "inherit"],
  });
  for await (const chunk of child.stdout) {
    if (String(chunk).includes('"msg":"ready"')) break;
  }
  child.stdout.resume();
  return { child, readyMs: performance.now() - startedAt };
}

function residentMib(child: ChildProcess): number {
  const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? Number.NaN) / 1024;
}

async function end(child: ChildProcess): Promise<void> {
  child.kill("SIGTERM");
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
}
