import type { Cell, Launcher } from "#sandbox/launch/cell.ts";
import type { Program } from "#sandbox/launch/program.ts";
import { readFileSync } from "node:fs";

/** A program that answers each expression it is sent with its value, or with `{ threw: code }`. */
export const ANSWERING: Program = {
  name: "answering",
  script: `
    process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));
    process.on("message", async ({ expression }) => {
      try {
        process.send({ value: (await (0, eval)("(" + expression + ")")) ?? null });
      } catch (error) {
        process.send({ value: { threw: error.code ?? error.message } });
      }
    });
    process.send({ ready: process.pid });`,
  args: [],
  readable: [],
  addons: false,
  compiler: false,
  nodeFlags: [],
};

/** The same without Node's permissions: what it can do then, the kernel lets it do. */
export const UNBOUND: Program = { ...ANSWERING, name: "unbound", nodeFlags: ["--no-permission"] };

/** Says its process id and then never listens again. */
export const LOOPING: Program = {
  ...ANSWERING,
  name: "looping",
  script: "process.send({ ready: process.pid }, () => { for (;;); });",
};

/** Says its process id and then holds more and more. */
export const GROWING: Program = {
  ...ANSWERING,
  name: "growing",
  script: `
    const held = [];
    process.send({ ready: process.pid }, () => setInterval(() => held.push(Buffer.alloc(4 * 1024 * 1024, 1)), 1));`,
};

/** All of this kit, for a runner service of a test. */
export const KIT_PROGRAMS: readonly Program[] = [ANSWERING, UNBOUND, LOOPING, GROWING];

/** Whether there is no such process any more. One that nobody has buried yet does not count. */
export function isGone(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, "latin1").split(") ")[1]?.startsWith("Z") ?? true;
  } catch {
    return true;
  }
}

/** A cell that has said its process id and answers expressions. Killed when it is let go. */
export interface Asked extends Disposable {
  readonly cell: Cell;
  readonly pid: number;
  ask(expression: string): Promise<unknown>;
}

/** Starts a program of this kit and waits until it is there. */
export async function startAnswering(launcher: Launcher, program: Program = ANSWERING): Promise<Asked> {
  const cell = launcher.start(program);
  const messages: unknown[] = [];
  const waiting: ((message: unknown) => void)[] = [];
  cell.onMessage((message) => {
    const next = waiting.shift();
    if (next === undefined) messages.push(message);
    else next(message);
  });
  const gone = cell.exited.then((exit) => {
    throw new Error(`the process ended: ${JSON.stringify(exit)}`);
  });
  gone.catch(() => {});
  const hear = (key: string): Promise<unknown> => {
    const said =
      messages.length > 0 ? Promise.resolve(messages.shift()) : new Promise((resolve) => waiting.push(resolve));
    return Promise.race([said, gone]).then((message) =>
      typeof message === "object" && message !== null ? Reflect.get(message, key) : undefined,
    );
  };
  const pid = Number(await hear("ready"));
  return {
    cell,
    pid,
    ask(expression) {
      cell.send({ expression });
      return hear("value");
    },
    [Symbol.dispose]: () => cell.kill(),
  };
}

/** What one fenced process answers to one expression. */
export async function askFromInside(launcher: Launcher, expression: string, program?: Program): Promise<unknown> {
  using asked = await startAnswering(launcher, program);
  return await asked.ask(expression);
}

/** What can be seen of a fenced process from outside, while it stands. */
export async function lookAt<T>(launcher: Launcher, look: (pid: number) => T, program?: Program): Promise<T> {
  using asked = await startAnswering(launcher, program);
  return look(asked.pid);
}

/** The lines of `/proc/PID/status` by name. */
export function statusOf(pid: number): ReadonlyMap<string, string> {
  const lines = readFileSync(`/proc/${pid}/status`, "latin1").split("\n");
  return new Map(lines.map((line) => [line.split(":", 1)[0] ?? "", line.slice(line.indexOf(":") + 1).trim()]));
}
