import type { Manifest } from "#core/contract/manifest.ts";
import type { Finding } from "#core/contract/validation.ts";
import type { CellExit, Launcher } from "#sandbox/launch/cell.ts";
import { folderOf } from "#sandbox/launch/folder-of.ts";
import type { Program } from "#sandbox/launch/program.ts";
import { isStrippedFrom } from "./compare-stripped.ts";
import { findingOf } from "./findings.ts";
import { FromInspector } from "./messages.ts";
import type { Mutant } from "./mutants.ts";
import type { ToInspector } from "./to-inspector.ts";

/** Looks through a module's code in a fenced process that is used once. */
export interface Inspector {
  /** Never throws because of what it looks at: an inspection that dies is a finding. */
  inspect(subject: Subject, signal: AbortSignal): Promise<Inspection>;
  /** Small faults to put into code that inspection let through. None, when their search dies. */
  mutate(
    compiled: ReadonlyMap<string, string>,
    options: { readonly limit: number; readonly seed: string },
    signal: AbortSignal,
  ): Promise<{ readonly mutants: readonly Mutant[]; readonly possible: number }>;
}

export interface Subject {
  /** TypeScript by path. */
  readonly sources: ReadonlyMap<string, string>;
  readonly manifest: Manifest;
  /** The WebAssembly entry instead. */
  readonly wasm?: Uint8Array | undefined;
  /** Globals that the module finds here beyond those of every module: for evaluations with a host of their own. */
  readonly allowGlobals?: readonly string[];
}

export interface Inspection {
  readonly findings: readonly Finding[];
  /** JavaScript by path: the sources with their types taken off, which is what runs. */
  readonly compiled: ReadonlyMap<string, string>;
  readonly lines: number;
  /** Whether it counts on language data that only one engine has. */
  readonly usesIntl: boolean;
}

/** A start takes 0.2 s; one that takes this long will not come. */
const START_MS = 10_000;
/** Honest code takes 0.1 s; the rest is room for a busy machine. */
const WALL_CLOCK_MS = 5_000;
/** The largest honest module needs some 130 MiB, half of it Node and the type stripper. */
const MEMORY_MIB = 256;

export function createInspector(launcher: Launcher): Inspector {
  return {
    async inspect({ sources, manifest, wasm, allowGlobals = [] }, signal) {
      const answer = await ask(
        launcher,
        {
          type: "inspect",
          sources: [...sources],
          manifest,
          ...(wasm === undefined ? {} : { wasm: Buffer.from(wasm).toString("base64") }),
          allowGlobals,
        },
        signal,
      );
      if (!("type" in answer)) return died(answer.died);
      if (answer.type !== "inspected") return died("it answered something else");
      const compiled = new Map(answer.compiled);
      const isOurs = [...compiled].every(([path, code]) => isStrippedFrom(code, sources.get(path)));
      if (!isOurs) return died("it answered with other code than it was given");
      return { findings: answer.findings, compiled, lines: answer.lines, usesIntl: answer.usesIntl };
    },
    async mutate(compiled, { limit, seed }, signal) {
      const answer = await ask(launcher, { type: "mutate", compiled: [...compiled], limit, seed }, signal);
      if (!("type" in answer) || answer.type !== "mutants") return { mutants: [], possible: 0 };
      return { mutants: answer.mutants.filter(({ file }) => compiled.has(file)), possible: answer.possible };
    },
  };
}

function died(why: string): Inspection {
  const message = `The inspection did not come to its end: ${why}.`;
  return { findings: [findingOf("inspect.died", {}, message)], compiled: new Map(), lines: 0, usesIntl: false };
}

type Answer = Exclude<FromInspector, { type: "ready" }> | { readonly died: string };

/**
 * One question to a process of its own, which is gone afterwards.
 * @throws the signal's reason when it is aborted
 */
async function ask(launcher: Launcher, question: ToInspector, signal: AbortSignal): Promise<Answer> {
  signal.throwIfAborted();
  const cell = launcher.start(inspectorProgram());
  const answer = Promise.withResolvers<Answer>();
  const abort = (): void => answer.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  let late = setTimeout(() => answer.resolve({ died: "its process did not start" }), START_MS);
  cell.limitMemory(MEMORY_MIB);
  cell.onMessage((raw) => {
    const read = FromInspector.safeParse(raw);
    if (!read.success) answer.resolve({ died: "it answered something that cannot be read" });
    else if (read.data.type === "ready") {
      clearTimeout(late);
      late = setTimeout(() => answer.resolve({ died: "it took too long" }), WALL_CLOCK_MS);
      cell.send(question);
    } else answer.resolve(read.data);
  });
  void cell.exited.then((exit) => answer.resolve({ died: explain(exit) }));
  try {
    return await answer.promise;
  } finally {
    clearTimeout(late);
    signal.removeEventListener("abort", abort);
    cell.kill();
  }
}

function explain(exit: CellExit): string {
  return exit.why === "memory" ? "it needed too much memory" : `its process ended (${exit.detail})`;
}

/** The process's own files are read by it, and nothing else of ours: they import no other room. */
export function inspectorProgram(): Program {
  return {
    name: "inspector",
    script: `import ${JSON.stringify(new URL("process.ts", import.meta.url).href)};`,
    args: [],
    readable: [`${import.meta.dirname}/`, ...LIBRARIES.map(folderOf)],
    addons: false,
    // The type stripper is WebAssembly.
    compiler: true,
    nodeFlags: ["--max-old-space-size=160"],
  };
}

const LIBRARIES = ["acorn", "amaro", "eslint-scope", "esrecurse", "estraverse"];
