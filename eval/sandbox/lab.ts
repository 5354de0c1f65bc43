import { newId, OrgId } from "#core/contract/ids.ts";
import type { Sandbox, SandboxOutcome } from "#core/contract/sandbox.ts";
import type { EngineName, Finding } from "#core/contract/validation.ts";
import { createEngines } from "#sandbox/engines/engines.ts";
import { createInspector, type Inspector } from "#sandbox/inspect/inspector.ts";
import { createLocalLauncher } from "#sandbox/launch/local-launcher.ts";
import { createRunnerPools } from "#sandbox/runner-pools.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { bareHost } from "#sandbox/bare-host.ts";
import { strangeBundle, strangeCall, strangeManifest } from "#test/abuse/strange-module.ts";
import { type Canaries, setCanaries } from "./canaries.ts";

/** Everything a case is tried on: the sandbox as it ships, its second engine, its inspector, and what watches over them. */
export interface Lab extends AsyncDisposable {
  readonly sandbox: Sandbox;
  readonly inspector: Inspector;
  readonly canaries: Canaries;
  run(engine: EngineName, ...call: Parameters<Sandbox["run"]>): Promise<SandboxOutcome>;
  /** What is wrong with the service as a neighbour sees it: undefined when it serves as ever. */
  ail(): Promise<string | undefined>;
}

/** Tries at most. An inspector that is late on a busy machine gives up, which says nothing of the code. */
const TRIES = 3;

/** Whether an inspection ended without a word about the code. */
export function hasGivenUp(findings: readonly Finding[]): boolean {
  return findings.some(({ rule }) => rule === "inspect.died");
}

/** Does it again while it gives up: code that really kills its inspector does so every time. */
export async function patiently<Value>(work: () => Promise<Value>, gaveUp: (value: Value) => boolean): Promise<Value> {
  for (let left = TRIES - 1; ; left -= 1) {
    const value = await work();
    if (left === 0 || !gaveUp(value)) return value;
  }
}

function patient(inspector: Inspector): Inspector {
  return {
    ...inspector,
    inspect: (what, signal) =>
      patiently(
        () => inspector.inspect(what, signal),
        ({ findings }) => hasGivenUp(findings),
      ),
  };
}

const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
/** A runner that starts late on a busy machine is no verdict. */
const WAIT_MS = 15_000;
const NEIGHBOUR = `export async function run(input) { return { back: input.n + 1 }; }`;

/** Opens a lab in this process: what strange code does to it is done to the service. */
export function openLab(): Lab {
  const launcher = createLocalLauncher();
  const sandbox = createSandbox({ log: silent, launcher, runners: 3, spares: 1, waitMs: WAIT_MS });
  const engines = createEngines();
  const pools = createRunnerPools({
    launcher,
    engines,
    options: { log: silent, runners: 2, spares: 0, waitMs: WAIT_MS },
  });
  const neighbour = newId(OrgId);
  const neighbours = strangeBundle(
    new Map([["module.ts", NEIGHBOUR]]),
    strangeManifest(NEIGHBOUR, { timeoutMs: 5_000 }),
  );
  const canaries = setCanaries();
  return {
    sandbox,
    inspector: patient(createInspector(launcher)),
    canaries,
    run: (engine, call, host, signal) =>
      engine === engines.scripts.name
        ? sandbox.run(call, host, signal)
        : pools.run(engines.named[engine], call, host, { once: false }, signal),
    async ail() {
      const call = strangeCall(neighbours, { n: 41 }, neighbour);
      const outcome = await sandbox.run(call, bareHost(), new AbortController().signal);
      const isWell = outcome.status === "completed" && JSON.stringify(outcome.output) === '{"back":42}';
      return isWell ? undefined : `a neighbour's call ended as ${JSON.stringify(outcome).slice(0, 200)}`;
    },
    async [Symbol.asyncDispose]() {
      canaries[Symbol.dispose]();
      await pools[Symbol.asyncDispose]();
      await sandbox[Symbol.asyncDispose]();
    },
  };
}
