import { z } from "zod";
import { CapabilityName, ModuleName } from "./ids.ts";
import { Json } from "./json.ts";

/** The version of the manifest schema. A change that old manifests would not survive gets a new number. */
export const MANIFEST_SCHEMA_ID = "urn:nexus:module-manifest:1";

/**
 * Words shown to people as they are: of one line, with nothing in them that pings, hides, disguises an address or
 * changes the direction of reading.
 */
const plainText = (text: z.ZodString) =>
  text.refine(
    (text) => !/[\p{Cc}\p{Cf}\p{Co}\u2028\u2029]|<[@#!/]|@(?:everyone|here|channel)\b|\]\(/iu.test(text),
    "plain words: no control or invisible characters, no mentions, no links behind other words",
  );

const hostName = z
  .string()
  .max(253)
  .regex(/^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/, "an exact lower-case host name, no wildcard");

const wholePath = z.string().regex(/^\/[\w./~-]*$/, "a path from its first slash, without ? and %");

/**
 * A POST that only reads, and how the broker sees each time that it does: what cannot be seen counts as a change. In a
 * module that was installed, a capability with the effect `read` sends nothing but GET, and these.
 */
export const ReadGrant = z.discriminatedUnion("as", [
  /** GraphQL: a document of queries, without a mutation or a subscription. */
  z.strictObject({ as: z.literal("graphql"), path: wholePath }),
  /** A call of one of these tools of an MCP server, which says of them that they only read. */
  z.strictObject({
    as: z.literal("mcp"),
    path: wholePath,
    tools: z
      .array(plainText(z.string().min(1).max(200)))
      .min(1)
      .max(12),
  }),
]);
export type ReadGrant = z.infer<typeof ReadGrant>;

/** One host a module may reach, and how. What is not named here does not exist for it. */
export const HostGrant = z.strictObject({
  host: hostName,
  methods: z.array(z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"])).min(1),
  /** Each starts and ends with `/`, or is a whole path. */
  pathPrefixes: z.array(wholePath).min(1),
  /** Which POSTs only read; left out, none does. */
  reads: z.array(ReadGrant).min(1).max(8).exactOptional(),
});
export type HostGrant = z.infer<typeof HostGrant>;

/**
 * A secret the module needs but never sees: the broker adds it on the way to one host, as a header, or, for a source
 * that takes nothing else, as a query parameter. OAuth2 credentials hold several values; the host turns them into a
 * bearer token.
 */
export const CredentialNeed = z.strictObject({
  name: ModuleName,
  title: plainText(z.string().min(1).max(60)),
  kind: z.enum(["api_key", "oauth2"]),
  host: hostName,
  header: z
    .string()
    .regex(/^[A-Za-z0-9-]{1,64}$/)
    .exactOptional(),
  /** An address is easier to leak than a header: a stranger's module says with `queryOnly` that there is no other way. */
  query: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/)
    .exactOptional(),
  /** The source takes the key nowhere but in the address. Whoever approves the module is warned. */
  queryOnly: z.literal(true).exactOptional(),
  /** Put before the value: `Bearer `. */
  prefix: z.string().max(20).optional(),
  /** Where a person gets one. */
  obtainUrl: z.url({ protocol: /^https$/ }),
  /** A harmless call that proves a new value works before it is kept. */
  test: z.strictObject({ capability: CapabilityName, input: z.record(z.string(), Json) }).optional(),
  /** It opens somebody's own account: each person connects theirs, and nobody is answered from another's. */
  personal: z.boolean().optional(),
  /** Days after which the source ends an API key, where it does. */
  lifetimeDays: z.number().int().min(1).max(3_660).optional(),
  /** OAuth2 only: what is asked for, and where. */
  oauth2: z
    .strictObject({
      authorizationUrl: z.url({ protocol: /^https$/ }),
      tokenUrl: z.url({ protocol: /^https$/ }),
      scopes: z.array(z.string()).min(1),
      /** Who the provider says it is when the browser comes back (RFC 9207); another is refused. */
      issuer: z.url({ protocol: /^https$/ }).optional(),
      /** How the client says who it is to the token endpoint: in the form, as HTTP Basic, or, without a secret, not at all. */
      clientAuthentication: z.enum(["post", "basic", "none"]).optional(),
    })
    .optional(),
});
export type CredentialNeed = z.infer<typeof CredentialNeed>;

const slotCommon = {
  description: plainText(z.string().min(1).max(200)),
  /** The question asked when the value is required and missing. */
  ask: plainText(z.string().max(200)).optional(),
  /** Remember the last value per person, and use it when none is given. */
  remember: z.boolean().optional(),
};

/** Whether a bare “March” or “Friday” is the one gone by (spending) or the one to come (meetings). */
const prefer = z.enum(["past", "future"]).optional();

/** One typed input of a capability: what the slot parser looks for in a sentence. */
export const Slot = z.discriminatedUnion("type", [
  /** A city, region or country, as a person writes it. */
  z.strictObject({ type: z.literal("place"), ...slotCommon }),
  /** A calendar day, as `YYYY-MM-DD` in the asker's zone. */
  z.strictObject({ type: z.literal("date"), ...slotCommon, prefer }),
  /** A stretch of days, as `{from, to}`, both `YYYY-MM-DD`, `to` included. “this month”, “last week”, “March”. */
  z.strictObject({ type: z.literal("dateRange"), ...slotCommon, prefer }),
  /** A moment, as ISO 8601 with offset. */
  z.strictObject({ type: z.literal("dateTime"), ...slotCommon, prefer }),
  z.strictObject({
    type: z.literal("number"),
    ...slotCommon,
    integer: z.boolean().optional(),
    minimum: z.number().optional(),
    maximum: z.number().optional(),
  }),
  /** One of a few words. `synonyms` are other ways to say each. */
  z.strictObject({
    type: z.literal("enum"),
    ...slotCommon,
    values: z.array(z.string().min(1)).min(2),
    synonyms: z.record(z.string(), z.array(z.string())).optional(),
  }),
  /** An identifier with a fixed form, such as a player tag. `pattern` is matched anywhere in the sentence, ignoring case. */
  z.strictObject({ type: z.literal("id"), ...slotCommon, pattern: z.string().min(1).max(200) }),
  /** Free text: what stands in quotes, or after one of `after` (“merchant”, “called”). */
  z.strictObject({
    type: z.literal("text"),
    ...slotCommon,
    after: z.array(z.string()).optional(),
    maxLength: z.number().int().max(2000).optional(),
  }),
  /** A file that came with the message; the value is its path under `input/`. */
  z.strictObject({
    type: z.literal("file"),
    ...slotCommon,
    extensions: z.array(z.string().regex(/^\.[a-z0-9]+$/)).min(1),
  }),
]);
export type Slot = z.infer<typeof Slot>;

/**
 * What a capability may change outside NEXUS. A module's own files are its memory, not the outside: importing a bank
 * statement is `read`.
 */
export const Effect = z.enum(["read", "write", "money", "notify"]);
export type Effect = z.infer<typeof Effect>;

export const Capability = z.strictObject({
  name: CapabilityName,
  title: plainText(z.string().min(1).max(60)),
  description: plainText(z.string().min(1).max(300)),
  effect: Effect,
  slots: z.record(z.string().regex(/^[a-z][A-Za-z0-9]*$/, "letters and digits, the first a small letter"), Slot),
  required: z.array(z.string()),
  /** Ways to ask for it. They train the reflex tier: twelve or more that differ in more than one word each do well. */
  examples: z.array(plainText(z.string().min(2).max(200))).min(5),
  /** Which of the module's credentials this needs; without them it runs on sample data or not at all. */
  credentials: z.array(ModuleName),
  /** Whether it can show generated sample data, which the host labels in every answer. */
  sample: z.boolean(),
  /** Seconds for which an answer to the same question by the same person may be shown again; 0 is never. */
  cacheTtlS: z.number().int().min(0).max(86_400),
  /** A one-line template for output that brings no parts of its own: `{temperature} °C in {place}`. */
  reply: plainText(z.string().max(300)).optional(),
});
export type Capability = z.infer<typeof Capability>;

/** What one call may use. The sandbox holds a module to these from outside. */
export const Limits = z.strictObject({
  timeoutMs: z.number().int().min(100).max(60_000),
  memoryMib: z.number().int().min(8).max(256),
  fetches: z.number().int().min(0).max(50),
  /** Largest answer, in characters of JSON. */
  outputChars: z.number().int().min(1_000).max(2_000_000),
  /** Largest file it may be given or may keep, in bytes; 0 means no files. */
  fileBytes: z.number().int().min(0).max(16_777_216),
});
export type Limits = z.infer<typeof Limits>;

/** What a module is, needs and may do. Strict: an unknown key is an error. */
export const Manifest = z
  .strictObject({
    schema: z.literal(MANIFEST_SCHEMA_ID),
    name: ModuleName,
    version: z.string().regex(/^\d+\.\d+\.\d+$/, "three numbers, as in 1.0.0"),
    title: plainText(z.string().min(1).max(40)),
    description: plainText(z.string().min(1).max(300)),
    /** `host` is for first-party modules that need a host library; it can never be installed from outside. */
    runtime: z.enum(["sandbox", "host"]),
    /** `private` data is only ever shown to the person it belongs to. */
    dataClass: z.enum(["public", "internal", "private"]),
    hosts: z.array(HostGrant).max(8),
    credentials: z.array(CredentialNeed).max(4),
    capabilities: z.array(Capability).min(1).max(12),
    limits: Limits,
    /** Other modules it builds on, by name and semantic version range. */
    dependencies: z.record(ModuleName, z.string()),
    /** Schedules it suggests, as cron expressions per capability; a person turns them on. */
    schedules: z.array(
      z.strictObject({ capability: CapabilityName, cron: z.string(), input: z.record(z.string(), Json) }),
    ),
  })
  .superRefine((manifest, context) => {
    const problem = (message: string, path: (string | number)[]): void => {
      context.addIssue({ code: "custom", message, path });
    };
    const names = manifest.capabilities.map((capability) => capability.name);
    for (const [index, capability] of manifest.capabilities.entries()) {
      const at = ["capabilities", index];
      if (names.indexOf(capability.name) !== index) problem(`two capabilities are called ${capability.name}`, at);
      for (const slot of capability.required) {
        if (!(slot in capability.slots)) problem(`required slot ${slot} is not declared`, [...at, "required"]);
      }
      for (const need of capability.credentials) {
        if (!manifest.credentials.some((credential) => credential.name === need)) {
          problem(`credential ${need} is not declared`, [...at, "credentials"]);
        }
      }
    }
    for (const [index, { reads, methods }] of manifest.hosts.entries()) {
      if (reads !== undefined && !methods.includes("POST")) {
        problem("what only reads is a POST, which is not among the methods", ["hosts", index, "reads"]);
      }
    }
    for (const [index, credential] of manifest.credentials.entries()) {
      if ((credential.header === undefined) === (credential.query === undefined)) {
        problem(`credential ${credential.name} goes into a header or into a query parameter, one of them`, [
          "credentials",
          index,
        ]);
      }
      if (credential.queryOnly === true && credential.query === undefined) {
        problem(`credential ${credential.name} names no query parameter`, ["credentials", index]);
      }
      if (!manifest.hosts.some((grant) => grant.host === credential.host)) {
        problem(`credential ${credential.name} is for ${credential.host}, which is not among hosts`, [
          "credentials",
          index,
        ]);
      }
    }
  });
export type Manifest = z.infer<typeof Manifest>;

/** The manifest schema as JSON Schema, for editors and for other languages. */
export function manifestJsonSchema(): Record<string, unknown> {
  return { $id: MANIFEST_SCHEMA_ID, ...z.toJSONSchema(Manifest, { io: "input" }) };
}
