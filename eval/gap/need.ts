import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { buildSchema, introspectionFromSchema } from "graphql";
import { parse } from "yaml";
import { z } from "zod";
import { Json, JsonObject } from "#core/contract/json.ts";
import type { ApiMaterial } from "#core/evolution/api/api-material.ts";

const HiddenRequest = z.strictObject({
  method: z.enum(["GET", "POST", "PUT", "PATCH", "DELETE"]),
  /** As it reads, nothing escaped. */
  path: z.string().startsWith("/"),
  query: z.record(z.string(), z.string()).default({}),
  /** A part of the JSON that is sent. */
  body: JsonObject.optional(),
  form: z.record(z.string(), z.string()).optional(),
  /** Texts that what is sent must hold. */
  bodyHolds: z.array(z.string()).default([]),
});

/** One thing a module must do that whoever built it was never told. */
const HiddenTest = z.strictObject({
  name: z.string(),
  /** What a person says, by the name the API has for it, or another that people have. */
  values: JsonObject,
  /** Absent where nothing outside is asked. */
  request: HiddenRequest.optional(),
  answer: z
    .strictObject({ status: z.int(), headers: z.record(z.string(), z.string()).default({}), body: Json })
    .optional(),
  /** What a person must get to read. */
  shows: z.array(z.string()),
});
export type HiddenTest = z.infer<typeof HiddenTest>;

const common = { need: z.string(), hidden: z.array(HiddenTest).min(2) };

/** A need in a person's words, what describes an API for it if anything does, and how it is judged. */
const Need = z.discriminatedUnion("form", [
  z.strictObject({ form: z.literal("openapi"), document: z.string(), ...common }),
  /** The document is the schema in GraphQL's own language; the builder gets what an endpoint answers to introspection. */
  z.strictObject({ form: z.literal("graphql"), url: z.url(), document: z.string(), ...common }),
  z.strictObject({ form: z.literal("exchange"), curl: z.string(), answer: z.string(), ...common }),
  /** Nothing describes it: a model has to write it. `model` is what a scripted one says. */
  z.strictObject({ form: z.literal("words"), model: z.strictObject({ draft: Json, code: z.string() }), ...common }),
]);
export type Need = z.infer<typeof Need> & { readonly id: string };

const FOLDER = join(import.meta.dirname, "needs");

/** All needs, in the order of their names. */
export function readNeeds(): readonly Need[] {
  return readdirSync(FOLDER)
    .toSorted()
    .map((file) => {
      const text: unknown = parse(readFileSync(join(FOLDER, file), "utf8"));
      return { id: file.replace(/\.yaml$/, ""), ...Need.parse(text) };
    });
}

/** What a scripted model says to a need in words: a specification and code that are right. */
export function modelOf(id: string): Extract<Need, { form: "words" }>["model"] {
  const need = readNeeds().find((each) => each.id === id);
  if (need?.form !== "words") throw new Error(`${id} is no need in words`);
  return need.model;
}

/** What the builder is given of a need; undefined where there is nothing but words. */
export function materialFor(need: Need): ApiMaterial | undefined {
  switch (need.form) {
    case "openapi":
      return { kind: "openapi", text: need.document };
    case "graphql": {
      const data = introspectionFromSchema(buildSchema(need.document));
      return { kind: "graphql", url: need.url, text: JSON.stringify({ data }) };
    }
    case "exchange":
      return { kind: "exchange", curl: need.curl, answer: need.answer };
    case "words":
      return undefined;
    default:
      return need satisfies never;
  }
}
