import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { createChartRenderer } from "#bot/chart-png.ts";
import { type Config, readConfig } from "#config.ts";
import { settleRestore } from "#core/backup/settle-restore.ts";
import { asNexusError } from "#core/contract/errors.ts";
import { currentKey } from "#core/credentials/vault-key.ts";
import { loadBundle } from "#sandbox/bundle/bundle.ts";
import { lockDataDir, openStore } from "#core/store/store.ts";
import { SANDBOXED_MODULES } from "#modules/modules.ts";
import { checkMail } from "./check-mail.ts";
import { checkModels } from "./check-models.ts";
import { checkPlatforms } from "./check-platforms.ts";
import { checkSandboxRuns } from "./check-sandbox.ts";
import type { Finding } from "./finding.ts";
import { isOlder, NODE_FLOOR } from "./node-floor.ts";
import { indexStanding } from "./registry-search.ts";

/** Below this the next bank import or log line may not fit. */
const LOW_DISK_BYTES = 200 * 1024 * 1024;
const CHECK_TIMEOUT_MS = 10_000;

/** Checks the installation and prints each finding with its fix. @returns 0 when nothing fails */
export async function doctor({ plain }: { readonly plain: boolean }): Promise<number> {
  const config = readConfig();
  const findings: readonly Finding[] = [
    checkNode(),
    checkDataDir(config),
    checkDisk(config),
    await checkStore(config),
    checkKey(config),
    checkModules(),
    ...(await checkSandboxRuns(config)),
    await checkDrawing(),
    await checkPort(config),
    ...(await checkPlatforms(config)),
    await checkMail(config),
    ...(await checkModels(config)),
    ...(await checkIndexes()),
    { state: "ok", name: "time and language", detail: `${config.timeZone}, ${config.locale}` },
  ];
  const marks = plain ? { ok: "ok  ", warn: "look", fail: "FAIL" } : { ok: "✓", warn: "!", fail: "✗" };
  for (const { state, name, detail, fix } of findings) {
    process.stdout.write(`${marks[state]} ${name.padEnd(18)} ${detail}\n`);
    if (fix !== undefined) process.stdout.write(`  ${" ".repeat(18)} → ${fix}\n`);
  }
  const failed = findings.filter(({ state }) => state === "fail").length;
  process.stdout.write(
    failed === 0 ? "\nAll that NEXUS needs is here.\n" : `\n${failed} of ${findings.length} checks failed.\n`,
  );
  return failed === 0 ? 0 : 1;
}

function checkNode(): Finding {
  const ok = !isOlder(process.versions.node, NODE_FLOOR);
  const name = "Node";
  return ok
    ? { state: "ok", name, detail: process.version }
    : {
        state: "fail",
        name,
        detail: process.version,
        fix: `Run it with npm start, or with Node ${NODE_FLOOR} or newer.`,
      };
}

function checkDataDir({ dataDir }: Config): Finding {
  const name = "data directory";
  const nearest = nearestFolder(dataDir);
  try {
    accessSync(nearest, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch {
    return nearest === dataDir
      ? {
          state: "fail",
          name,
          detail: `${dataDir} is not writable`,
          fix: `Make it yours: chown -R "$USER" ${dataDir}`,
        }
      : {
          state: "fail",
          name,
          detail: `${dataDir} is not there, and cannot be made in ${nearest}`,
          fix: "Name a folder that can, in NEXUS_DATA_DIR, or make it and give it to this user.",
        };
  }
  if (nearest !== dataDir) return { state: "ok", name, detail: `${dataDir} (made at the first start)` };
  const open = (statSync(dataDir).mode & 0o077) !== 0;
  return open
    ? { state: "warn", name, detail: `${dataDir} can be read by others`, fix: `chmod 700 ${dataDir}` }
    : { state: "ok", name, detail: dataDir };
}

/** The folder itself, or what of the way to it is there. */
function nearestFolder(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestFolder(dirname(path));
}

function checkDisk({ dataDir }: Config): Finding {
  const { bavail, bsize } = statfsSync(nearestFolder(dataDir));
  const free = bavail * bsize;
  const detail = `${(free / 1024 ** 3).toFixed(1)} GiB free`;
  return free < LOW_DISK_BYTES
    ? { state: "fail", name: "disk", detail, fix: "Free some space on the disk of the data directory." }
    : { state: "ok", name: "disk", detail };
}

async function checkStore({ dataDir }: Config): Promise<Finding> {
  const name = "database";
  const path = join(dataDir, "nexus.db");
  if (!existsSync(path)) return { state: "ok", name, detail: "made at the first start" };
  try {
    using _lock = lockDataDir(dataDir);
    settleRestore(dataDir);
    await using store = await openStore(path, { clock: () => new Date() });
    await store.ping();
    return { state: "ok", name, detail: `${path}, whole and up to date` };
  } catch (error) {
    const { code, say, hint } = asNexusError(error);
    if (code === "data_locked") return { state: "ok", name, detail: "in use by a running NEXUS" };
    return { state: "fail", name, detail: say, fix: hint };
  }
}

function checkKey({ dataDir, vault }: Config): Finding {
  const name = "vault key";
  const path = join(dataDir, "master.key");
  try {
    const found = currentKey({ ...vault, ownFile: path });
    if (found === undefined) return { state: "ok", name, detail: "made at the first start" };
    if (found.from === path) return { state: "ok", name, detail: `${path}, readable by you only` };
    return existsSync(path)
      ? {
          state: "warn",
          name,
          detail: `from ${found.from}, and a former one is in ${path}`,
          fix: "Once NEXUS has started with the new key, move the file to where its backups are.",
        }
      : { state: "ok", name, detail: `from ${found.from}` };
  } catch (error) {
    const { say, hint } = asNexusError(error);
    return { state: "fail", name, detail: say, fix: hint };
  }
}

function checkModules(): Finding {
  const name = "modules";
  try {
    const bundles = SANDBOXED_MODULES.map(loadBundle);
    return {
      state: "ok",
      name,
      detail: bundles.map(({ manifest }) => `${manifest.name} ${manifest.version}`).join(", "),
    };
  } catch (error) {
    const { message } = asNexusError(error);
    return { state: "fail", name, detail: message, fix: "Restore the module's folder from the checkout." };
  }
}

/** An index that cannot be read keeps nothing from working but installing from it. */
async function checkIndexes(): Promise<Finding[]> {
  const all = await indexStanding(AbortSignal.timeout(CHECK_TIMEOUT_MS));
  return all.map(({ index, ok, detail }): Finding => {
    const name = "module index";
    if (ok) return { state: "ok", name, detail: `${index}: ${detail}` };
    const fix = "Its place and its key are in NEXUS_MODULE_INDEXES; `nexus registry list` tries it again.";
    return { state: "warn", name, detail: `${index}: ${detail}`, fix };
  });
}

async function checkDrawing(): Promise<Finding> {
  const name = "charts";
  const fix = "Charts stay text until the fonts are installed: delete node_modules and start again.";
  await using renderer = createChartRenderer();
  try {
    const hasInk = await renderer.checkFonts(AbortSignal.timeout(CHECK_TIMEOUT_MS));
    return hasInk
      ? { state: "ok", name, detail: "drawn, with their text" }
      : { state: "warn", name, detail: "drawn without text: the fonts are missing", fix };
  } catch (error) {
    return { state: "warn", name, detail: asNexusError(error).message, fix };
  }
}

function checkPort({ http }: Config): Promise<Finding> {
  const name = "HTTP port";
  const { host, port } = http;
  if (port === "off") return Promise.resolve({ state: "ok", name, detail: "off" });
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      const taken = error.code === "EADDRINUSE";
      resolve({
        state: "warn",
        name,
        detail: taken ? `${host}:${port} is in use` : `${host}:${port}: ${error.message}`,
        fix: taken
          ? "Fine if it is the running NEXUS; else set NEXUS_HTTP_PORT to a free port."
          : "Set NEXUS_HTTP_HOST to an address of this machine.",
      });
    });
    server.listen(port, host, () =>
      server.close(() => resolve({ state: "ok", name, detail: `${host}:${port} is free` })),
    );
  });
}
