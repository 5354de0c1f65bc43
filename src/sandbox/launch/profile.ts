import { emptyRootScript, NEW_ROOT } from "./empty-root.ts";
import { limitFlags } from "./limits.ts";
import { nodeCommand, WORKING_FOLDER } from "./node-command.ts";
import type { Program } from "./program.ts";
import type { Tools } from "./tools.ts";

/** Nobody, on every Linux. */
export const NOBODY = 65_534;

/** What is put around a process: the parts that were found to work on this machine. */
export interface Profile {
  /** Whether it becomes nobody. Only root can. */
  readonly nobody: boolean;
  /**
   * How it gets a network of its own, with nothing in it: inside a user namespace, which anyone may open and which also
   * keeps runners apart from each other; or as root.
   */
  readonly namespaces: "user" | "root" | "none";
  /** Whether its disk is empty too. Needs a user namespace. */
  readonly emptyRoot: boolean;
  readonly limits: boolean;
  readonly privileges: boolean;
}

/** Node and nothing around it. */
export const BARE: Profile = {
  nobody: false,
  namespaces: "none",
  emptyRoot: false,
  limits: false,
  privileges: false,
};

/** Threads of one process: Node has 7, an isolate 1 to 4. */
const OWN_THREADS = 48;
/** Threads of all processes of nobody, which may have others than ours. */
const SHARED_THREADS = 2_048;

/** The command line that starts a program in a profile. Each part takes on the rest of it as its own command. */
export function commandLine(profile: Profile, program: Program, tools: Tools): readonly [string, ...string[]] {
  const { unshare = "unshare", prlimit = "prlimit", setpriv = "setpriv", sh = "sh", mount = "mount" } = tools;
  const inUserNamespace = profile.namespaces === "user";
  const becomeNobody = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, "--clear-groups"];
  // In a user namespace the process begins with every capability over it; as root it may have those of the machine.
  const dropCapabilities = ["--inh-caps=-all", "--ambient-caps=-all", "--bounding-set=-all"];
  const threads = inUserNamespace ? OWN_THREADS : profile.nobody ? SHARED_THREADS : undefined;

  const parts: string[] = [];
  if (inUserNamespace) {
    // Nobody first: the namespace is then its own, and holds no other user to become.
    if (profile.nobody) parts.push(setpriv, ...becomeNobody, "--");
    parts.push(unshare, "--user", "--map-current-user", "--keep-caps", "--net", "--ipc", "--uts");
    if (profile.emptyRoot) parts.push("--mount");
    parts.push("--", sh, "-c", insideScript(profile, program, { mount, setpriv }), "sh");
  } else if (profile.namespaces === "root") {
    parts.push(unshare, "--net", "--ipc", "--uts", "--");
  }
  if (profile.limits) parts.push(prlimit, ...limitFlags(program, threads), "--");
  if (profile.emptyRoot) parts.push(unshare, `--root=${NEW_ROOT}`, `--wd=${WORKING_FOLDER}`, "--");
  if (profile.privileges || profile.nobody) {
    parts.push(setpriv);
    if (profile.nobody && !inUserNamespace) parts.push(...becomeNobody);
    if (inUserNamespace || process.getuid?.() === 0) parts.push(...dropCapabilities);
    if (profile.privileges) parts.push("--no-new-privs");
    // A program in a loop hears nothing of its parent's end.
    parts.push("--pdeathsig=KILL", "--");
  }
  const [first = process.execPath, ...rest] = [...parts, ...nodeCommand(program)];
  return [first, ...rest];
}

/** Runs in the new namespaces, while the process still has every capability over them. */
function insideScript(profile: Profile, program: Program, tools: { mount: string; setpriv: string }): string {
  return [
    "set -e",
    // No namespace below this one: opening others is the door to most of what the kernel was ever attacked through.
    "{ echo 0 > /proc/sys/user/max_user_namespaces; } 2>/dev/null || :",
    // First to go when memory is short. As an ordinary user the parent may not say so for it.
    "{ echo 1000 > /proc/self/oom_score_adj; } 2>/dev/null || :",
    ...(profile.emptyRoot ? [emptyRootScript(program, tools)] : []),
    // Shells add names of their own to the environment.
    'exec env -i TZ=UTC "NODE_CHANNEL_FD=$NODE_CHANNEL_FD" "NODE_CHANNEL_SERIALIZATION_MODE=$NODE_CHANNEL_SERIALIZATION_MODE" "$@"',
  ].join("\n");
}
