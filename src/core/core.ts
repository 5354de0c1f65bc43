import { randomBytes } from "node:crypto";
import type { ConnectLinks } from "#core/contract/connect-link.ts";
import type { DoorCore } from "#core/contract/door.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { HookDoor } from "#core/contract/hook.ts";
import type { TurnId } from "#core/contract/ids.ts";
import type { Actor } from "#core/contract/message.ts";
import type { OnceOnly } from "#core/contract/idempotency.ts";
import type { Programs } from "#core/contract/programs.ts";
import type { SignIn } from "#core/contract/sign-in.ts";
import { deriveKey } from "#core/credentials/derive-key.ts";
import { createSealer } from "#core/credentials/seal.ts";
import { createOnceOnly } from "#core/admin/once-only.ts";
import { createPrograms } from "#core/admin/programs.ts";
import { createProgramsDoor } from "#core/admin/programs-door.ts";
import { DEFAULT_POLICIES } from "#core/approval/policies.ts";
import { createDelivery } from "#core/delivery/delivery.ts";
import { createMemory, SAID_DAYS } from "#core/memory/create-memory.ts";
import { installedBundles } from "#core/evolution/installer/installed-bundles.ts";
import { reportModels } from "#core/llm/model-report.ts";
import { createMailEnd, type MailEnd } from "./orchestrator/clock/end-mail.ts";
import { drawingHookLinks } from "./orchestrator/clock/hook-link-sight.ts";
import { createConnectPages } from "./orchestrator/secrets/connect-pages.ts";
import { createOrchestrator } from "#core/orchestrator/handle-turn.ts";
import { createKeySight } from "./orchestrator/secrets/key-sight.ts";
import { drawingLinks } from "./orchestrator/secrets/link-sight.ts";
import type { StopVerdict } from "#core/orchestrator/scene.ts";
import { createRegistry } from "#core/registry/registry.ts";
import { createCompletion } from "./complete.ts";
import type { Health } from "./health.ts";
import type { CoreDeps } from "./core-deps.ts";
import { createClock } from "./create-clock.ts";
import { createGrowth } from "./create-growth.ts";
import { createLidm } from "./create-lidm.ts";
import { createDoorWays } from "./door-ways.ts";
import { createGroundFloor } from "./ground-floor.ts";
import { createHome } from "./home.ts";
import { createMemoryUpkeep, createStaysInside } from "./memory-upkeep.ts";
import { createSampleSwitch } from "./sample-switch.ts";
import { createStatus } from "./status.ts";
import { createStopping } from "./stopping.ts";
import { type Suggestion, suggestionsFor } from "./suggestions.ts";
import { createRegularWork } from "./regular-work.ts";
import { knownSources, withoutSecrets } from "./without-secrets.ts";

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
    given: ({ code: string } | { error: string }) & { iss?: string | undefined },
    signal: AbortSignal,
  ): Promise<{ title: string }>;
  /** The one-time links by which credentials are entered. */
  readonly connectLinks: ConnectLinks;
  /** Who programs and browsers are. */
  readonly signIn: SignIn;
  /** Everything programs can do. */
  readonly programs: Programs;
  /** Requests of programs that are done once, however often they are sent. */
  readonly onceOnly: OnceOnly;
  /** Ends the mails to an address. */
  readonly mailEnd: MailEnd;
  /** What programs outside post. */
  readonly hooks: HookDoor;
  /** Where a platform's app is made; undefined for a platform that cannot be joined. */
  joinLink(platform: string): string | undefined;
  /** Things to say that work now for this person, for a first screen. */
  suggestions(actor: Actor): Promise<readonly Suggestion[]>;
}

/** Builds the mind from its ports. Nothing runs until `start`. */
export async function createCore(deps: CoreDeps): Promise<Core> {
  const { store, clock, log } = deps;
  const ground = createGroundFloor(deps, () => void regularWork.tellAdmins());
  const { auditWatch, metering, vault, oauth, tokens, roles, connectLinks, approval, rights, signIn } = ground;
  const sample = createSampleSwitch(store, deps.defaults.sampleData);
  const registry = await createRegistry({
    bundles: deps.bundles,
    hostModules: deps.hostModules,
    installed: installedBundles({ store, log }),
    onOutcome(run) {
      growth.healthWatch.saw(run);
      upkeep.expiryUpkeep.saw(run);
    },
    sandbox: deps.sandbox,
    egress: deps.egress,
    vault,
    metering,
    store: (org) => store.forOrg(org),
    sampleOn: sample.on,
    clock,
    log,
    newSeed: deps.newSeed,
  });
  const doorWays = createDoorWays(deps.doors, deps.readDropped);
  const growth = createGrowth({
    core: deps,
    ground,
    registry,
    doorWays,
    receive: (org, inbound) => delivery.receive(org, inbound),
  });
  const lidm = await createLidm({ ...ground, store, registry, clock, log });
  /** What became of each “stop” that found a running turn. In memory: after a crash nothing runs that could be stopped. */
  const stopVerdicts = new Map<TurnId, StopVerdict>();

  const { days = SAID_DAYS } = deps.memory ?? {};
  const upkeep = await createClock({
    core: deps,
    ground,
    registry,
    ...growth,
    ...lidm,
    saidDays: days,
    receive: (org, inbound) => delivery.receive(org, inbound),
  });
  const { holidays, declared, housekeeper, hooks, scheduleClock } = upkeep;

  const { status, health } = createStatus({
    ...deps,
    ...growth,
    ...lidm,
    ...upkeep,
    registry,
    sample,
    metering,
    auditWatch,
    models: () => reportModels(ground.models, ground.gateway.standing(), store),
  });
  const { publicUrl, modal = true } = deps.entry ?? {};
  const memory = createMemory({ store, days, staysInside: createStaysInside({ store, rights }), log });
  const memoryUpkeep = createMemoryUpkeep({ ...ground, store, memory, clock });
  const keySight = createKeySight({ clock, newToken: () => randomBytes(16).toString("base64url") });
  const orchestrator = createOrchestrator({
    ...ground,
    store,
    memory,
    keySight,
    policies: deps.policies ?? DEFAULT_POLICIES,
    registry,
    ...growth,
    ...lidm,
    housekeeper,
    defaults: deps.defaults,
    ...doorWays,
    status,
    sample,
    stopVerdict: (turn) => stopVerdicts.get(turn),
    joinings: deps.joinings,
    leave: deps.leave,
    joinPage: deps.joinPage,
    entry: { modal, origin: () => publicUrl?.() },
    holidays,
    hooks,
    isDeclared: (id) => declared.isDeclared(id),
    oauthRedirect: deps.oauthRedirect,
    clock,
    log,
  });
  const programsDoor = createProgramsDoor();
  const delivery = createDelivery({
    store,
    doors: () => [
      ...deps
        .doors()
        .map((door) => drawingLinks(keySight.through(door), (id) => connectLinks.tokenOf(id)))
        .map((door) => drawingHookLinks(door, (mark) => hooks.tokenOf(mark))),
      programsDoor,
    ],
    handle: (turn) => orchestrator.handle(turn).finally(() => stopVerdicts.delete(turn.turnId)),
    clock,
    log,
    concurrency: CONCURRENT_TURNS,
    onTurnOver() {
      scheduleClock.wake();
      hooks.wake();
    },
  });

  const programs = createPrograms({
    ...ground,
    store,
    registry,
    ...growth,
    housekeeper,
    hooks,
    health,
    async receive(org, inbound) {
      const received = await delivery.receive(org, inbound);
      return received.accepted ? received.turnId : received.duplicateOf;
    },
    defaults: deps.defaults,
    clock,
  });
  const onceOnly = createOnceOnly({
    store,
    sealer: createSealer(deriveKey(deps.masterKey, "once-only")),
    key: deriveKey(deps.masterKey, "once-only-names"),
    clock,
  });

  const connectPages = createConnectPages({
    ...ground,
    store,
    registry,
    oauthRedirect: deps.oauthRedirect,
    defaults: deps.defaults,
    receive: (org, inbound) => delivery.receive(org, inbound),
    clock,
  });
  const stopping = createStopping({ delivery, tokens, roles, store });

  const regularWork = createRegularWork({
    ...ground,
    store,
    ...growth,
    ...upkeep,
    memoryUpkeep,
    declaredSchedules: declared,
    delivery,
    clock,
    log,
  });

  return {
    async receive(inbound) {
      const who = await store.people.identify(inbound.actor);
      if (who.leftAt !== undefined && who.leftAt.getTime() < inbound.sentAtMs)
        await store.people.comeBack(inbound.actor);
      const wish = await stopping.wishOf(inbound, who);
      const received = await delivery.receive(
        who.org,
        withoutSecrets(inbound, vault, knownSources(registry.modules(who.org))),
      );
      // Nothing is waited for in between, so that the turn of this very “stop” finds what became of it.
      if (received.accepted && wish !== undefined) {
        const isHit = wish.mayStop && delivery.stopTurn(wish.turn);
        if (isHit || !wish.mayStop) stopVerdicts.set(received.turnId, isHit ? "stopped" : "not_allowed");
      }
      return received;
    },
    stop: (conversation) => delivery.stop(conversation.key),
    async isFollowing({ key, platform, tenantId }, atMs) {
      const org = await store.people.orgOf(platform, tenantId);
      return org !== undefined && (await store.queue.knows(org, key, atMs));
    },
    home: createHome({ store, registry, vault, roles, rights, approval, tokens, metering, clock }),
    complete: createCompletion({ store, registry, rights, roles }),
    left: (platform, tenantId) => store.people.leave(platform, tenantId),
    status,
    async start() {
      // Before any turn: what a former process held would be missing from what is left.
      await metering.tend();
      await delivery.start();
      await regularWork.begin();
      await growth.builds.begin();
    },
    wake: () => delivery.wake(),
    async drain(deadlineMs) {
      regularWork.end();
      await growth.builds.finish();
      await lidm.shadow[Symbol.asyncDispose]();
      await delivery.drain(deadlineMs);
      await lidm.learning[Symbol.asyncDispose]();
      await growth.healthWatch[Symbol.asyncDispose]();
      await regularWork.finish();
    },
    health,
    async finishOAuth(state, given, signal) {
      if ("error" in given) throw await oauth.declined(state, given.error, given.iss);
      const { org, credential } = await oauth.finish(state, given, signal).catch(async (err: unknown) => {
        await connectPages.cameBackEmpty(state, err instanceof NexusError && err.code === "credential_rejected");
        throw err;
      });
      await connectPages.arrived(state);
      const need = registry
        .modules(org)
        .flatMap(({ manifest }) => manifest.credentials)
        .find(({ name }) => name === credential);
      return { title: need?.title ?? credential };
    },
    connectLinks: connectPages,
    signIn,
    programs,
    onceOnly,
    hooks,
    mailEnd: createMailEnd({ store, mail: ground.mail, clock, wake: () => delivery.wake() }),
    joinLink: (platform) =>
      deps
        .joinings()
        .map((joining) => joining.guide())
        .find((guide) => guide.platform === platform)?.link.url,
    async suggestions(actor) {
      const { org, person } = await store.people.identify(actor);
      const manifests = registry.modules(org).map(({ manifest }) => manifest);
      return suggestionsFor(await rights.usable({ org, person, channel: undefined }, manifests));
    },
  };
}

/** Enough to keep every runner busy while others wait for a source. */
const CONCURRENT_TURNS = 64;
