import type { BundleEntries } from "./bundle.ts";
import type { CredentialNeed, HostGrant, Limits } from "./manifest.ts";
import type { Bundle, FetchInit, FetchResult, Nexus } from "./module.ts";
import type { OrgId, Sha256 } from "./ids.ts";
import type { Json, JsonObject } from "./json.ts";
import type { EngineName, Fence, Finding, ValidationReport } from "./validation.ts";

/** What a running module can reach, held by the host. None of these throws into the module. */
export interface ModuleHost {
  fetch(url: string, init: FetchInit, signal: AbortSignal): Promise<FetchResult>;
  log(message: string): void;
  cacheGet(key: string): Promise<Json | undefined>;
  cacheSet(key: string, value: Json, ttlS: number): Promise<void>;
  fileList(prefix: string): Promise<string[]>;
  fileRead(path: string): Promise<string | undefined>;
  fileWrite(path: string, text: string): Promise<void>;
  fileRemove(path: string): Promise<void>;
}

export interface SandboxCall {
  readonly org: OrgId;
  readonly bundle: Bundle;
  readonly capability: string;
  readonly input: JsonObject;
  readonly limits: Limits;
  readonly now: Date;
  /** Seeds `nexus.random`. */
  readonly seed: string;
  readonly asker: Nexus["asker"];
  readonly sample: Nexus["sample"];
  /** `own` came with this release; `stranger` was installed, and runs only behind the fences the operator demands. */
  readonly origin: BundleOrigin;
}

export type BundleOrigin = "own" | "stranger";

/** How a sandboxed call ended. `output` is unchecked: the registry reads it through its schema. */
export type SandboxOutcome =
  | { readonly status: "completed"; readonly output: unknown; readonly cpuMs: number; readonly peakMib: number }
  /** The module threw. `message` is its own text, at most 2,000 characters, for the log. */
  | { readonly status: "failed"; readonly message: string }
  | { readonly status: "timeout" }
  | { readonly status: "resources"; readonly what: "memory" | "output" | "calls" }
  | { readonly status: "aborted" }
  /** No runner was free in time. */
  | { readonly status: "busy" }
  /** No runner can be started on this host. */
  | { readonly status: "unavailable"; readonly reason: string };

/** Runs strange code in a process of its own. */
export interface Sandbox {
  run(call: SandboxCall, host: ModuleHost, signal: AbortSignal): Promise<SandboxOutcome>;
  /**
   * Finds out all there is to know of a bundle: static inspection, its tests, probes, mutants, both engines. Each test
   * and probe has a heap of its own, in processes that serve this validation and nobody else; one that does not complete
   * counts only as it ends in a process that has run nothing before. Mutants share heaps with one another.
   * @throws NexusError sandbox_too_weak when this machine lacks a fence that strangers' code needs
   */
  validate(entries: BundleEntries, options: ValidateOptions, signal: AbortSignal): Promise<ValidationReport>;
  /**
   * What would run of these bytes: inspected and compiled in a process made for it. None of it is run.
   * @throws NexusError module_invalid with what the inspection refuses; sandbox_too_weak
   */
  compile(entries: BundleEntries, signal: AbortSignal): Promise<Bundle>;
  /** No process keeps these exact bytes any longer than the call it is in: nobody has them installed any more. */
  retire(sha256: Sha256): void;
  /** For `doctor` and `/readyz`: whether a runner answers, and which fences are up. */
  check(signal: AbortSignal): Promise<SandboxHealth>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface ValidateOptions {
  /** The names and versions already installed: a look-alike, or a version that is not newer, is refused. */
  readonly installed: readonly { readonly name: string; readonly version: string }[];
  /** Mutants tried at most; 0 leaves the mutation score out. */
  readonly mutants: number;
  /** Left out: a stranger's. Modules of this repository may have what no stranger's may, such as a reserved name. */
  readonly origin?: BundleOrigin;
  /** Runs its tests and nothing else: no probes, no second engine. */
  readonly testsOnly?: boolean;
  /** What was wrong already when its files were read: with an error among it, nothing is run. */
  readonly unread?: readonly Finding[];
  /** Told what is being done, for whoever waits. */
  readonly onProgress?: (step: string) => void;
}

/** What `doctor`, `/readyz` and the log say of the sandbox. */
export interface SandboxHealth {
  /** Whether a harmless module ran. */
  readonly ok: boolean;
  readonly detail: string;
  /** What runs scripts, and why it is not V8 where nobody chose another. */
  readonly engine: { readonly name: EngineName; readonly why?: string };
  readonly fences: readonly Fence[];
  /** Fences that strangers' code needs here and that are down: until they are up, none runs. */
  readonly missing: readonly Fence[];
}

export interface EgressPolicy {
  readonly hosts: readonly HostGrant[];
  /** It asks for a capability that only reads: nothing goes out but GET, and what a host's `reads` cover. */
  readonly onlyReads?: boolean;
  readonly maxResponseBytes: number;
  readonly timeoutMs: number;
}

/** One header to add for one host. The value is never given to a module, a log or an error. */
export interface InjectedSecret {
  readonly need: CredentialNeed;
  readonly value: string;
}

export interface EgressRecord {
  readonly host: string;
  readonly method: string;
  /** HTTP status, or the reason there is none. */
  readonly outcome: number | string;
  readonly ms: number;
  readonly bytes: number;
}

/** The only way out to a network for modules. */
export interface Egress {
  request(
    url: string,
    init: FetchInit,
    policy: EgressPolicy,
    secrets: readonly InjectedSecret[],
    signal: AbortSignal,
  ): Promise<{ result: FetchResult; record: EgressRecord }>;
  [Symbol.asyncDispose](): Promise<void>;
}
