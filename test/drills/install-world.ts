import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BuildId, newId, TurnId } from "#core/contract/ids.ts";
import { newCode } from "#core/contract/short-code.ts";
import { stageBundle } from "#core/evolution/installer/stage-bundle.ts";
import { openStore } from "#core/store/store.ts";
import { testActor } from "#test/platforms/test-message.ts";
import type { Proven } from "./install-bundles.ts";
import { type Appeared, type InstallPlatform, OFFICE, openInstallPlatform, tokenOf } from "./install-platform.ts";
import { type Death, type RunningService, startService } from "./install-running.ts";

/** Everything the drill plays with: a platform, a world outside, and data directories to run the service on. */
export interface InstallWorld extends AsyncDisposable {
  readonly platform: InstallPlatform;
  /** The share of the source's answers that are garbage. */
  garbage: number;
  /** Ended by itself, or complained about an error. */
  readonly complaints: string[];
  /** A new data directory, as a copy of another when one is given. The platform begins anew with it. */
  folder(from?: string): string;
  start(dataDir: string, death?: Death): RunningService;
  /** Keeps a version as a build of ada's that has passed, in a service that does not run. */
  stage(dataDir: string, proven: Proven): Promise<void>;
  /** The card for a version, once it can be approved. */
  card(version: string, signal: AbortSignal): Promise<Appeared>;
}

/** Whoever may decide. Ada asks, and may not. */
export const DECIDERS = Array.from({ length: 50 }, (_, index) => `decider-${index}`);

/**
 * Opens a world of its own: several can be used at once.
 * @param compiled folder that keeps the compiled code of the service, which is started hundreds of times
 */
export async function openInstallWorld(compiled: string): Promise<InstallWorld> {
  const root = mkdtempSync(join(tmpdir(), "nexus-install-"));
  const platform = await openInstallPlatform(join(root, "platform.sock"));
  const complaints: string[] = [];
  const running = new Set<RunningService>();
  let garbage = 0;
  let answered = 0;
  const source = createServer((_request, response) => {
    answered += 1;
    // Evenly spread, so that a share of three in ten is one from the first ten calls on.
    const isGarbage = Math.floor(answered * garbage) > Math.floor((answered - 1) * garbage);
    response.writeHead(200, { "content-type": "application/json" }).end(isGarbage ? "<html>" : '{"notes":[]}');
  });
  source.listen(0, "127.0.0.1");
  await once(source, "listening");
  const address = source.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  let folders = 0;

  return {
    platform,
    get garbage() {
      return garbage;
    },
    set garbage(share) {
      garbage = share;
      answered = 0;
    },
    complaints,
    folder(from) {
      platform.forget();
      folders += 1;
      const path = join(root, `data-${folders}`);
      if (from === undefined) mkdirSync(path);
      else cpSync(from, path, { recursive: true, filter: (file) => !file.endsWith(".sock") });
      return path;
    },
    start(dataDir, death) {
      const dying = death === undefined ? [] : [death.countFrom, death.step];
      const args = [dataDir, platform.socketPath, String(port), ...dying];
      const service = startService(args, { NODE_COMPILE_CACHE: compiled }, complaints);
      running.add(service);
      void service.ended.then(() => running.delete(service));
      return service;
    },
    stage,
    async card(version, signal) {
      const isItsCard = ({ reply }: Appeared): boolean =>
        reply.card?.state === "open" && reply.summary.includes(version) && canApprove(reply);
      return platform.appeared(isItsCard, signal);
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([...running].map((service) => service.end()));
      platform[Symbol.dispose]();
      source.close();
      source.closeAllConnections();
      rmSync(root, { recursive: true, force: true });
    },
  };
}

function canApprove(reply: Appeared["reply"]): boolean {
  return reply.parts.some((part) => part.type === "actions" && part.items.some(({ label }) => label === "Approve"));
}

async function stage(dataDir: string, proven: Proven): Promise<void> {
  await using store = await openStore(join(dataDir, "nexus.db"), { clock: () => new Date() });
  const actor = testActor("acme", "ada");
  const { org, person: author } = await store.people.identify(actor);
  const own = store.forOrg(org);
  await own.roles.set(author, "operator", undefined);
  for (const name of DECIDERS) {
    const { person } = await store.people.identify(testActor("acme", name));
    await own.roles.set(person, "operator", undefined);
  }
  const id = newId(BuildId);
  const provenance = { from: "build", build: id, wrote: "builder" } as const;
  const { sha256, bundle } = await stageBundle(store, org, {
    ...proven,
    provenance,
    contributors: [author],
    notes: [],
  });
  const { name: module, version } = bundle.manifest;
  await own.builds.add({
    id,
    code: newCode(randomBytes),
    need: "the notes of our deployments",
    source: { kind: "url", url: "https://notes.example.com/openapi.json" },
    author,
    actor,
    conversation: OFFICE,
    contributors: [author],
    state: "stopped",
    steps: [{ name: "ask", state: "doing" }],
    allowedUnits: 5,
    sourceKey: id,
    shownBy: newId(TurnId),
  });
  await own.builds.update(id, ["stopped"], { state: "ready", result: { sha256, module, version } });
  const { change = 0 } = (await own.builds.get(id)) ?? {};
  await store.queue.put(
    org,
    {
      kind: "due",
      what: "build",
      id,
      dedupeKeys: [`build:${id}:${change}`],
      sentAtMs: Date.now(),
      actor,
      conversation: OFFICE,
    },
    new Date(),
  );
}

/** Approves the card as people do. */
export async function approve(
  { platform }: Pick<InstallWorld, "platform">,
  card: Appeared,
  people: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  for (const person of people) {
    const turn = await platform.press(person, tokenOf(card, "Approve"), signal);
    await platform.appeared(({ turnId }) => turnId === turn, signal);
  }
}
