import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { afterAll, beforeAll, describe as group, expect, test } from "vitest";
import fc from "fast-check";
import { NexusError } from "#core/contract/errors.ts";
import type { ModuleHost, Sandbox } from "#core/contract/sandbox.ts";
import type { ApiDescription, ApiOperation } from "#core/evolution/api/api-description.ts";
import { describe } from "#core/evolution/api/describe.ts";
import { createReflex } from "#core/lidm/reflex.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { bareHost } from "#sandbox/bare-host.ts";
import { arbitraryApi } from "#test/arbitrary-api.ts";
import { PETS } from "#test/pets-api.ts";
import { SILENT } from "#test/silent-log.ts";
import { bundleOfWritten, callWritten, errorsIn, testsOf } from "#test/written-module-kit.ts";
import type { WrittenModule } from "./written-module.ts";
import { writeModule } from "./write-module.ts";

const never = new AbortController().signal;
const pets = describe({ kind: "openapi", text: JSON.stringify(PETS) });
const { "/pets/{petId}": onePet, ...others } = PETS.paths;
/** The same pets, by names with slashes in them. */
const SHELVES = { ...PETS, paths: { ...others, "/pets/{+petId}": onePet } };
const textOf = (entries: ReadonlyMap<string, Uint8Array>, path: string): string =>
  new TextDecoder().decode(entries.get(path));

let sandbox: Sandbox;
beforeAll(() => {
  sandbox = createSandbox({ log: SILENT, runners: 2, spares: 1, waitMs: 30_000, minimum: [] });
});
afterAll(() => sandbox[Symbol.asyncDispose]());

group("a written module", () => {
  test(
    "passes all that a stranger's has to, and its tests notice the faults put into it",
    { timeout: 240_000 },
    async () => {
      const written = writeModule(pets, { need: "find pets and show one", taken: [] });
      expect(written.operations).toEqual(["listPets", "getPet"]);
      const report = await sandbox.validate(written.entries, { installed: [], mutants: 24 }, never);
      expect(report.static.findings.filter(({ severity }) => severity === "error")).toEqual([]);
      expect(report.tests.results.filter(({ passed }) => !passed)).toEqual([]);
      expect(report.probes.results.filter(({ passed }) => !passed)).toEqual([]);
      expect(report.ok).toBe(true);
      expect(report.mutation?.score).toBeGreaterThanOrEqual(0.8);
    },
  );

  test("is the same bytes for the same document and wish", () => {
    const one = writeModule(pets, { need: "pets", taken: [] });
    const other = writeModule(describe({ kind: "openapi", text: JSON.stringify(PETS) }), { need: "pets", taken: [] });
    expect([...other.entries]).toEqual([...one.entries]);
  });

  test("asks for no more than its operations need", () => {
    const { manifest } = writeModule(pets, { operations: ["getPet"], taken: [] });
    expect(manifest.hosts).toEqual([{ host: "api.pets.example", methods: ["GET"], pathPrefixes: ["/v1/pets/"] }]);
    expect(manifest.limits).toMatchObject({ fetches: 1, fileBytes: 0 });
    expect(manifest.credentials.map(({ name, test: proof }) => [name, proof])).toEqual([["key", undefined]]);
    const list = writeModule(pets, { operations: ["listPets"], taken: [] }).manifest;
    expect(list.credentials[0]?.test).toEqual({ capability: "listPets", input: {} });
  });

  test("GEN-010: what a person says leads nowhere but to the path that was approved", async () => {
    const written = writeModule(pets, { operations: ["getPet"], taken: [] });
    const asked: string[] = [];
    const host: ModuleHost = {
      ...bareHost(),
      fetch: async (url) => {
        asked.push(url);
        return { ok: true, status: 200, headers: {}, body: '{"name":"Rex"}' };
      },
    };
    const call = (petId: string): Promise<unknown> =>
      callWritten(sandbox, written, { capability: "getPet", input: { petId } }, host, never);
    for (const trick of ["..", ".", "", "../admin", "a/b", "a\\b", "%2e%2e", "%2fadmin", "a\u0000b", "\u202Ex"]) {
      expect({ trick, ...Object(await call(trick)) }).toMatchObject({
        trick,
        error: { code: "slot_invalid", slot: "petId" },
      });
    }
    expect(asked).toEqual([]);
    expect(await call("r 2?d=2#é&x")).toMatchObject({ summary: "Pet: name Rex" });
    expect(asked).toEqual(["https://api.pets.example/v1/pets/r%202%3Fd%3D2%23%C3%A9%26x"]);
  });

  test("GEN-010: a name that is several parts of a path leads to each of them and nowhere else", async () => {
    const shelves = describe({ kind: "openapi", text: JSON.stringify(SHELVES) });
    const written = writeModule(shelves, { operations: ["getPet"], taken: [] });
    const asked: string[] = [];
    const host: ModuleHost = {
      ...bareHost(),
      fetch: async (url) => {
        asked.push(url);
        return { ok: true, status: 200, headers: {}, body: '{"name":"Rex"}' };
      },
    };
    const call = (petId: string): Promise<unknown> =>
      callWritten(sandbox, written, { capability: "getPet", input: { petId } }, host, never);
    for (const trick of ["", "/a", "a/", "a//b", "a/../b", "..", "a/./b", "a/%2e%2e/b", "a\\b"]) {
      expect({ trick, ...Object(await call(trick)) }).toMatchObject({ trick, error: { code: "slot_invalid" } });
    }
    expect(asked).toEqual([]);
    expect(await call("rooms/2/pets/r?2#")).toMatchObject({ summary: "Pet: name Rex" });
    expect(asked).toEqual(["https://api.pets.example/v1/pets/rooms/2/pets/r%3F2%23"]);
    const report = await sandbox.validate(written.entries, { installed: [], mutants: 24 }, never);
    expect(report).toMatchObject({ ok: true, mutation: { survivors: expect.any(Array) } });
    expect(report.tests.results.filter(({ passed }) => !passed)).toEqual([]);
    expect(report.mutation?.survivors.filter(({ file }) => file === "asked.ts")).toEqual([]);
  });

  test("is found by what people say, and its values with it", async () => {
    const { manifest } = writeModule(pets, { operations: ["listPets", "getPet", "addPet"], taken: [] });
    const cache = { get: async () => undefined, set: async () => {} };
    const reflex = await createReflex({ modules: [manifest], cache });
    const context = {
      now: new Date("2026-01-15T12:00:00Z"),
      timeZone: "UTC",
      locale: "en-CA",
      files: [],
      remembered: {},
    };
    const decide = (text: string): unknown => reflex.decide(text, context).outcome;
    expect(decide("show me the pets in Pet shelter")).toMatchObject({ capability: "listPets" });
    expect(decide('show pet "r2d2"')).toMatchObject({ capability: "getPet", input: { petId: "r2d2" } });
    const said = manifest.capabilities.flatMap(({ examples }) => examples.map((one) => one.toLowerCase()));
    expect(new Set(said).size).toBe(said.length);
    expect(said.length).toBeGreaterThanOrEqual(3 * 8);
  });

  test("says what it leaves out and what was mended", () => {
    const { notes } = writeModule(pets, { operations: ["listPets"], taken: [] });
    expect(notes.join("\n")).toMatch(/serves 1 of the 3 operations/);
  });

  test("what is sent with POST counts as a change, and is said to", () => {
    const [search] = pets.operations.filter(({ id }) => id === "addPet");
    if (search === undefined) throw new Error("no addPet");
    const { manifest, notes } = writeModule({ ...pets, operations: [{ ...search, effect: "read" }] }, { taken: [] });
    expect(manifest.capabilities[0]?.effect).toBe("write");
    expect(notes.join("\n")).toMatch(/counts as a change/);
  });

  test("an API of which nothing can be served is refused, and why", () => {
    const refused = [{ operation: "GET /a", why: "its body is a picture" }];
    expect(() => writeModule({ ...pets, operations: [], refused }, { taken: [] })).toThrow(
      expect.objectContaining({ code: "document_unfit", message: "GET /a: its body is a picture" }),
    );
  });
});

group("whatever the API", () => {
  test("its module is sound, and passes its own tests", { timeout: 240_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryApi, async (api) => {
        const written = writeAll(api);
        // What no module can send is refused, and named.
        if (written === undefined) return;
        expect(errorsIn(written)).toEqual([]);
        const results = await testsOf(written, never);
        expect(results.filter(({ passed }) => !passed)).toEqual([]);
        expect(results.length).toBeGreaterThan(5);
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  test("GEN-009: no name in a document becomes code", () => {
    const [operation] = pets.operations;
    if (operation === undefined) throw new Error("no operation");
    const evil = '`${nexus.fetch("https://evil.example/")}`; */ } */ export function x() { return "';
    const named: ApiOperation = {
      ...operation,
      title: evil,
      description: evil,
      inputs: [
        {
          name: evil,
          in: "query",
          at: [],
          required: true,
          description: evil,
          schema: { type: "string" },
          example: evil,
        },
      ],
      answer: { status: 200, content: "json", schema: { type: "object", properties: { [evil]: { type: "string" } } } },
    };
    const api: ApiDescription = { ...pets, title: evil, operations: [named] };
    const written = writeModule(api, { taken: [] });
    expect(errorsIn(written)).toEqual([]);
    const names = [...bundleOfWritten(written).code.values()]
      .join("\n")
      .matchAll(/^export (?:async )?function (\w+)/gm);
    expect([...names].map(([, name]) => name)).not.toContain("x");
  });
});

group("a module for an MCP server", () => {
  test.each(["2025-11-25", "2026-07-28"])(
    "calls a tool of a server that speaks %s",
    { timeout: 60_000 },
    async (version) => {
      const heard: { method: string; session: string | undefined }[] = [];
      const server = createServer((request, response) => void answer(request, response)).listen(0, "127.0.0.1");
      const answer = async (request: IncomingMessage, response: ServerResponse): Promise<unknown> => {
        const message = JSON.parse(await bodyOf(request));
        heard.push({ method: message.method, session: request.headers["mcp-session-id"]?.toString() });
        if (message.id === undefined) return response.writeHead(202).end();
        const result =
          message.method === "initialize"
            ? { protocolVersion: version, capabilities: {}, serverInfo: { name: "desk", version: "1" } }
            : { content: [{ type: "text", text: `${message.params.arguments.words}!` }] };
        const text = JSON.stringify({ jsonrpc: "2.0", id: message.id, result });
        response.writeHead(200, { "content-type": "text/event-stream", "mcp-session-id": "s-1" });
        return response.end(`event: message\ndata: ${text}\n\n`);
      };
      await once(server, "listening");
      const address = server.address();
      if (address === null || typeof address === "string") throw new Error("no port");
      const inputSchema = { type: "object", properties: { words: { type: "string" } }, required: ["words"] };
      const tools = [{ name: "shout", description: "Shouts.", inputSchema }];
      const text = JSON.stringify({ protocolVersion: version, serverInfo: { name: "desk" }, tools });
      const written = writeModule(describe({ kind: "mcp", url: "https://mcp.desk.example/mcp", text }), { taken: [] });
      const host: ModuleHost = {
        ...bareHost(),
        async fetch(url, init) {
          const { method = "GET", headers = {}, body = null } = init;
          const answer = await fetch(url.replace("https://mcp.desk.example", `http://127.0.0.1:${address.port}`), {
            method,
            headers,
            body,
          });
          return {
            ok: true,
            status: answer.status,
            headers: Object.fromEntries(answer.headers),
            body: await answer.text(),
          };
        },
      };
      const output = await callWritten(
        sandbox,
        written,
        { capability: "shout", input: { words: "hello" } },
        host,
        never,
      );
      server.close();
      expect(output).toMatchObject({ summary: "Shout: hello!" });
      expect(heard).toEqual(
        version === "2025-11-25"
          ? [
              { method: "initialize", session: undefined },
              { method: "notifications/initialized", session: "s-1" },
              { method: "tools/call", session: "s-1" },
            ]
          : [{ method: "tools/call", session: undefined }],
      );
    },
  );
});

function writeAll(api: ApiDescription): WrittenModule | undefined {
  try {
    return writeModule(api, { operations: api.operations.map(({ id }) => id), taken: [] });
  } catch (error) {
    if (error instanceof NexusError && error.code === "document_unfit") return undefined;
    throw error;
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString();
}

test("the code reads as a person would write it", () => {
  const written = writeModule(pets, { operations: ["listPets", "getPet"], taken: [] });
  expect(textOf(written.entries, "module.ts")).toMatchInlineSnapshot(`
    "import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
    import { pathPart, queryOf, textsOf, unfit, yesNo } from "./asked.ts";
    import { listAt } from "./json.ts";
    import { showList, showObject } from "./show.ts";
    import { notThere, readJson, unreadable } from "./source.ts";

    const READ = { accept: "application/json" };

    /** List pets: GET /pets */
    export async function listPets(input: {
      status?: string;
      tags?: string;
      page?: number;
      vaccinated?: string;
    }, nexus: Nexus): Promise<ModuleOutput> {
      const query = queryOf([
        ["status", input.status],
        ["tags", textsOf(input.tags)?.join(",")],
        ["page", input.page],
        ["vaccinated", yesNo(input.vaccinated)],
      ]);
      const answer = await nexus.fetch(\`https://api.pets.example/v1/pets\${query}\`, { headers: READ });
      const read = readJson(answer);
      if ("error" in read) return read;
      if (read.value === undefined) return { summary: "List pets: nothing came back.", data: {} };
      const all = listAt(read.value, ["items"], ["total"]);
      if (all === undefined) return unreadable();
      return showList(all, {
        one: "pet",
        many: "pets",
        columns: [
          { label: "Name", key: "name", at: ["name"] },
          { label: "ID", key: "id", at: ["id"] },
          { label: "Status", key: "status", at: ["status"] },
          { label: "Born", key: "born", at: ["born"] },
          { label: "Weight", key: "weight", at: ["weight"], align: "right" },
          { label: "Owner", key: "owner", at: ["owner","name"] },
        ],
        link: ["html_url"],
        page: input.page ?? 1,
      });
    }

    /** Show one pet: GET /pets/{petId} */
    export async function getPet(input: { petId?: string }, nexus: Nexus): Promise<ModuleOutput> {
      const petId = pathPart(input.petId);
      if (petId === undefined) return unfit("petId", "Which pet ID?");
      const answer = await nexus.fetch(\`https://api.pets.example/v1/pets/\${petId}\`, { headers: READ });
      const read = readJson(answer);
      if ("error" in read) return read;
      if (read.value === undefined) return { summary: "Show one pet: nothing came back.", data: {} };
      const thing = read.value;
      if (thing === null) return notThere();
      const shown = showObject(thing, "Pet", [
        { label: "Name", key: "name", at: ["name"] },
        { label: "ID", key: "id", at: ["id"] },
        { label: "Status", key: "status", at: ["status"] },
        { label: "Born", key: "born", at: ["born"] },
        { label: "Weight", key: "weight", at: ["weight"], align: "right" },
        { label: "Owner", key: "owner", at: ["owner","name"] },
        { label: "HTML URL", key: "htmlUrl", at: ["html_url"] },
      ], ["html_url"]);
      return shown ?? unreadable();
    }
    "
  `);
});
