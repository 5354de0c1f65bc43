import { hkdfSync, randomBytes } from "node:crypto";
import type { DoorCore, FrontEnd, StatusLine, StreamPort } from "#core/contract/door.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { TurnId } from "#core/contract/ids.ts";
import type { Inbound, Platform } from "#core/contract/message.ts";
import type { Bundle, HostModule } from "#core/contract/module.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { Egress, Sandbox } from "#core/contract/sandbox.ts";
import { createOAuthConnect } from "#core/credentials/oauth-connect.ts";
import { createVault } from "#core/credentials/vault.ts";
import { createDelivery } from "#core/delivery/delivery.ts";
import { createReflex } from "#core/lidm/reflex.ts";
import { readCommand } from "#core/orchestrator/command.ts";
import { createOrchestrator } from "#core/orchestrator/handle-turn.ts";
import { help } from "#core/orchestrator/help.ts";
import { createTokens } from "#core/orchestrator/token.ts";
import { createRegistry } from "#core/registry/registry.ts";
import type { Store } from "#core/store/store.ts";
import { checkHealth, type Health } from "./health.ts";
import { createSampleSwitch } from "./sample-switch.ts";
import { type Suggestion, suggestionsFor } from "./suggestions.ts";
import { withoutSecrets } from "./without-secrets.ts";

export interface CoreDeps {
  readonly store: Store;
  /** 32 bytes; every key of the house is derived from it. */
  readonly masterKey: Buffer;
  readonly bundles: readonly Bundle[];
  readonly hostModules: readonly HostModule[];
  readonly sandbox: Sandbox;
  readonly egress: Egress;
  readonly doors: () => readonly FrontEnd[];
  readonly defaults: { readonly locale: string; readonly timeZone: string; readonly sampleData: boolean };
  /** What only the composition root knows: which doors are open, where data lives. */
  readonly surroundings: () => readonly StatusLine[];
  readonly oauthRedirect: () => string | undefined;
  readonly newSeed: () => string;
  readonly clock: Clock;
  readonly log: Log;
}

/** The one door into the mind. */
export interface Core extends DoorCore {
  /** Begins to work on the inbox, what a former process left there first. */
  start(): Promise<void>;
  /** Looks for work again at once: a door can deliver that could not before. */
  wake(): Promise<void>;
  /** Stops taking work, lets running turns finish for up to `deadlineMs`, and gives back the rest. */
  drain(deadlineMs: number): Promise<void>;
  health(signal: AbortSignal): Promise<Health>;
  /**
   * Ends an authorisation that a person began in chat, with the code the source gave or the error it named.
   * @returns the title of what is connected now
   * @throws NexusError connect_failed when access was not allowed, or the request is unknown or too old
   */
  finishOAuth(
    state: string,
    given: { code: string } | { error: string },
    signal: AbortSignal,
  ): Promise<{ title: string }>;
  /** Things to say that work here and now, for a first screen. */
  suggestions(): Promise<readonly Suggestion[]>;
}

/** Builds the mind from its ports. Nothing runs until `start`. */
export async function createCore(deps: CoreDeps): Promise<Core> {
  const { store, clock, log } = deps;
  const vault = createVault({
    masterKey: deriveKey(deps.masterKey, "vault"),
    credentials: (org) => store.forOrg(org).credentials,
    egress: deps.egress,
    clock,
    log,
  });
  const oauth = createOAuthConnect({ vault, egress: deps.egress, clock, randomBytes });
  const sample = createSampleSwitch(store, deps.defaults.sampleData);
  const registry = createRegistry({
    bundles: deps.bundles,
    hostModules: deps.hostModules,
    sandbox: deps.sandbox,
    egress: deps.egress,
    vault,
    store: (org) => store.forOrg(org),
    sampleOn: sample.on,
    clock,
    log,
    newSeed: deps.newSeed,
  });
  const reflex = await createReflex({
    modules: registry.modules().map(({ manifest }) => manifest),
    cache: store.blobs,
  });
  const doorOf = (platform: Platform): FrontEnd | undefined => deps.doors().find((door) => door.platform === platform);
  /** Turns whose “stop” reached a running turn. In memory: after a crash nothing runs that could be stopped. */
  const stopHits = new Set<TurnId>();

  const status = async (): Promise<readonly StatusLine[]> => {
    const modules = registry.modules();
    const open = modules.filter(({ breaker }) => breaker !== "closed").map(({ manifest }) => manifest.title);
    return [
      ...deps.surroundings(),
      { state: "basic", name: "model", detail: "none: I match what you say to what the modules can do" },
      open.length === 0
        ? { state: "ready", name: "modules", detail: modules.map(({ manifest }) => manifest.name).join(", ") }
        : { state: "failing", name: "modules", detail: `not answering: ${open.join(", ")}` },
      {
        state: (await sample.on()) ? "on" : "off",
        name: "sample data",
        detail: "for modules without an account; `sample off` ends it",
      },
    ];
  };

  const orchestrator = createOrchestrator({
    store,
    registry,
    reflex,
    vault,
    oauth,
    tokens: createTokens(deriveKey(deps.masterKey, "action-token")),
    defaults: deps.defaults,
    readAttachment(platform, attachment, maxBytes, signal) {
      const door = doorOf(platform);
      if (door === undefined) throw new NexusError("file_unreadable", `no ${platform} door is open to read the file`);
      return door.read(attachment, maxBytes, signal);
    },
    stream: (context) => doorOf(context.conversation.platform)?.stream(context) ?? SILENT,
    resolve: async (actor, conversation, signal) =>
      (await doorOf(actor.platform)?.resolve?.(actor, conversation, signal)) ?? { actor, conversation },
    status,
    sample,
    stopHit: (turn) => stopHits.delete(turn),
    oauthRedirect: deps.oauthRedirect,
    clock,
    log,
  });
  const delivery = createDelivery({
    store,
    doors: deps.doors,
    handle: (turn) => orchestrator.handle(turn),
    clock,
    log,
    concurrency: CONCURRENT_TURNS,
  });

  let sweeping: NodeJS.Timeout | undefined;

  return {
    async receive(inbound) {
      const { org } = await store.people.identify(inbound.actor);
      const received = await delivery.receive(org, withoutSecrets(inbound, vault));
      const isHit = received.accepted && isStop(inbound) && delivery.stop(inbound.conversation.key);
      if (isHit) stopHits.add(received.turnId);
      return received;
    },
    stop: (conversation) => delivery.stop(conversation.key),
    async isFollowing({ key, platform, tenantId }) {
      const org = await store.people.orgOf(platform, tenantId);
      return org !== undefined && (await store.queue.knows(org, key));
    },
    home: async () => help([], await sample.on()),
    complete: async (_actor, text, limit) =>
      suggestionsFor(registry.modules().map(({ manifest }) => manifest))
        .map(({ say }) => say)
        .filter((say) => say.startsWith(text))
        .slice(0, limit),
    left: (platform, tenantId) => store.people.leave(platform, tenantId),
    status,
    async start() {
      await delivery.start();
      sweeping = setInterval(() => {
        store.housekeeping.sweep(clock()).catch((err: unknown) => log.error({ err }, "housekeeping failed"));
      }, SWEEP_MS);
    },
    wake: () => delivery.wake(),
    async drain(deadlineMs) {
      clearInterval(sweeping);
      await delivery.drain(deadlineMs);
    },
    health: (signal) => checkHealth(deps, registry, signal),
    async finishOAuth(state, given, signal) {
      if ("error" in given) throw oauth.declined(state, given.error);
      const { credential } = await oauth.finish(state, given.code, signal);
      const need = registry
        .modules()
        .flatMap(({ manifest }) => manifest.credentials)
        .find(({ name }) => name === credential);
      return { title: need?.title ?? credential };
    },
    suggestions: async () => suggestionsFor(registry.modules().map(({ manifest }) => manifest)),
  };
}

const SWEEP_MS = 60 * 60_000;
/** Enough to keep every runner busy while others wait for a source. */
const CONCURRENT_TURNS = 64;

const SILENT: StreamPort = { text: () => undefined, step: () => undefined, end: () => undefined };

/** One key per use, so that none of them tells anything of another. */
function deriveKey(master: Buffer, use: string): Buffer {
  return Buffer.from(hkdfSync("sha256", master, "", `nexus/${use}`, 32));
}

function isStop(inbound: Inbound): boolean {
  if (inbound.kind === "action") return inbound.token.startsWith("n1.stp.");
  if (inbound.kind !== "message" && inbound.kind !== "command") return false;
  const text = inbound.kind === "message" ? inbound.text : `${inbound.name} ${inbound.rest}`;
  return readCommand(text, () => false)?.name === "stop";
}
