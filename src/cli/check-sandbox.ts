import type { Config } from "#config.ts";
import { type Fence, FENCES, type FenceName } from "#core/contract/validation.ts";
import { createLog } from "#core/telemetry/log.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import type { Finding } from "./finding.ts";

const CHECK_TIMEOUT_MS = 10_000;

const NAMESPACES =
  "Allow user namespaces (sysctl kernel.apparmor_restrict_unprivileged_userns=0 or kernel.unprivileged_userns_clone=1), or run the runner service: docs/operations.md, “The sandbox”.";
const UTIL_LINUX = "Install util-linux (Alpine: apk add util-linux setpriv).";

/** What raises each fence where it is down. */
const FIXES = {
  process: "Start the runner service: npm run nexus -- runner --socket PATH.",
  environment: "Start the runner service: npm run nexus -- runner --socket PATH.",
  files: NAMESPACES,
  network: NAMESPACES,
  user: "Run NEXUS as a user of its own, not as root; or let everyone read its folder (chmod -R o+rX), so that root can become nobody.",
  privileges: UTIL_LINUX,
  limits: UTIL_LINUX,
  memory: "Run NEXUS on Linux.",
  compiler: "Nothing to do: the engine for WebAssembly needs it.",
} as const satisfies Record<FenceName, string>;

const WITHOUT_COMPILER =
  "Take compiler out of NEXUS_SANDBOX_MINIMUM, or leave NEXUS_SANDBOX_ENGINE away: docs/operations.md, “The sandbox”.";

/** Has a module run, and names each fence that is down or stands on one foot, with what raises it. */
export async function checkSandboxRuns({ runners, sandbox: settings }: Config): Promise<Finding[]> {
  const name = "module sandbox";
  const log = createLog({ level: "silent", destination: 1 });
  await using sandbox = createSandbox({ runners, ...settings, log });
  const { ok, detail, fences, missing, engine } = await sandbox.check(AbortSignal.timeout(CHECK_TIMEOUT_MS));
  if (!ok) {
    const fix =
      settings.socket === undefined
        ? "Delete node_modules and start again, so that its parts are installed afresh."
        : `Start the runner service: npm run nexus -- runner --socket ${settings.socket}`;
    return [{ state: "fail", name, detail, fix }];
  }
  const standing = fences.filter(({ up }) => up).map((fence) => FENCES[fence.name]);
  return [
    { state: "ok", name, detail: `a runner answers behind: ${standing.join(", ")}` },
    ...(engine.name === "quickjs" ? [quickjs(engine.why)] : []),
    ...fences.filter(({ up, why }) => !up || why !== undefined).map((fence) => explain(fence, missing)),
  ];
}

function quickjs(why: string | undefined): Finding {
  const name = "module engine";
  const detail = "QuickJS: slower, and without Intl, which most modules of NEXUS use";
  return why === undefined
    ? { state: "ok", name, detail }
    : {
        state: "warn",
        name,
        detail: `${detail}; ${why}`,
        fix: "Use a Node that isolated-vm has a build for: docs/operations.md, “The sandbox”.",
      };
}

function explain({ name: fence, up, why = "" }: Fence, missing: readonly Fence[]): Finding {
  const name = `fence ${fence}`;
  if (up) return { state: "ok", name, detail: why };
  const isDemanded = missing.some((each) => each.name === fence);
  const detail = isDemanded ? `down, and so no installed module runs: ${why}` : `down: ${why}`;
  const fix = isDemanded && fence === "compiler" ? WITHOUT_COMPILER : FIXES[fence];
  return { state: "warn", name, detail, fix };
}
