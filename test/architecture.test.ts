import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";

/**
 * The picture in ARCHITECTURE.md, as data. Rooms are listed from the ground up; a room may import itself and the rooms
 * named beside it, and each of those stands above it in this list. So no cycle can be written.
 */
const GROUND = ["core/contract", "core/telemetry"] as const;
const ROOMS: Record<string, readonly string[]> = {
  "core/contract": [],
  "core/telemetry": ["core/contract"],
  "core/store": GROUND,
  "core/audit": [...GROUND, "core/store"],
  "core/credentials": [...GROUND, "core/store", "core/audit"],
  "core/auth": [...GROUND, "core/store", "core/audit"],
  "core/metering": [...GROUND, "core/store", "core/audit"],
  "core/backup": [...GROUND, "core/store", "core/audit", "core/credentials"],
  "core/approval": [...GROUND, "core/store"],
  "core/llm": [...GROUND, "core/store", "core/metering"],
  "core/memory": [...GROUND, "core/store"],
  "core/lidm": GROUND,
  "core/delivery": [...GROUND, "core/store"],
  "core/registry": [...GROUND, "core/store", "core/credentials", "core/metering", "core/lidm"],
  "core/evolution": [...GROUND, "core/store", "core/audit", "core/metering", "core/llm", "core/lidm", "core/registry"],
  "core/clock": [...GROUND, "core/store", "core/audit"],
  "core/housekeeping": [...GROUND, "core/store", "core/clock"],
  "core/hooks": [...GROUND, "core/store", "core/audit", "core/credentials"],
  "core/orchestrator": [
    ...GROUND,
    "core/store",
    "core/audit",
    "core/credentials",
    "core/auth",
    "core/metering",
    "core/approval",
    "core/llm",
    "core/memory",
    "core/lidm",
    "core/delivery",
    "core/registry",
    "core/evolution",
    "core/clock",
    "core/housekeeping",
    "core/hooks",
  ],
  "core/expiry": [
    ...GROUND,
    "core/store",
    "core/audit",
    "core/credentials",
    "core/auth",
    "core/registry",
    "core/orchestrator",
  ],
  "core/admin": [
    ...GROUND,
    "core/store",
    "core/audit",
    "core/credentials",
    "core/auth",
    "core/metering",
    "core/backup",
    "core/approval",
    "core/llm",
    "core/memory",
    "core/lidm",
    "core/delivery",
    "core/registry",
    "core/evolution",
    "core/clock",
    "core/housekeeping",
    "core/hooks",
    "core/orchestrator",
  ],
  core: [
    ...GROUND,
    "core/store",
    "core/audit",
    "core/credentials",
    "core/auth",
    "core/metering",
    "core/backup",
    "core/approval",
    "core/llm",
    "core/memory",
    "core/lidm",
    "core/delivery",
    "core/registry",
    "core/evolution",
    "core/clock",
    "core/housekeeping",
    "core/hooks",
    "core/orchestrator",
    "core/expiry",
    "core/admin",
  ],
  sandbox: ["core/contract"],
  modules: ["core/contract"],
  jobs: ["core/contract"],
  bot: ["core/contract", "core"],
  api: ["core/contract", "core"],
  config: ["core/contract"],
  main: [
    ...GROUND,
    "core/store",
    "core/audit",
    "core/credentials",
    "core/auth",
    "core/backup",
    "core/llm",
    "core/registry",
    "core/evolution",
    "core",
    "sandbox",
    "modules",
    "jobs",
    "bot",
    "api",
    "config",
  ],
  cli: [
    ...GROUND,
    "core/store",
    "core/audit",
    "core/credentials",
    "core/auth",
    "core/backup",
    "core/llm",
    "core/registry",
    "core/evolution",
    "core",
    "sandbox",
    "modules",
    "bot",
    "config",
    "main",
  ],
};

/** Each heavy library has one home, so that replacing it touches one room. */
const LIBRARY_HOME: Record<string, readonly string[]> = {
  "better-sqlite3": ["core/store"],
  "sqlite-vec": ["core/store"],
  kysely: ["core/store"],
  "isolated-vm": ["sandbox"],
  undici: ["sandbox"],
  "ipaddr.js": ["sandbox"],
  amaro: ["sandbox"],
  acorn: ["sandbox"],
  "eslint-scope": ["sandbox"],
  "quickjs-": ["sandbox"],
  fflate: ["sandbox"],
  yauzl: ["sandbox"],
  "chrono-node": ["core/lidm"],
  yaml: ["core/evolution"],
  "@scalar/": ["core/evolution"],
  "openapi-sampler": ["core/evolution"],
  graphql: ["core/evolution"],
  semver: ["core/evolution"],
  diff: ["core/evolution"],
  minisearch: ["core/evolution"],
  "shell-quote": ["core/evolution"],
  "@ai-sdk/": ["core/llm"],
  "node-llama-cpp": ["core/llm"],
  "@googleapis/": ["modules", "bot"],
  croner: ["core/clock"],
  "ical.js": ["core/clock"],
  standardwebhooks: ["core/hooks"],
  nodemailer: ["bot"],
  bree: ["jobs"],
  "@resvg/": ["bot"],
  "string-width": ["bot"],
  "@slack/": ["bot"],
  "discord.js": ["bot"],
  "discord-api-types": ["bot"],
  fastify: ["api"],
  "@fastify/": ["api"],
  "rate-limiter-flexible": ["api"],
  jose: ["core/auth"],
  "openid-client": ["core/auth"],
  "age-encryption": ["core/backup"],
  pino: ["core/telemetry"],
  chokidar: ["jobs"],
};

const files = globSync("src/**/*.ts").filter((file) => !file.endsWith(".test.ts"));
const roomOf = (path: string): string => {
  const [first = "", second = "", third] = path.replace(/\.ts$/, "").split("/");
  return first === "core" && third !== undefined ? `core/${second}` : first;
};

interface Import {
  readonly from: string;
  readonly target: string;
  /** Resolved to a path under src/; empty for a library. */
  readonly to: string;
}

const IMPORT = /(?:^(?:import|export)\s(?:[^'"]*?\sfrom\s+)?|\bimport\()\s*["']([^"']+)["']/gm;

const imports: Import[] = files.flatMap((file) => {
  const from = file.slice("src/".length);
  return [...readFileSync(file, "utf8").matchAll(IMPORT)].map(([, target = ""]) => ({
    from,
    target,
    to: target.startsWith("#") ? target.slice(1) : target.startsWith(".") ? join(dirname(from), target) : "",
  }));
});
const show = ({ from, target }: Import): string => `${from} → ${target}`;

test("every room is drawn from the ground up", () => {
  const order = Object.keys(ROOMS);
  const upward = Object.entries(ROOMS).flatMap(([room, below]) =>
    below.filter((other) => order.indexOf(other) >= order.indexOf(room)).map((other) => `${room} → ${other}`),
  );
  expect(upward).toEqual([]);
});

test("every file stands in a room of the picture", () => {
  expect(files.filter((file) => !(roomOf(file.slice("src/".length)) in ROOMS))).toEqual([]);
  expect(files.length).toBeGreaterThan(50);
});

test("every import goes down the picture", () => {
  const climbs = imports.filter(
    ({ from, to }) => to !== "" && roomOf(from) !== roomOf(to) && !ROOMS[roomOf(from)]?.includes(roomOf(to)),
  );
  expect(climbs.map(show)).toEqual([]);
});

test("an import that leaves its folder says where it goes", () => {
  expect(imports.filter(({ target }) => target.startsWith("../")).map(show)).toEqual([]);
});

test("one door never imports another, nor one module another", () => {
  const inner = (path: string): string | undefined => /^((?:bot|api|modules)\/[^/]+)\//.exec(path)?.[1];
  const crossings = imports.filter(
    ({ from, to }) => inner(from) !== undefined && inner(to) !== undefined && inner(from) !== inner(to),
  );
  expect(crossings.map(show)).toEqual([]);
});

test("a library is imported only in its home", () => {
  const strays = imports.filter(({ from, target }) =>
    Object.entries(LIBRARY_HOME).some(
      ([library, homes]) => target.startsWith(library) && !homes.includes(roomOf(from)),
    ),
  );
  expect(strays.map(show)).toEqual([]);
});

test("no file waits on itself", () => {
  const next = Map.groupBy(imports, ({ from }) => from);
  const reaches = (from: string, goal: string, seen: Set<string>): boolean =>
    (next.get(from) ?? []).some(
      ({ to }) => to === goal || (to !== "" && !seen.has(to) && reaches(to, goal, seen.add(to))),
    );
  expect([...next.keys()].filter((file) => reaches(file, file, new Set()))).toEqual([]);
});

test("only config.ts reads the environment", () => {
  const readers = files.filter((file) => /\bprocess\s*\.\s*env\b/.test(readFileSync(file, "utf8")));
  expect(readers).toEqual(["src/config.ts"]);
});

test("the picture in ARCHITECTURE.md names every room", () => {
  const page = readFileSync("ARCHITECTURE.md", "utf8");
  expect(Object.keys(ROOMS).filter((room) => !page.includes(room === "core" ? "core.ts" : room))).toEqual([]);
});
