import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { z } from "zod";
import { NexusError } from "#core/contract/errors.ts";
import { type Config, isLocale, isTimeZone, Settings } from "./config/settings.ts";
import { NO_MODELS } from "./config/model-settings.ts";
import { SECRETS, VARIABLES } from "./config/variables.ts";

export type { Config } from "./config/settings.ts";

/** Read here too, but not settings: where the config file is, and what a terminal can show. */
const CONFIG_FILE_VARIABLE = "NEXUS_CONFIG";

interface Tree {
  [key: string]: unknown;
}

/**
 * Reads the settings: defaults, then the config file named by NEXUS_CONFIG (JSON), then NEXUS_* variables.
 * @throws NexusError config_invalid naming every wrong or unknown setting and what was expected
 */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const problems: string[] = [];
  const tree: Tree = defaults(environment);
  const file = environment[CONFIG_FILE_VARIABLE];
  if (file !== undefined && file !== "") merge(tree, readConfigFile(resolve(file)));
  const setBy = new Map<string, string>();
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith("NEXUS_") || variable === CONFIG_FILE_VARIABLE) continue;
    const path = VARIABLES[variable];
    if (path === undefined) problems.push(`${variable} is not a setting NEXUS knows${suggest(variable)}`);
    else if (value !== undefined && value !== "") {
      merge(tree, nest(path, value));
      setBy.set(path.join("."), variable);
    }
  }
  const parsed = Settings.safeParse(tree);
  if (!parsed.success) {
    for (const issue of parsed.error.issues) {
      const path = issue.path.join(".");
      const name = setBy.get(path) ?? (valueAt(tree, issue.path) === undefined ? variableOf(path) : path);
      const keys = issue.code === "unrecognized_keys" ? issue.keys.join(", ") : "";
      problems.push(
        keys === ""
          ? `${name} is ${show(path, valueAt(tree, issue.path))}: ${issue.message}`
          : `${[path, keys].filter(Boolean).join(".")} is not a setting NEXUS knows`,
      );
    }
  }
  if (!parsed.success || problems.length > 0) {
    const list = problems.map((problem) => `  - ${problem}`).join("\n");
    throw new NexusError("config_invalid", problems.join("; "), {
      say: `NEXUS cannot start with these settings:\n${list}`,
    });
  }
  const { dataDir, folders, models, sandbox, vault } = parsed.data;
  const modelDir = models.local.dir === undefined ? {} : { dir: resolve(expandHome(models.local.dir)) };
  const socket = sandbox.socket === undefined ? {} : { socket: resolve(expandHome(sandbox.socket)) };
  const keyFile = vault.keyFile ?? systemdCredential(environment);
  return {
    ...parsed.data,
    dataDir: resolve(expandHome(dataDir)),
    folders: folders.map((folder) => ({ ...folder, path: resolve(expandHome(folder.path)) })),
    models: { ...models, local: { ...models.local, ...modelDir } },
    sandbox: { ...sandbox, ...socket },
    vault: { ...vault, ...(keyFile !== undefined && { keyFile: resolve(expandHome(keyFile)) }) },
  };
}

/** The key as systemd hands it over: `LoadCredentialEncrypted=nexus-vault-key:…` in the unit. */
function systemdCredential(environment: NodeJS.ProcessEnv): string | undefined {
  const folder = environment["CREDENTIALS_DIRECTORY"];
  const file = folder === undefined ? undefined : join(folder, "nexus-vault-key");
  return file !== undefined && existsSync(file) ? file : undefined;
}

/** What the terminal says of itself: whether colour was refused (https://no-color.org) and how wide it is. */
export function readTerminal(environment: NodeJS.ProcessEnv = process.env): { colour: boolean; dumb: boolean } {
  const refused = environment["NO_COLOR"] !== undefined && environment["NO_COLOR"] !== "";
  const dumb = environment["TERM"] === "dumb";
  return { colour: !refused && !dumb, dumb };
}

function defaults(environment: NodeJS.ProcessEnv): Tree {
  const system = Intl.DateTimeFormat().resolvedOptions();
  const wanted = (environment["LC_ALL"] ?? environment["LC_TIME"] ?? environment["LANG"] ?? "").split(".")[0] ?? "";
  const tag = wanted.replace("_", "-");
  return {
    dataDir: "data",
    http: { host: "127.0.0.1", port: 7070 },
    logLevel: "info",
    sampleData: true,
    locale: tag !== "C" && tag !== "POSIX" && isLocale(tag) ? tag : "en-CA",
    timeZone: isTimeZone(system.timeZone) ? system.timeZone : "UTC",
    runners: 6,
    folders: [],
    sandbox: { engine: "auto" },
    slack: { host: "127.0.0.1", port: 7071, apiUrl: "https://slack.com/api/" },
    discord: { messageContent: true, apiUrl: "https://discord.com/api" },
    approvals: {
      write: { approvals: 1, role: "operator", notAuthor: false, expiresAfterMinutes: THREE_DAYS },
      money: { approvals: 2, role: "operator", notAuthor: true, expiresAfterMinutes: THREE_DAYS },
      notify: { approvals: 1, role: "operator", notAuthor: false, expiresAfterMinutes: THREE_DAYS },
      module: { approvals: 1, role: "operator", notAuthor: false, expiresAfterMinutes: THREE_DAYS },
      quota: { approvals: 1, role: "admin", notAuthor: false, expiresAfterMinutes: ONE_DAY },
      install: { approvals: 2, role: "operator", notAuthor: true, expiresAfterMinutes: THREE_DAYS },
      update: { approvals: 1, role: "operator", notAuthor: true, expiresAfterMinutes: THREE_DAYS },
      remindAfterHours: [24, 48],
    },
    builds: { rounds: 4, units: 5 },
    curriculum: { perWeek: 3 },
    health: { revert: true, watchMinutes: 60 },
    indexes: [],
    vault: {},
    credentials: { modal: true },
    quotas: {},
    models: structuredClone(NO_MODELS),
    memory: { days: 30 },
    oidc: { groupsClaim: "groups", roles: {} },
    mail: { domains: [] },
    backup: { keep: 7 },
    shutdownMs: 25_000,
  };
}

/** Long enough for a weekend; minutes. */
const THREE_DAYS = 72 * 60;
const ONE_DAY = 24 * 60;

function readConfigFile(path: string): Tree {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(readFileSync(path, "utf8")));
  } catch (cause) {
    throw new NexusError("config_invalid", `config file ${path}`, {
      cause,
      say: `The config file ${path}, named by ${CONFIG_FILE_VARIABLE}, is missing or is not a JSON object.`,
    });
  }
}

function nest(path: readonly string[], value: unknown): Tree {
  const [head = "", ...rest] = path;
  return { [head]: rest.length === 0 ? value : nest(rest, value) };
}

function merge(into: Tree, from: Tree): void {
  for (const [key, value] of Object.entries(from)) {
    const present = into[key];
    if (isTree(present) && isTree(value)) merge(present, value);
    else into[key] = value;
  }
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What to set, for a setting that nobody has. */
function variableOf(path: string): string {
  return Object.entries(VARIABLES).find(([, keys]) => keys.join(".") === path)?.[0] ?? path;
}

function valueAt(tree: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, key) => (isTree(value) ? value[String(key)] : undefined), tree);
}

function show(path: string, value: unknown): string {
  if (value === undefined) return "missing";
  return SECRETS.has(path) ? "set, but not usable" : JSON.stringify(value);
}

/** The nearest known name, for a typing mistake of one or two letters. */
function suggest(variable: string): string {
  const near = Object.keys(VARIABLES).find((known) => distance(known, variable) <= 2);
  return near === undefined ? "" : `; did you mean ${near}?`;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, substitution));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

function expandHome(path: string): string {
  return path === "~" || path.startsWith("~/") ? homedir() + path.slice(1) : path;
}
