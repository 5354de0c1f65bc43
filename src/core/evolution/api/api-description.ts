import type { Json } from "#core/contract/json.ts";
import type { CredentialNeed, Effect } from "#core/contract/manifest.ts";

/**
 * An API as a module can be written for it, whatever described it. All texts in it are strangers': plain and cut to
 * length, and still nothing but data. References are resolved and depth is bounded, so that nobody after this has to
 * fear the document.
 */
export interface ApiDescription {
  readonly kind: "openapi" | "graphql" | "mcp" | "exchange";
  /** 60 characters at most. */
  readonly title: string;
  readonly description: string;
  /** In the order of the document. */
  readonly operations: readonly ApiOperation[];
  /** What some operation needs; an operation names those of its own. */
  readonly credentials: readonly CredentialNeed[];
  /** What was mended in the document so that it could be used, in words. */
  readonly repairs: readonly ApiRepair[];
  /** Operations that cannot be served, and why. */
  readonly refused: readonly { readonly operation: string; readonly why: string }[];
}

/** One defect of the document and what was made of it. */
export interface ApiRepair {
  /** Such as `server.missing` or `path.parameter-undeclared`. */
  readonly rule: string;
  /** Where, as a JSON pointer or the operation's id. */
  readonly at: string;
  readonly what: string;
}

/** One request that can be made. */
export interface ApiOperation {
  /** Unique in its description; letters and digits, the first a small letter, 40 at most: fit for a capability's name. */
  readonly id: string;
  /** 60 characters at most. */
  readonly title: string;
  readonly description: string;
  readonly tags: readonly string[];
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** `https://api.example.com/v1`: exact host, no trailing slash, no variables left. */
  readonly server: string;
  /** `/pets/{petId}`, its variables among `inputs`. */
  readonly path: string;
  readonly effect: Effect;
  readonly inputs: readonly ApiInput[];
  /** How what is `in: "body"` is written; absent without a body. */
  readonly body?: "json" | "form";
  /**
   * How the request is made: plainly, or as a call of an MCP server's tool over streamable HTTP. Of the second, the
   * whole envelope stands among the fixed inputs; a `MCP-Protocol-Version` of 2025-11-25 wants an introduction first.
   */
  readonly protocol: "http" | "mcp";
  readonly answer: ApiAnswer;
  readonly paging?: ApiPaging;
  /** Names of `credentials`. */
  readonly credentials: readonly string[];
  /** Of an OAuth2 credential, what this operation asks for; left out, it does not say. A module asks for no more. */
  readonly scopes?: readonly string[];
  readonly deprecated: boolean;
}

/** One value of a request. */
export interface ApiInput {
  /** As the API writes it. Of a body: the name of its last step. */
  readonly name: string;
  readonly in: "path" | "query" | "header" | "body";
  /** Where in the body it stands: `["order", "customer", "id"]`. Empty unless `in` is `body`; `[]` of a body is all of it. */
  readonly at: readonly string[];
  readonly required: boolean;
  readonly description: string;
  readonly schema: ApiSchema;
  /** How a list is written where it is no JSON. Beside a body, a list without it and any object are written as JSON. */
  readonly list?: "comma" | "repeat" | "space" | "pipe";
  /** Of a path: it may be several parts of it, with the slashes between them, as Google writes `{+name}`. */
  readonly spans?: true;
  /** It is always this, and nobody is asked: a version header, a GraphQL query. */
  readonly fixed?: Json;
  readonly example?: Json;
}

/** A JSON schema without references, at most eight deep: deeper is `any`. */
export interface ApiSchema {
  readonly type: "string" | "integer" | "number" | "boolean" | "array" | "object" | "any";
  readonly nullable?: true;
  readonly title?: string;
  readonly description?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly Json[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: ApiSchema;
  readonly properties?: Readonly<Record<string, ApiSchema>>;
  readonly required?: readonly string[];
  readonly default?: Json;
  readonly example?: Json;
}

/** What comes back when it goes well. */
export interface ApiAnswer {
  readonly status: number;
  /** `json` also stands for `application/problem+json` and the like; `none` is an empty answer. */
  readonly content: "json" | "text" | "none";
  readonly schema?: ApiSchema;
  readonly example?: Json;
}

/** How more of a list is fetched. Inputs are named as in `inputs`; `at` are ways into the answer. */
export type ApiPaging =
  | { readonly kind: "page" | "offset"; readonly input: string; readonly size?: string }
  | { readonly kind: "cursor"; readonly input: string; readonly at: readonly string[] };
