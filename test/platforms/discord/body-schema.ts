import { readFileSync } from "node:fs";
import { Ajv2020, type ErrorObject, type ValidateFunction } from "ajv/dist/2020.js";
import { z } from "zod";
import type { FormError } from "./answer.ts";
import { OPERATIONS, type Operation } from "./operations.ts";

const SPECIFICATION = new URL("spec/openapi.json", import.meta.url);
const Specification = z.looseObject({
  paths: z.record(z.string(), z.record(z.string(), z.looseObject({ requestBody: z.unknown().optional() }))),
});

/** Accepted by Discord, but missing from its specification. */
const UNSPECIFIED: Readonly<Record<string, readonly string[]>> = {
  // https://discord.com/developers/docs/interactions/application-commands#bulk-overwrite-guild-application-commands
  ApplicationCommandUpdateRequest: ["nsfw"],
  // discord.js always names the type; a thread started from a message has the one that its channel gives it.
  CreateTextThreadWithMessageRequest: ["type"],
};

/** Whether a body is what Discord's own specification says; a field that it does not name is a fault. */
export type BodyCheck = (operation: Operation, body: unknown) => readonly FormError[];

let shared: BodyCheck | undefined;

/** The check of every operation, compiled once in a process: compiling takes a third of a second. */
export function bodyCheck(): BodyCheck {
  return (shared ??= compile());
}

function compile(): BodyCheck {
  const document: unknown = JSON.parse(readFileSync(SPECIFICATION, "utf8"));
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  ajv.addSchema({ ...Object(closed(document, "")) }, "discord");
  const { paths } = Specification.parse(document);
  const checks = new Map<Operation, ValidateFunction>();
  for (const operation of OPERATIONS) {
    const [method = "", path = ""] = operation.split(" ");
    if (paths[path]?.[method.toLowerCase()]?.requestBody === undefined) continue;
    const pointer = ["paths", path, method.toLowerCase(), "requestBody", "content", "application/json", "schema"]
      .map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1")))
      .join("/");
    checks.set(operation, ajv.compile({ $ref: `discord#/${pointer}` }));
  }
  return (operation, body) => {
    const check = checks.get(operation);
    if (check === undefined) return body === undefined ? [] : [fault("", "UNEXPECTED_BODY", "takes no body")];
    return check(body) ? [] : summarise(check.errors ?? []);
  };
}

/** The same schema in which every object with named fields has no others. */
function closed(schema: unknown, name: string): unknown {
  if (Array.isArray(schema)) return schema.map((each) => closed(each, name));
  if (typeof schema !== "object" || schema === null) return schema;
  const copy: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) copy[key] = closed(value, key);
  if (!("properties" in schema) || "additionalProperties" in schema) return copy;
  if (typeof schema.properties !== "object") return copy;
  const extra = Object.fromEntries((UNSPECIFIED[name] ?? []).map((field) => [field, true]));
  return { ...copy, properties: { ...Object(copy["properties"]), ...extra }, additionalProperties: false };
}

/** The faults that say most: those of a union's wrong branches are noise beside the deepest. */
function summarise(errors: readonly ErrorObject[]): readonly FormError[] {
  const telling = errors.filter(({ keyword }) => !["oneOf", "anyOf", "const", "enum"].includes(keyword));
  const chosen = telling.length > 0 ? telling : errors;
  const seen = new Map<string, FormError>();
  for (const { instancePath, keyword, message, params } of chosen) {
    const stray: unknown = params["additionalProperty"];
    const text = `${message ?? "is wrong"}${typeof stray === "string" ? ` (${stray})` : ""}`;
    const path = instancePath.slice(1).replaceAll("/", ".");
    seen.set(`${path} ${text}`, fault(path, `SPEC_${keyword.toUpperCase()}`, text));
  }
  return [...seen.values()].slice(0, 8);
}

function fault(path: string, code: string, message: string): FormError {
  return { path, code, message };
}
