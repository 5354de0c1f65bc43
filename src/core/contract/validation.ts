import { z } from "zod";
import { CapabilityName, ModuleName, Sha256 } from "./ids.ts";
import { JsonObject, Json } from "./json.ts";
import { HostGrant } from "./manifest.ts";
import { EgressCode, ModuleErrorCode } from "./module.ts";

/** The version of the report's schema. */
export const VALIDATION_REPORT_SCHEMA_ID = "urn:nexus:validation-report:1";

/** Something wrong with a module, where it is, and what to do about it. Texts of the module in it are quoted and cut. */
export const Finding = z.strictObject({
  /** Such as `prop.denied` or `manifest.host`: docs/module-rules.md has one line for each. */
  rule: z.string().regex(/^[a-z]+(?:\.[a-z0-9-]+)+$/),
  /** An error refuses the module, a warning is shown to whoever approves it. */
  severity: z.enum(["error", "warning"]),
  /** The file inside the bundle; absent when it is about the bundle as a whole. */
  file: z.string().max(200).exactOptional(),
  /** From 1. */
  line: z.int().min(1).exactOptional(),
  /** From 1. */
  column: z.int().min(1).exactOptional(),
  message: z.string().min(1).max(400),
  /** What to write instead. */
  hint: z.string().min(1).max(400),
});
export type Finding = z.infer<typeof Finding>;

/** One answer of a source in a module's test, in place of the network. */
export const TestExchange = z.strictObject({
  request: z.strictObject({
    method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]).default("GET"),
    /** The whole address. It goes through the module's own grants: a test cannot reach what the manifest does not name. */
    url: z.string().min(1).max(2_048),
    /** Text the body must hold. */
    bodyIncludes: z.string().max(2_000).exactOptional(),
  }),
  answer: z.union([
    z.strictObject({
      status: z.int().min(100).max(599),
      headers: z.record(z.string(), z.string()).default({}),
      /** Text as it is, anything else as JSON. */
      body: Json,
    }),
    z.strictObject({ fails: EgressCode }),
  ]),
});
export type TestExchange = z.infer<typeof TestExchange>;

/**
 * One test of a module, as data: the host runs it and the host judges it, so a module cannot pass by running its own
 * code. Kept in `tests/*.json`, each file a list of these.
 */
export const ModuleTest = z.strictObject({
  /** A sentence a user would recognise. */
  name: z.string().min(3).max(200),
  capability: CapabilityName,
  input: JsonObject.default({}),
  /** The time of the call; ISO 8601. */
  now: z.iso.datetime({ offset: true }).default("2026-01-15T12:00:00Z"),
  seed: z.string().max(100).default("test"),
  locale: z.string().max(35).default("en-CA"),
  timeZone: z.string().max(64).default("UTC"),
  sample: z.enum(["off", "allowed", "required"]).default("off"),
  /** The module's own files before the call, and what came with the message under `input/`. */
  files: z.record(z.string(), z.string()).default({}),
  /** Answers by request, each as often as it is asked for. What is not here cannot be reached. */
  exchanges: z.array(TestExchange).max(50).default([]),
  expect: z.strictObject({
    /** A part of the output: objects may hold more than is written here, lists may not. */
    output: Json.exactOptional(),
    /** Texts the summary must hold. */
    summary: z.array(z.string().min(1)).exactOptional(),
    /** The module's own named failure. */
    error: ModuleErrorCode.exactOptional(),
    /** Its own files afterwards, those named; null for one that must be gone. */
    files: z.record(z.string(), z.string().nullable()).exactOptional(),
    /** How many requests it made. */
    requests: z.int().min(0).exactOptional(),
  }),
});
export type ModuleTest = z.infer<typeof ModuleTest>;

/** A fence around runner processes. */
export const FENCES = {
  process: "a process of its own",
  environment: "an empty environment",
  files: "no file access",
  network: "an empty network",
  user: "an unprivileged user",
  privileges: "no new privileges",
  limits: "kernel limits",
  memory: "a watch on memory",
  compiler: "no compiler",
} as const;
export const FenceName = z.enum([
  "process",
  "environment",
  "files",
  "network",
  "user",
  "privileges",
  "limits",
  "memory",
  "compiler",
]);
export type FenceName = z.infer<typeof FenceName>;

/** Whether a fence stands on this machine, and why not. */
export const Fence = z.strictObject({ name: FenceName, up: z.boolean(), why: z.string().max(300).exactOptional() });
export type Fence = z.infer<typeof Fence>;

/** The engines that can run a module. `v8` is isolated-vm; `quickjs` is QuickJS in WebAssembly. */
export const EngineName = z.enum(["v8", "quickjs", "webassembly"]);
export type EngineName = z.infer<typeof EngineName>;

/** What one test or probe came to. */
export const TestResult = z.strictObject({
  name: z.string().max(200),
  passed: z.boolean(),
  /** What was expected and what came instead. */
  why: z.string().max(1_000).exactOptional(),
});
export type TestResult = z.infer<typeof TestResult>;

/** Everything that was found out about a bundle: the facts whoever approves it decides on. */
export const ValidationReport = z.strictObject({
  schema: z.literal(VALIDATION_REPORT_SCHEMA_ID),
  /** No finding is an error, every test passed, every probe ended well, both engines agreed where they could be compared. */
  ok: z.boolean(),
  /** Absent when the manifest cannot be read. */
  module: z
    .strictObject({
      name: ModuleName,
      version: z.string(),
      title: z.string(),
      entry: z.enum(["script", "webassembly"]),
    })
    .exactOptional(),
  /** SHA-256 of exactly what was looked at. `bundle` is the identity that is approved and installed. */
  hashes: z.strictObject({
    bundle: Sha256,
    manifest: Sha256.exactOptional(),
    code: Sha256.exactOptional(),
    /** The JavaScript that ran: the code with its types taken off. */
    compiled: Sha256.exactOptional(),
    data: Sha256.exactOptional(),
    tests: Sha256.exactOptional(),
  }),
  static: z.strictObject({
    ok: z.boolean(),
    findings: z.array(Finding).max(500),
    files: z.int(),
    lines: z.int(),
    bytes: z.int(),
  }),
  /** The module's own tests, run and judged by the host. */
  tests: z.strictObject({ total: z.int(), passed: z.int(), results: z.array(TestResult).max(500) }),
  /**
   * What the host tries with every module: sources that fail, stall or answer rubbish, odd input and none, other days and
   * other dice.
   */
  probes: z.strictObject({ total: z.int(), passed: z.int(), results: z.array(TestResult).max(500) }),
  /** What came to light while it ran. Absent when the static part refused it: then nothing of it was run. */
  runtime: z.strictObject({ ok: z.boolean(), findings: z.array(Finding).max(500) }).exactOptional(),
  /** Small faults put into the code, and how many the tests noticed. Absent for WebAssembly, and when a test fails. */
  mutation: z
    .strictObject({
      mutants: z.int(),
      killed: z.int(),
      /** `killed / mutants`; 0 to 1. */
      score: z.number().min(0).max(1),
      /** Whether only a part of all possible mutants was tried. */
      sampled: z.boolean(),
      survivors: z
        .array(z.strictObject({ file: z.string(), line: z.int(), column: z.int(), change: z.string().max(200) }))
        .max(100),
    })
    .exactOptional(),
  egress: z.strictObject({
    declared: z.array(HostGrant),
    observed: z.array(
      z.strictObject({ host: z.string(), method: z.string(), path: z.string().max(300), requests: z.int() }),
    ),
    /** Requests outside the manifest, each a reason to refuse; not those to a granted host that a probe's odd words led to. */
    denied: z.array(z.strictObject({ host: z.string(), method: z.string(), why: z.string() })).max(100),
  }),
  /** The most that any test or probe took. */
  peaks: z.strictObject({
    runs: z.int(),
    cpuMs: z.number(),
    /** From the asking to the answer, the start of the process included. */
    wallMs: z.number(),
    /** Resident memory of the process, Node itself included. */
    memoryMib: z.number(),
    outputChars: z.int(),
    requests: z.int(),
  }),
  /** The same calls in a second engine. A difference that the module causes is a finding. */
  engines: z.strictObject({
    first: EngineName,
    second: EngineName.exactOptional(),
    compared: z.int(),
    agreed: z.int(),
    /** Why calls could not be compared: the code uses what only one engine has (`Intl`). */
    notCompared: z.string().max(300).exactOptional(),
    differences: z.array(z.strictObject({ test: z.string(), first: z.string(), second: z.string() })).max(100),
  }),
  fences: z.array(Fence),
  /** What validated it. */
  by: z.strictObject({ nexus: z.string(), node: z.string(), v8: z.string() }),
  ms: z.int(),
});
export type ValidationReport = z.infer<typeof ValidationReport>;
