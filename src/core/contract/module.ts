import { z } from "zod";
import type { Manifest } from "./manifest.ts";
import type { Sha256 } from "./ids.ts";
import { Json, type JsonObject } from "./json.ts";
import { ModulePart } from "./reply.ts";

/** What `nexus.fetch` answers. It never throws: a refusal is a value too. */
export type FetchResult =
  | {
      readonly ok: true;
      readonly status: number;
      readonly headers: Readonly<Record<string, string>>;
      readonly body: string;
    }
  | { readonly ok: false; readonly code: EgressCode; readonly detail: string };

/** Why the broker did not bring an answer. */
export const EgressCode = z.enum([
  "denied",
  "timeout",
  "unreachable",
  "too_large",
  "bad_response",
  "too_many_calls",
  "credential_missing",
  "aborted",
]);
export type EgressCode = z.infer<typeof EgressCode>;

export interface FetchInit {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A module's whole world. Every function crosses to the host as JSON text; none of them throws. */
export interface Nexus {
  /** Through the egress broker, to the hosts of the manifest only. Credentials are added on the way out. */
  fetch(url: string, init?: FetchInit): Promise<FetchResult>;
  /** A line for the operator's log; 200 lines a call, 2,000 characters each. */
  log(message: string): void;
  /** A small store per module and org that forgets by itself. `ttlS` at most one day. */
  readonly cache: {
    get(key: string): Promise<Json | undefined>;
    set(key: string, value: Json, ttlS: number): Promise<void>;
  };
  /**
   * The module's own files, separate for each person of each org; `input/` holds what came with this message and
   * `bundle/` the data files of the bundle, both read-only. A write takes effect when the call succeeds.
   */
  readonly files: {
    list(prefix: string): Promise<string[]>;
    read(path: string): Promise<string | undefined>;
    write(path: string, text: string): Promise<void>;
    remove(path: string): Promise<void>;
  };
  /** The time of the call. It stands still, so that a run can be replayed. */
  now(): Date;
  /** Seeded per call, so that a run can be replayed. In [0, 1). */
  random(): number;
  readonly asker: {
    /** BCP 47. */
    readonly locale: string;
    /** IANA zone. */
    readonly timeZone: string;
  };
  /**
   * Whether to answer with generated sample data: `required` when a credential is missing, `allowed` when there is
   * simply no data yet, `off` when the operator does not want any.
   */
  readonly sample: "off" | "allowed" | "required";
}

/** Errors a module may name. Each is an entry of the error catalogue. */
export const ModuleErrorCode = z.enum([
  "not_found",
  "no_data",
  "slot_invalid",
  "rate_limited",
  "upstream_unavailable",
  "upstream_invalid",
  "maintenance",
  "credential_rejected",
  "credential_missing",
  "file_format",
  "file_too_large",
  "file_unreadable",
]);
export type ModuleErrorCode = z.infer<typeof ModuleErrorCode>;

/** What a capability returns. Everything is data: the host escapes it, labels it and decides who sees it. */
export const ModuleOutput = z.union([
  z.strictObject({
    /** The answer in one or two plain sentences. Left out, the manifest's reply template makes it from `data`. */
    summary: z.string().min(1).max(1_000).optional(),
    data: Json.optional(),
    /**
     * Where the module's data is private: what of it others may read, in a plain sentence without names, titles and
     * places. It stands in a briefing that a whole channel reads; left out, nothing does.
     */
    shared: z.string().min(1).max(200).optional(),
    parts: z.array(ModulePart).max(20).optional(),
    /** When the source said so; ISO 8601. Absent, the time of the call. */
    asOf: z.iso.datetime({ offset: true }).optional(),
    /** True when any of it is generated. The host labels the answer. */
    sample: z.boolean().optional(),
    /** Values the host should remember for this person, by slot name. */
    remember: z.record(z.string(), Json).optional(),
    /** A question back: the host shows the options as buttons and calls again with the chosen slot value. */
    choices: z
      .strictObject({
        slot: z.string(),
        question: z.string().max(200),
        options: z
          .array(z.strictObject({ label: z.string().min(1).max(75), value: Json }))
          .min(2)
          .max(8),
      })
      .optional(),
    /** Things to say next, shown as suggestions: “by category”. */
    next: z.array(z.string().min(2).max(75)).max(4).optional(),
  }),
  z.strictObject({
    error: z.strictObject({
      code: ModuleErrorCode,
      /** The cause in plain words. */
      say: z.string().min(1).max(500),
      hint: z.string().max(300).optional(),
      retryAfterS: z.number().int().min(0).max(86_400).optional(),
      /** The slot whose value does not fit: the host asks for it again and goes on in the same turn. */
      slot: z.string().optional(),
    }),
  }),
]);
export type ModuleOutput = z.infer<typeof ModuleOutput>;

/** A module's exact bytes, named by their digest. */
export interface Bundle {
  readonly sha256: Sha256;
  readonly manifest: Manifest;
  /**
   * JavaScript by path, types already stripped: what the isolate compiles. The entry is `module.ts`; each file imports
   * only others of this map, beside or below itself: `./csv.ts`.
   */
  readonly code: ReadonlyMap<string, string>;
  /** The WebAssembly entry instead: then `code` is empty. */
  readonly wasm?: Uint8Array;
  /** Data files by path, read by the module as `bundle/<path>`. */
  readonly data: ReadonlyMap<string, string>;
}

/** What `nexus` becomes for a first-party module that needs a host library. */
export interface HostNexus extends Nexus {
  readonly signal: AbortSignal;
  /** A fetch for the library to use: through the broker, so the manifest's hosts bind it as they bind everyone. */
  readonly fetchImplementation: typeof fetch;
}

/** A first-party module with `runtime: "host"`. */
export interface HostModule {
  readonly manifest: Manifest;
  readonly capabilities: Readonly<Record<string, (input: JsonObject, nexus: HostNexus) => Promise<ModuleOutput>>>;
}
