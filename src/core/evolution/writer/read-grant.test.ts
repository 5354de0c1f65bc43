import { buildSchema, introspectionFromSchema } from "graphql";
import { afterAll, beforeAll, describe as group, expect, test } from "vitest";
import type { BundleEntries } from "#core/contract/bundle.ts";
import type { Sandbox } from "#core/contract/sandbox.ts";
import type { ApiDescription } from "#core/evolution/api/api-description.ts";
import { describe } from "#core/evolution/api/describe.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { SILENT } from "#test/silent-log.ts";
import { errorsIn } from "#test/written-module-kit.ts";
import { writeModule } from "./write-module.ts";

const never = new AbortController().signal;

const SHOP = `
  type Pet { id: ID! name: String! size: String }
  type Query { pet(id: ID!): Pet  pets(size: String, limit: Int): [Pet!]! }
  type Mutation { addPet(name: String!): Pet }
`;
const shop = describe({
  kind: "graphql",
  url: "https://api.example.com/graphql",
  text: JSON.stringify({ data: introspectionFromSchema(buildSchema(SHOP)) }),
});

function tools(protocolVersion: string): ApiDescription {
  const city = { type: "object", properties: { city: { type: "string" } }, required: ["city"] };
  const list = [
    { name: "get_weather", inputSchema: city, annotations: { readOnlyHint: true } },
    { name: "list-cities", inputSchema: {}, annotations: { readOnlyHint: true } },
    { name: "add_city", inputSchema: city },
  ];
  const text = JSON.stringify({ protocolVersion, serverInfo: { name: "sky" }, tools: list });
  return describe({ kind: "mcp", url: "https://mcp.example.com/mcp", text });
}

/** The same module with other code. */
function changed(entries: BundleEntries, from: string | RegExp, to: string): BundleEntries {
  return new Map(
    [...entries].map(([path, bytes]) => {
      const text = new TextDecoder().decode(bytes);
      return [path, path.endsWith(".ts") ? new TextEncoder().encode(text.replaceAll(from, to)) : bytes];
    }),
  );
}

let sandbox: Sandbox;
beforeAll(() => {
  sandbox = createSandbox({ log: SILENT, runners: 2, spares: 1, waitMs: 30_000, minimum: [] });
});
afterAll(() => sandbox[Symbol.asyncDispose]());

group("what only reads, although it is sent by POST", () => {
  test("is a read in a module for GraphQL, which names the endpoint and passes", { timeout: 120_000 }, async () => {
    const written = writeModule(shop, { operations: ["pet", "pets"], taken: [] });
    expect(written.manifest.capabilities.map(({ effect }) => effect)).toEqual(["read", "read"]);
    expect(written.manifest.hosts).toEqual([
      {
        host: "api.example.com",
        methods: ["POST"],
        pathPrefixes: ["/graphql"],
        reads: [{ as: "graphql", path: "/graphql" }],
      },
    ]);
    const report = await sandbox.validate(written.entries, { installed: [], mutants: 4 }, never);
    expect(report.tests.results.filter(({ passed }) => !passed)).toEqual([]);
    expect(report.ok).toBe(true);
  });

  test("is told apart from what changes something in the same module", () => {
    const { manifest, entries, operations, notes } = writeModule(shop, { operations: ["pets", "addPet"], taken: [] });
    expect(manifest.capabilities.map(({ name, effect }) => [name, effect])).toEqual([
      ["pets", "read"],
      ["addPet", "write"],
    ]);
    expect(errorsIn({ manifest, entries, operations, notes })).toEqual([]);
  });

  test.each(["2025-11-25", "2026-07-28"])(
    "is a read for tools of an MCP server that say so, by their names (%s)",
    { timeout: 120_000 },
    async (version) => {
      const written = writeModule(tools(version), { operations: ["getWeather", "listCities"], taken: [] });
      expect(written.manifest.hosts[0]?.reads).toEqual([
        { as: "mcp", path: "/mcp", tools: ["get_weather", "list-cities"] },
      ]);
      const report = await sandbox.validate(written.entries, { installed: [], mutants: 0 }, never);
      expect(report.tests.results.filter(({ passed }) => !passed)).toEqual([]);
      expect(report.ok).toBe(true);
      expect(writeModule(tools(version), { operations: ["addCity"], taken: [] }).manifest).toMatchObject({
        capabilities: [{ effect: "write" }],
        hosts: [{ host: "mcp.example.com", methods: ["POST"], pathPrefixes: ["/mcp"] }],
      });
    },
  );

  test("is refused where the code sends something else, whatever its manifest says", { timeout: 120_000 }, async () => {
    const { entries } = writeModule(shop, { operations: ["pets"], taken: [] });
    const other = changed(entries, /query\(/g, "mutation(");
    expect(other).not.toEqual(entries);
    const report = await sandbox.validate(other, { installed: [], mutants: 0 }, never);
    expect(report.ok).toBe(false);
    expect(report.egress.denied[0]?.why).toContain("not made of GraphQL queries alone");
    const asTool = writeModule(tools("2025-11-25"), { operations: ["listCities"], taken: [] }).entries;
    const drops = changed(asTool, '"list-cities"', '"drop-cities"');
    expect(drops).not.toEqual(asTool);
    const dropped = await sandbox.validate(drops, { installed: [], mutants: 0 }, never);
    expect(dropped.egress.denied[0]?.why).toContain("the tool drop-cities is not among those that only read");
  });
});
