import { spawnSync } from "node:child_process";
import { WORKING_FOLDER } from "./node-command.ts";
import { BARE, commandLine, type Profile } from "./profile.ts";
import { folderOf } from "./folder-of.ts";
import type { Program } from "./program.ts";
import type { Tools } from "./tools.ts";

/** The most that works on this machine, and in plain words why each other part does not. */
export interface Found {
  readonly profile: Profile;
  readonly failures: Readonly<Record<keyof Profile, string>>;
}

/** What it means for a machine that a part does not work on it. */
const SAYS = {
  nobody: "a process of the user nobody (65534) does not start",
  namespaces: "this system lets the service open no namespace",
  emptyRoot: "a process cannot be given an empty disk",
  limits: "limits of the kernel cannot be set",
  privileges: "a process cannot be kept from new privileges",
} as const satisfies Record<keyof Profile, string>;

/** Long for a process that starts in 60 ms; it bounds the start of NEXUS on a machine where one hangs. */
const TRY_MS = 5_000;

/** Reads as every program does: a library of the checkout. */
function probe(): Program {
  const library = folderOf("zod");
  return {
    name: "probe",
    script: `import { readFileSync } from "node:fs"; readFileSync(process.argv[1] + "package.json");`,
    args: [library],
    readable: [library],
    addons: false,
    compiler: false,
    nodeFlags: [],
  };
}

/** Tries everything at once, and where that does not come up, part by part: one that fails must not take others along. */
export function findProfile(tools: Tools): Found {
  const failures = { nobody: "", namespaces: "", emptyRoot: "", limits: "", privileges: "" };
  if (process.platform !== "linux") {
    const why = "only Linux has it";
    return {
      profile: BARE,
      failures: { nobody: why, namespaces: why, emptyRoot: why, limits: why, privileges: why },
    };
  }
  const isRoot = process.getuid?.() === 0;
  const everything: Profile = {
    nobody: isRoot,
    namespaces: "user",
    emptyRoot: true,
    limits: true,
    privileges: true,
  };
  if (whyNot(everything, tools) === undefined) return { profile: everything, failures };

  let profile = BARE;
  const add = (part: keyof Profile, alternatives: readonly Partial<Profile>[]): void => {
    for (const alternative of alternatives) {
      const next = { ...profile, ...alternative };
      const failure = whyNot(next, tools);
      if (failure === undefined) {
        profile = next;
        return;
      }
      failures[part] ||= `${SAYS[part]} (${failure})`;
    }
  };
  if (isRoot) add("nobody", [{ nobody: true }]);
  add("namespaces", [{ namespaces: "user" }, ...(isRoot ? [{ namespaces: "root" } as const] : [])]);
  add("limits", [{ limits: true }]);
  add("privileges", [{ privileges: true }]);
  if (profile.namespaces === "user") add("emptyRoot", [{ emptyRoot: true }]);
  else failures.emptyRoot = `${SAYS.emptyRoot}: ${failures.namespaces}`;
  return { profile, failures };
}

/** Starts a process in a profile. @returns why it did not come up, in the words of the tool that failed */
function whyNot(profile: Profile, tools: Tools): string | undefined {
  const needed: readonly [keyof Tools, boolean][] = [
    ["unshare", profile.namespaces !== "none"],
    ["sh", profile.namespaces === "user"],
    ["mount", profile.emptyRoot],
    ["prlimit", profile.limits],
    ["setpriv", profile.nobody || profile.privileges],
  ];
  const lacking = needed.find(([tool, isNeeded]) => isNeeded && tools[tool] === undefined)?.[0];
  if (lacking !== undefined) return `${lacking} is not installed (it comes with util-linux)`;
  const [command, ...args] = commandLine(profile, probe(), tools);
  const { status, signal, stderr, error } = spawnSync(command, args, {
    cwd: WORKING_FOLDER,
    env: { TZ: "UTC" },
    stdio: ["ignore", "ignore", "pipe"],
    encoding: "utf8",
    timeout: TRY_MS,
    killSignal: "SIGKILL",
  });
  if (status === 0) return undefined;
  if (error !== undefined) return error.message;
  const words =
    stderr.split("\n").find((line) => line.trim() !== "") ?? `a process ended at once (${signal ?? status})`;
  return words.trim().slice(0, 200);
}
