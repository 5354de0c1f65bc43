import { readFileSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { OPERATIONS } from "./operations.ts";

// node test/platforms/discord/trim-spec.ts <openapi.json of github.com/discord/discord-api-spec>
// writes spec/openapi.json: the parameters, bodies and successful answers of the operations served here, and every
// schema they lead to.

const Whole = z.looseObject({
  openapi: z.string(),
  info: z.unknown(),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.union([
        z.looseObject({ requestBody: z.unknown().optional(), responses: z.record(z.string(), z.unknown()) }),
        z.array(z.unknown()),
      ]),
    ),
  ),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
});
const Body = z.looseObject({ content: z.looseObject({ "application/json": z.unknown() }) });

const [source = ""] = process.argv.slice(2);
const whole = Whole.parse(JSON.parse(readFileSync(source, "utf8")));
const paths: Record<string, Record<string, unknown>> = {};
for (const operation of OPERATIONS) {
  const [method = "", path = ""] = operation.toLowerCase().split(" ");
  const found = whole.paths[path]?.[method];
  if (found === undefined || Array.isArray(found)) continue;
  const body = Body.safeParse(found.requestBody).data?.content["application/json"];
  const responses: Record<string, unknown> = {};
  for (const [status, response] of Object.entries(found.responses)) {
    const answer = Body.safeParse(response).data?.content["application/json"];
    if (status.startsWith("2"))
      responses[status] = answer === undefined ? {} : { content: { "application/json": answer } };
  }
  (paths[path] ??= {})[method] = {
    parameters: found["parameters"] ?? [],
    ...(body === undefined ? {} : { requestBody: { content: { "application/json": body } } }),
    responses,
  };
}

const schemas: Record<string, unknown> = {};
const waiting = namesIn(paths);
for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
  if (name in schemas) continue;
  schemas[name] = whole.components.schemas[name];
  waiting.push(...namesIn(schemas[name]));
}
const sorted = Object.fromEntries(Object.entries(schemas).toSorted(([a], [b]) => (a < b ? -1 : 1)));
const trimmed = { openapi: whole.openapi, info: whole.info, paths, components: { schemas: sorted } };
writeFileSync(new URL("spec/openapi.json", import.meta.url), `${JSON.stringify(trimmed, null, 2)}\n`);

function namesIn(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(namesIn);
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    key === "$ref" && typeof inner === "string" ? [inner.replace("#/components/schemas/", "")] : namesIn(inner),
  );
}
