import { writeFileSync } from "node:fs";

/** Makes the kernel, short of memory, end this process before any other. Only Linux knows how. */
export function offerToOutOfMemoryKiller(pid: number): void {
  try {
    writeFileSync(`/proc/${pid}/oom_score_adj`, "1000");
  } catch {
    // Another system, or the process is gone already: the parent's own watch on memory stands.
  }
}
