import type { Audit } from "#core/audit/audit.ts";
import type { Received } from "#core/contract/door.ts";
import { asNexusError } from "#core/contract/errors.ts";
import {
  type HookAnswer,
  type HookDoor,
  HookDeliveryId,
  type HookRequest,
  type HookScheme,
} from "#core/contract/hook.ts";
import { HookId, newId, OrgId } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import type { Inbound } from "#core/contract/message.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { Vault } from "#core/credentials/vault.ts";
import type { NewDelivery, SealedSecret, Store, StoredDelivery, StoredHook } from "#core/store/store.ts";
import { createDispatch } from "./dispatch.ts";
import { eventNames } from "./event-names.ts";
import { handshakeIn } from "./handshake.ts";
import { newSecret, secretPurpose } from "./hook-secret.ts";
import { createPages } from "./pages.ts";
import { readBody } from "./read-body.ts";
import { createRefusals } from "./refusals.ts";
import { createRevealTokens, type Reveal } from "./reveal-token.ts";
import { soonAgain, verify } from "./verify.ts";

/** What programs outside post to NEXUS: taken, proven, kept sealed, and handed on. */
export interface Hooks extends HookDoor {
  /** Hands on what is to be worked on: a few at a time, of each hook one after another. */
  look(): Promise<void>;
  /** Looks when that may help: a turn is over. */
  wake(): void;
  /** Waits for what `look` has begun. */
  finish(): Promise<void>;
  /** A fresh secret for a hook, sealed. */
  drawSecret(hook: HookId, scheme: HookScheme, version: number): SealedSecret;
  /** A secret that somebody gave, sealed. */
  sealSecret(hook: HookId, secret: string, version: number): SealedSecret;
  /** The secret of a hook. @throws NexusError credential_unreadable */
  secretOf(hook: Pick<StoredHook, "id" | "secret">): string;
  /** What came, read. @throws NexusError request_invalid | credential_unreadable */
  bodyOf(delivery: StoredDelivery): Json;
  /** A delivery of our own, as it is written down. */
  drawTest(hook: HookId, body: Json, event: string | undefined): NewDelivery;
  /** Where a program posts to; without a public address, only what stands behind it. */
  addressOf(org: OrgId, hook: HookId): string;
  /** What stands in a reply for the one-time link to a secret, and what it becomes on its way out. */
  markOf(reveal: Reveal): string;
  tokenOf(mark: string): string;
}

export interface HooksDeps {
  readonly store: Store;
  readonly vault: Pick<Vault, "seal" | "open">;
  readonly audit: Pick<Audit, "record" | "recordIn">;
  /** 32 bytes, of its own: for the one-time links. */
  readonly key: Buffer;
  readonly receive: (org: OrgId, inbound: Inbound) => Promise<Received>;
  readonly publicUrl: () => string | undefined;
  /** Lets time pass; ms. */
  readonly pause: (ms: number) => Promise<unknown>;
  readonly clock: Clock;
  readonly log: Log;
}

/** How many deliveries to one hook may wait; more than a chat can be told in a day. */
const MOST_WAITING = 1_000;
const FULL_RETRY_S = 60;
/** A refusal takes as long as the next multiple of this, whatever it is for; ms. */
const REFUSAL_STEP_MS = 50;

/** Makes them. Nothing runs by itself. */
export function createHooks(deps: HooksDeps): Hooks {
  const { store, vault, clock, log } = deps;
  const reveals = createRevealTokens(deps);
  const dispatch = createDispatch(deps);
  const refusals = createRefusals(deps);
  const addressOf = (org: OrgId, hook: HookId): string => `${deps.publicUrl() ?? ""}/hooks/${org}/${hook}`;
  const secretOf = ({ id, secret }: Pick<StoredHook, "id" | "secret">): string =>
    vault.open(secret.sealed, secretPurpose(id, secret.version));

  const wake = (): void =>
    void dispatch.look().catch((err: unknown) => log.error({ err }, "what came to a hook could not be handed on"));

  function secretsOf(hook: StoredHook): string[] {
    const { former } = hook;
    if (!hook.hasSecret) return [];
    const works = former !== undefined && former.until > clock();
    return [secretOf(hook), ...(works ? [vault.open(former.sealed, secretPurpose(hook.id, former.version))] : [])];
  }

  function draw(hook: HookId, about: Omit<NewDelivery, "id" | "hook" | "sealed">, bytes: Uint8Array): NewDelivery {
    const id = newId(HookDeliveryId);
    return { ...about, id, hook, sealed: vault.seal(Buffer.from(bytes).toString("base64"), bodyPurpose(id)) };
  }

  async function take(org: OrgId, hook: StoredHook, request: HookRequest): Promise<HookAnswer> {
    const verdict = await verify(hook.plan.scheme, secretsOf(hook), request, clock());
    if ("refused" in verdict) {
      await refusals.note(org, hook.id, verdict.refused);
      return { state: "refused" };
    }
    const { scheme } = hook.plan;
    const contentType = request.headers["content-type"] ?? "";
    const read = readable(scheme, contentType, request);
    if ("say" in read) return hook.state === "paused" ? { state: "paused" } : { state: "unreadable", say: read.say };
    const { hooks } = store.forOrg(org);
    if (read.handshake !== undefined) {
      await hooks.prove(hook.id, read.handshake.event);
      const { challenge } = read.handshake;
      return { state: "proven", ...(challenge !== undefined && { challenge }) };
    }
    if (hook.state === "paused") return { state: "paused" };
    if ((await hooks.waiting(hook.id)) >= MOST_WAITING) return { state: "full", retryAfterS: FULL_RETRY_S };
    const keys = [...soonAgain(verdict.keys, scheme, clock()), ...read.names];
    const event = verdict.event !== undefined && { event: verdict.event };
    const delivery = draw(hook.id, { contentType, isTest: false, keys, ...event }, request.body);
    if (!(await hooks.accept(delivery))) return { state: "known" };
    wake();
    return { state: "taken" };
  }

  async function refuse(since: number): Promise<HookAnswer> {
    const spent = performance.now() - since;
    // Nobody learns from the time it takes whether there is such a hook, nor how far a guess has come.
    await deps.pause(Math.ceil(spent / REFUSAL_STEP_MS) * REFUSAL_STEP_MS - spent);
    return { state: "refused" };
  }

  return {
    async receive(orgText, hookText, request) {
      const since = performance.now();
      const [org, id] = [OrgId.safeParse(orgText), HookId.safeParse(hookText)];
      const hook = org.success && id.success ? await store.forOrg(org.data).hooks.get(id.data) : undefined;
      if (!org.success || hook === undefined || hook.state === "ended") return refuse(since);
      const answer = await take(org.data, hook, request);
      return answer.state === "refused" ? refuse(since) : answer;
    },
    ...createPages({ ...deps, reveals, addressOf, secretOf }),
    look: () => dispatch.look(),
    wake: () => dispatch.wake(wake),
    finish: () => dispatch.finish(),
    drawSecret: (hook, scheme, version) => ({
      sealed: vault.seal(newSecret(scheme), secretPurpose(hook, version)),
      version,
    }),
    sealSecret: (hook, secret, version) => ({ sealed: vault.seal(secret, secretPurpose(hook, version)), version }),
    secretOf,
    bodyOf: ({ id, sealed = "", contentType }) =>
      readBody(contentType, Buffer.from(vault.open(sealed, bodyPurpose(id)), "base64")),
    drawTest: (hook, body, event) => {
      const about = { contentType: "application/json", isTest: true, keys: [], ...(event !== undefined && { event }) };
      return draw(hook, about, Buffer.from(JSON.stringify(body)));
    },
    addressOf,
    markOf: (reveal) => reveals.markOf(reveal),
    tokenOf: (mark) => reveals.tokenOf(mark),
  };
}

type Readable =
  | { readonly names: readonly string[]; readonly handshake: ReturnType<typeof handshakeIn> }
  | { readonly say: string };

function readable(scheme: HookScheme, contentType: string, request: HookRequest): Readable {
  try {
    const body = readBody(contentType, request.body);
    return { names: eventNames(scheme, request, body), handshake: handshakeIn(scheme, request, body) };
  } catch (thrown) {
    return { say: asNexusError(thrown).say };
  }
}

function bodyPurpose(delivery: HookDeliveryId): string {
  return JSON.stringify(["hook delivery", delivery]);
}
