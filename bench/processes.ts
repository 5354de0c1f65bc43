import { readdirSync, readFileSync } from "node:fs";

/** The processes that this one has started and those they have started, as far as they still run. Only Linux tells. */
export function descendants(of: number = process.pid): number[] {
  const children = new Map<number, number[]>();
  for (const name of readFolder("/proc")) {
    const pid = Number(name);
    // The name stands in brackets and may hold anything: state and parent come after the last.
    const stat = readFile(`/proc/${name}/stat`);
    const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    if (Number.isInteger(pid) && state !== "Z" && parent !== undefined)
      children.set(Number(parent), [...(children.get(Number(parent)) ?? []), pid]);
  }
  const below = (pid: number): number[] => (children.get(pid) ?? []).flatMap((child) => [child, ...below(child)]);
  return below(of);
}

/** What a process holds, MiB: pages shared with others counted whole. */
export function residentMib(pid: number): number {
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFile(`/proc/${pid}/status`))?.[1] ?? 0) / 1024;
}

/** What a process holds, MiB: of each page shared with others only its part. Undefined where the kernel does not say. */
export function proportionalMib(pid: number): number | undefined {
  const kib = /^Pss:\s+(\d+)/m.exec(readFile(`/proc/${pid}/smaps_rollup`))?.[1];
  return kib === undefined ? undefined : Number(kib) / 1024;
}

function readFile(path: string): string {
  try {
    return readFileSync(path, "latin1");
  } catch {
    // It has ended, or belongs to somebody else.
    return "";
  }
}

function readFolder(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
