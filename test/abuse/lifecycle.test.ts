import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { newId, OrgId } from "#core/contract/ids.ts";
import { createLocalLauncher } from "#sandbox/launch/local-launcher.ts";
import { bareHost } from "#sandbox/bare-host.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { silent } from "#test/delivery-kit.ts";
import { ANSWERING, startAnswering, UNBOUND } from "#test/fenced-kit.ts";
import { sandboxCall } from "#test/sandbox-call.ts";
import { finish, STACK, temporaryDir } from "#test/stories/service.ts";

const ROOT = join(import.meta.dirname, "..", "..");
const never = new AbortController().signal;

describe("a module that was replaced", () => {
  test("LIF-006: does not go on in a warm runner: the next call runs what it names, whichever ran before", async () => {
    await using sandbox = createSandbox({ log: silent, runners: 1, spares: 1, minimum: [] });
    const org = newId(OrgId);
    const remember = (version: string) =>
      sandboxCall(`globalThis.seen ??= []; return { version: "${version}", before: typeof globalThis.earlier };`, {
        org,
      });
    const old = sandboxCall(`try { globalThis.earlier = "old"; } catch {} return { version: "old" };`, { org });
    const seen: unknown[] = [];
    for (const call of [old, old, remember("new"), old, remember("new")]) {
      const outcome = await sandbox.run(call, bareHost(), never);
      seen.push(outcome.status === "completed" ? outcome.output : outcome);
    }
    expect(seen).toMatchObject([
      { version: "old" },
      { version: "old" },
      { version: "new", before: "undefined" },
      { version: "old" },
      { version: "new", before: "undefined" },
    ]);
  });
});

describe("what NEXUS runs from", () => {
  test("LIF-007: cannot be written by a fenced process, not even by native code in it", async () => {
    await using launcher = createLocalLauncher();
    using dir = temporaryDir();
    const hasEmptyRoot = launcher.fences(UNBOUND).some(({ name, why }) => name === "files" && why === undefined);
    using inside = await startAnswering(launcher, hasEmptyRoot ? UNBOUND : ANSWERING);
    const targets = [
      join(ROOT, "src", "modules", "modules.ts"),
      join(ROOT, "src", "modules", "left-behind.ts"),
      join(ROOT, "node_modules", "left-behind.js"),
      join(dir.path, "nexus.db"),
      process.execPath,
    ];
    for (const path of targets) {
      const answer = await inside.ask(
        `import("node:fs").then(({ writeFileSync }) => { writeFileSync(${JSON.stringify(path)}, "x", { flag: "a" }); return "written"; })`,
      );
      expect([path, answer]).toEqual([
        path,
        { threw: expect.stringMatching(/^E(?:NOENT|ROFS|ACCES|PERM|FBIG|RR_ACCESS_DENIED)$/) },
      ]);
    }
    expect(existsSync(join(ROOT, "src", "modules", "left-behind.ts"))).toBe(false);
    expect(readdirSync(dir.path)).toEqual([]);
  });

  test("LIF-009: grows by no module that was dropped beside the others, or into the data directory", async () => {
    using dir = temporaryDir();
    const copy = join(dir.path, "checkout");
    cpSync(join(ROOT, "src"), join(copy, "src"), { recursive: true });
    cpSync(join(ROOT, "package.json"), join(copy, "package.json"));
    symlinkSync(join(ROOT, "node_modules"), join(copy, "node_modules"));
    const data = join(dir.path, "data");
    const act = join(ROOT, "test", "drills", "act");
    for (const place of [join(copy, "src", "modules"), join(data, "modules"), data]) {
      mkdirSync(place, { recursive: true });
      cpSync(act, join(place, "act"), { recursive: true });
    }
    const asked = await finish(["ask", "modules"], { dataDir: data, within: [process.execPath, "-e", startIn(copy)] });
    expect(asked.stderr).toBe("");
    expect(asked.stdout).toContain("Weather");
    expect(asked.stdout).not.toMatch(/\bAct\b/);
  });
});

describe("LIF-013: what NEXUS is built from", () => {
  test("LIF-013: every package is named with its hash, names no place of its own and runs nothing when it is installed", () => {
    const lock = Lock.parse(JSON.parse(read("package-lock.json")));
    const packages = Object.entries(lock.packages).filter(([path]) => path !== "");
    expect(packages.length).toBeGreaterThan(300);
    for (const [path, { integrity, resolved }] of packages) {
      expect([path, integrity]).toEqual([path, expect.stringMatching(/^sha512-/)]);
      // Where a package comes from is the installer's registry; that it is the same is the hash's to prove.
      expect([path, resolved]).toEqual([path, undefined]);
    }
    const { dependencies, devDependencies, optionalDependencies } = Package.parse(JSON.parse(read("package.json")));
    for (const version of Object.values({ ...dependencies, ...devDependencies, ...optionalDependencies })) {
      expect(version).toMatch(/^\d+\.\d+\.\d+(?:-[\w.]+)?$/);
    }
    for (const file of ["scripts/bootstrap.mjs", "Dockerfile"]) {
      expect([file, read(file).includes("--ignore-scripts")]).toEqual([file, true]);
    }
  });

  test("LIF-013: the native part of isolated-vm is the one that was looked at, for every machine", () => {
    const folder = join(ROOT, "node_modules", "isolated-vm", "prebuilds");
    const abi = process.versions.modules;
    const found = readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => name.includes(`abi${abi}`))
      .map((name) => [
        name,
        createHash("sha256")
          .update(readFileSync(join(folder, name)))
          .digest("hex"),
      ]);
    expect(Object.fromEntries(found)).toEqual(ISOLATED_VM_7_0_1);
  });
});

describe("LIF-014: a Node that is too old", () => {
  test("LIF-014: is refused by the command before anything is read or opened", async () => {
    using dir = temporaryDir();
    for (const command of [["start"], ["ask", "help"], ["module", "check", "."], ["runner", "--socket", "x"]]) {
      const refused = await finish(command, { dataDir: dir.path, settings: pretendNode("24.3.0") });
      expect([command, refused.code]).toEqual([command, 1]);
      expect(refused.stderr).toContain("NEXUS needs Node 24.11.0 or newer, and this is 24.3.0.");
      expect(refused.stderr).not.toMatch(STACK);
    }
    expect(readdirSync(dir.path)).toEqual([]);
  });

  test("LIF-014: is refused before that where it could not even read the command", () => {
    using dir = temporaryDir();
    for (const name of ["scripts", "package.json", "package-lock.json"]) {
      cpSync(join(ROOT, name), join(dir.path, name), { recursive: true });
    }
    // As if everything were installed but the Node that comes along on Linux.
    mkdirSync(join(dir.path, "node_modules"));
    writeFileSync(join(dir.path, "node_modules", ".package-lock.json"), read("package-lock.json"));
    const start = (version: string) =>
      spawnSync(process.execPath, [join(dir.path, "scripts", "bootstrap.mjs")], {
        env: pretendNode(version),
        encoding: "utf8",
      });
    const refused = start("22.21.1");
    expect(refused.status).toBe(1);
    expect(refused.stderr.trim()).toBe("NEXUS needs Node 24 or newer; this is 22.21.1. Install it and start again.");
    expect(start(process.versions.node).status).toBe(0);
  });
});

const Lock = z.object({
  packages: z.record(z.string(), z.object({ integrity: z.string().optional(), resolved: z.string().optional() })),
});
const Versions = z.record(z.string(), z.string());
const Package = z.object({ dependencies: Versions, devDependencies: Versions, optionalDependencies: Versions });

/** SHA-256 of the prebuilt binaries of isolated-vm 7.0.1 for Node 24, as npm delivered them. */
const ISOLATED_VM_7_0_1 = {
  "darwin-arm64/isolated-vm.abi137.node": "5c435c393300b581838190751e275a4fbd23584bdc706bb42acc69b1e5cdb20f",
  "linux-arm64/isolated-vm.abi137.glibc.node": "7d91c9d0e3bfe79f9a606432e807a8d070f1cda3b62d2a25cfea963ef475f1e5",
  "linux-arm64/isolated-vm.abi137.musl.node": "40700d96c85153bd4615c20c518174f3c51c44f44ac14de1483a648183002bb0",
  "linux-x64/isolated-vm.abi137.glibc.node": "b2a8794cf2a28cb0d839664bf404200e37317832959275cbe4a9a42e1ff328ab",
  "linux-x64/isolated-vm.abi137.musl.node": "a7d9a4910bb150b71c373a0125ae84ae9b7d263c99e228efb9d27b4a9b1cf440",
  "win32-x64/isolated-vm.abi137.node": "358f24fd3cd4f8834a7d197fab094bbdf56402e1c03661349765d70a624832c6",
};

function read(name: string): string {
  return readFileSync(join(ROOT, name), "utf8");
}

/** Has Node believe that it is another version. */
function pretendNode(version: string): { readonly NODE_OPTIONS: string } {
  const code = `Object.defineProperty(process,"versions",{value:{...process.versions,node:"${version}"}})`;
  return { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` };
}

/** A script that runs the rest of its command line in another folder. */
function startIn(folder: string): string {
  return `process.chdir(${JSON.stringify(folder)});
    const [command, ...args] = process.argv.slice(1);
    process.exit(require("node:child_process").spawnSync(command, args, { stdio: "inherit" }).status);`;
}
