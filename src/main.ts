import { randomUUID } from "node:crypto";
import { chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { type HttpOptions, startHttp } from "#api/server.ts";
import { createChartRenderer } from "#bot/chart-png.ts";
import { type ConsoleDoor, consoleConversation, createConsoleDoor, MAIN_CHANNEL } from "#bot/console/door.ts";
import { openEmail } from "#bot/email/open-email.ts";
import { createPlatformDoors } from "#bot/platform-doors.ts";
import { settleRestore } from "#core/backup/settle-restore.ts";
import type { Config } from "./config.ts";
import { type Core, createCore } from "#core/core.ts";
import { DROPPED } from "#core/door-ways.ts";
import type { HeavyUpkeep } from "#core/house-jobs.ts";
import { createAnchorFile } from "#core/audit/anchor-file.ts";
import type { FrontEnd, StatusLine } from "#core/contract/door.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { Manifest } from "#core/contract/manifest.ts";
import type { Actor } from "#core/contract/message.ts";
import type { Bundle } from "#core/contract/module.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import { ownIndex } from "#core/evolution/module-index/own-index.ts";
import { createModels } from "#core/llm/models.ts";
import { deriveKey } from "#core/credentials/derive-key.ts";
import { createDoorMemory } from "#core/credentials/door-memory.ts";
import { localOwner } from "#core/auth/local-owner.ts";
import { openHouseKeys } from "#core/credentials/house-keys.ts";
import { createSealer } from "#core/credentials/seal.ts";
import { loadBundle } from "#sandbox/bundle/bundle.ts";
import { readOffer } from "#sandbox/bundle/read-offer.ts";
import { lockDataDir, openStore, type Store } from "#core/store/store.ts";
import { readVersion } from "#core/telemetry/version.ts";
import { createSupervisor } from "#jobs/supervisor.ts";
import { foldersOf, placeOf, wordsFor } from "#jobs/folder-settings.ts";
import { droppedReader, type Folders, requireFolders, startFolders } from "#jobs/watch-folders.ts";
import { createHostModules, SANDBOXED_MODULES } from "#modules/modules.ts";
import { SHELF } from "#modules/shelf.ts";
import { createEgress, type EgressOptions } from "#sandbox/egress/egress.ts";
import { createSandbox } from "#sandbox/sandbox.ts";

/** What a test may hand in instead of the real thing. Production passes a log and nothing else. */
export interface NexusParts {
  readonly log: Log;
  readonly clock?: Clock;
  /** Doors beside the console. */
  readonly doors?: readonly FrontEnd[];
  readonly egress?: Omit<EgressOptions, "log">;
  /** Modules beside those of this repository. */
  readonly bundles?: readonly Bundle[];
}

/** A running NEXUS. */
export interface Nexus extends AsyncDisposable {
  readonly core: Core;
  readonly console: ConsoleDoor;
  /** Where the HTTP door listens, when it does. */
  readonly origin: string | undefined;
}

/**
 * Builds the house from the ground up and starts it; disposing takes it down in the reverse order, with running
 * answers given time to finish.
 * @throws NexusError data_locked | data_unusable | store_corrupt | store_newer | disk_full
 */
export async function startNexus(config: Config, parts: NexusParts): Promise<Nexus> {
  const { log } = parts;
  const clock = parts.clock ?? (() => new Date());
  const version = readVersion();
  const owner = localOwner();
  await using stack = new AsyncDisposableStack();

  requireFolders(foldersOf(config));
  prepareDataDir(config.dataDir);
  stack.use(lockDataDir(config.dataDir));
  if (settleRestore(config.dataDir)) log.info({ dataDir: config.dataDir }, "a restore that was cut short is finished");
  const database = join(config.dataDir, "nexus.db");
  const store = stack.use(await openStore(database, { clock }));
  const threads = stack.use(createSupervisor({}, log));
  const source = { ...config.vault, ownFile: join(config.dataDir, "master.key") };
  const { masterKey, keyWrapper } = await openHouseKeys({ store, source, clock, log });
  const egress = stack.use(createEgress({ log, ...parts.egress }));
  const modelFiles = config.models.local.dir ?? join(config.dataDir, "models");
  const models = stack.use(await createModels(config.models, { dir: modelFiles, clock, log }));
  const sandbox = stack.use(createSandbox({ runners: config.runners, ...config.sandbox, version, log }));

  let origin: string | undefined;
  let folders: Folders | undefined;
  const doors: FrontEnd[] = [];
  const sealer = createSealer(deriveKey(masterKey, "doors"));
  const renderer = stack.use(createChartRenderer());
  const platforms = stack.use(
    createPlatformDoors({
      settings: config,
      memoryOf: (platform) => createDoorMemory(store.doorMemories, sealer, platform),
      renderer,
      onOpen: () => hurry(),
      clock,
      log,
    }),
  );
  const email = openEmail(config.mail, {
    unsubscribe: (place) => {
      const { publicUrl } = config.http;
      return publicUrl === undefined ? undefined : `${publicUrl}/mail/end/${core.mailEnd.tokenFor(place)}`;
    },
    renderer,
    log,
  });
  if (email !== undefined) doors.push(stack.use(email));
  const bundles = [...SANDBOXED_MODULES.map(loadBundle), ...(parts.bundles ?? [])];
  const hostModules = createHostModules();
  const manifests = [...bundles, ...hostModules].map(({ manifest }) => manifest);
  const core = await createCore({
    store,
    masterKey,
    keyWrapper,
    bundles,
    hostModules,
    sandbox,
    egress,
    doors: () => [...doors, ...platforms.doors()],
    defaults: { locale: config.locale, timeZone: config.timeZone, sampleData: config.sampleData },
    policies: config.approvals,
    remindAfterHours: config.approvals.remindAfterHours,
    health: config.health,
    curriculum: config.curriculum,
    building: { ...config.builds, indexes: config.indexes },
    ownIndex: ownIndex(() => SHELF.map(({ folder, written }) => ({ ...readOffer(folder), written }))),
    // Loaded at the first use: hardly any NEXUS is ever handed a pack.
    readPack: async (bytes) => (await import("#sandbox/bundle/pack.ts")).readPack(bytes),
    quotas: config.quotas,
    pricesFile: config.prices,
    holidaysFile: config.holidays,
    schedulesFile: config.schedules,
    models,
    modelSettings: { recordPrompts: config.models.recordPrompts, threads: config.models.local.threads },
    memory: config.memory,
    surroundings: () => [
      ...surroundings(config, origin),
      ...platforms.status(),
      ...(email === undefined ? [] : [email.state()]),
      ...(folders?.status() ?? []),
    ],
    readDropped: droppedReader(foldersOf(config)),
    joinings: () => platforms.joinings,
    leave: (platform) => platforms.leave(platform),
    joinPage: (platform) => origin && `${origin}/join/${platform}`,
    oauthRedirect: () => origin && `${config.http.publicUrl ?? origin}/oauth/callback`,
    entry: { publicUrl: () => origin && config.http.publicUrl, modal: config.credentials.modal },
    auditAnchors: createAnchorFile(join(config.dataDir, "audit-anchors.jsonl")),
    ...identityOf(config),
    mail: { isSetUp: email !== undefined, domains: config.mail.domains },
    heavy: { threads, dataDir: config.dataDir, database, version, ...regularBackup(config) },
    newSeed: () => randomUUID(),
    clock,
    log,
  });

  const hurry = (): void => {
    core.wake().catch((err: unknown) => log.error({ err }, "waiting replies could not be hurried"));
  };
  const console = stack.use(
    createConsoleDoor({
      socketPath: join(config.dataDir, "console.sock"),
      outDir: join(config.dataDir, "out"),
      actor: owner,
      welcome: async () => ({
        version,
        status: [...(await core.status())],
        suggestions: [...(await core.suggestions(owner))],
      }),
      onAttached: hurry,
      renderer,
      clock,
      log,
    }),
  );
  doors.push(console, ...(parts.doors ?? []));
  // Taken down first: nothing new comes in, then what runs is given time, then doors close.
  stack.defer(() => core.drain(config.shutdownMs));
  for (const door of doors) await door.start(core);
  await core.start();
  platforms.start(core);

  if (config.http.port !== "off") {
    const http = stack.use(await listen(core, { ...config.http, port: config.http.port, version }, log));
    origin = http.origin;
  }
  folders = stack.use(await watchFolders(config, owner, core, manifests, { memory: store.settings, clock, log }));

  log.info({ version, dataDir: config.dataDir, origin, ms: Math.round(performance.now()) }, "ready");
  const held = stack.move();
  return { core, console, origin, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** The backup that is made each day without anybody asking. */
function regularBackup({ backup, dataDir, vault }: Config): Pick<HeavyUpkeep, "backup"> {
  const { at, recipient, keep, dir = join(dataDir, "backups") } = backup;
  if (at === undefined || recipient === undefined) return {};
  const recipients = recipient.split(",").map((one) => one.trim());
  const withKey = vault.key === undefined && vault.keyFile === undefined;
  return { backup: { at, folder: dir, recipients, withKey, keep } };
}

function prepareDataDir(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    chmodSync(dir, 0o700);
    mkdirSync(join(dir, "out"), { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw new NexusError("data_unusable", `cannot prepare ${dir}`, {
      cause,
      say: `The data directory ${dir} cannot be used.`,
    });
  }
}

async function listen(core: Core, address: HttpOptions, log: Log) {
  try {
    return await startHttp(core, address, log);
  } catch (cause) {
    throw new NexusError("config_invalid", `cannot listen on ${address.host}:${address.port}`, {
      cause,
      say: `NEXUS cannot listen on ${address.host} port ${address.port}: it is taken, or not this machine's.`,
      hint: "Set NEXUS_HTTP_PORT to a free port, or to off.",
    });
  }
}

/** What is dropped into a folder is taken as if its person had sent it with these words. */
function watchFolders(config: Config, owner: Actor, core: Core, modules: readonly Manifest[], parts: HandParts) {
  const { memory, clock, log } = parts;
  const folders = foldersOf(config).map((folder) => ({ ...folder, text: wordsFor(folder, modules) }));
  return startFolders(
    {
      folders,
      memory,
      async hand({ text, tellIn }, { path, name }, key) {
        const to = tellIn && placeOf(tellIn);
        await core.receive({
          kind: "message",
          dedupeKeys: [`watch:${key}`],
          sentAtMs: clock().getTime(),
          actor: to?.actor ?? owner,
          conversation: to?.conversation ?? consoleConversation(owner, MAIN_CHANNEL),
          text,
          addressedBy: "dm",
          attachments: [{ name, ref: `${DROPPED}${path}` }],
        });
      },
    },
    log,
  );
}

interface HandParts {
  readonly memory: Store["settings"];
  readonly clock: Clock;
  readonly log: Log;
}

function surroundings(config: Config, origin: string | undefined): StatusLine[] {
  return [
    { state: "ready", name: "data", detail: config.dataDir },
    origin === undefined
      ? { state: "off", name: "http", detail: "no port is open" }
      : { state: "ready", name: "http", detail: `${origin}/readyz` },
  ];
}

/** The identity provider the settings name, reached over the network as it is: it may be inside the operator's own. */
function identityOf({ oidc: { issuer, audience, ...oidc } }: Config) {
  if (issuer === undefined || audience === undefined) return {};
  return { identity: { settings: { issuer, audience, ...oidc }, fetch } };
}
