import type { FrontEnd, Outbound } from "#core/contract/door.ts";
import type { Inbound, MessageRef } from "#core/contract/message.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { Reply } from "#core/contract/reply.ts";
import { openStore, type Store } from "#core/store/store.ts";
import { testActor } from "./platforms/test-message.ts";
import { createDelivery, type Delivery, type DeliveryDeps } from "#core/delivery/delivery.ts";
import type { Turn } from "#core/delivery/turn.ts";

/** A door whose platform is an array. */
export interface RecordingDoor extends FrontEnd {
  /** What was shown, in order. */
  readonly shown: Outbound[];
}

/** Makes a door that shows everything, but for what `override` does otherwise. */
export function recordingDoor(
  override: Partial<Pick<FrontEnd, "deliver" | "probe" | "lookUp" | "groups" | "permalink">> = {},
): RecordingDoor {
  const shown: Outbound[] = [];
  return {
    platform: "test",
    shown,
    start: () => Promise.resolve(),
    deliver: async (outbound, signal) => {
      const ref = (await override.deliver?.(outbound, signal)) ?? refFor(outbound);
      shown.push(outbound);
      return ref;
    },
    ...(override.lookUp && { lookUp: override.lookUp }),
    ...(override.groups && { groups: override.groups }),
    ...(override.permalink && { permalink: override.permalink }),
    probe: override.probe ?? (() => Promise.resolve({ state: "unknown" })),
    read: () => Promise.resolve(new Uint8Array()),
    stream: () => ({ text: () => undefined, step: () => undefined, end: () => undefined }),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

/** Where an outbound went. */
export function refFor(outbound: Outbound): MessageRef {
  const { platform, tenantId, channelId } = outbound.conversation;
  return { platform, tenantId, channelId, messageId: outbound.id, ephemeral: false };
}

/** A plain reply. */
export function say(summary: string): Reply {
  return { summary, parts: [], visibility: "everyone" };
}

/** What a message says, whatever kind it is. */
export function textOf(inbound: Inbound): string {
  return inbound.kind === "message" ? inbound.text : inbound.kind;
}

/** A handler that says every message back. */
export async function echo(turn: Turn) {
  return { replies: [say(textOf(turn.inbound))] };
}

/** A log that keeps quiet. */
export const silent: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** A store of its own, with one org, and deliveries on it as if processes came and went. */
export async function openHouse(clock: Clock) {
  const store: Store = await openStore(":memory:", { clock });
  const { org } = await store.people.identify(testActor("acme", "ada"));
  return {
    store,
    org,
    deliver: (deps: Partial<DeliveryDeps>): Delivery =>
      createDelivery({ store, doors: () => [], handle: echo, clock, log: silent, concurrency: 8, tickMs: 10, ...deps }),
    [Symbol.asyncDispose]: () => store[Symbol.asyncDispose](),
  };
}
