import { connect } from "node:net";
import { once } from "node:events";
import { z } from "zod";
import type { FrontEnd, Outbound } from "#core/contract/door.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { Json } from "#core/contract/json.ts";
import { Inbound, MessageRef } from "#core/contract/message.ts";
import { openLineCalls, type LineCalls } from "./line-calls.ts";

/**
 * The door to a platform that a test or a drill plays on a Unix socket. It calls `hello`, `deliver` and `probe` there,
 * and is called with `event`, which it acknowledges once core has the event on disk.
 */
export function createTestDoor(socketPath: string): FrontEnd {
  let platform: LineCalls | undefined;

  async function ask(method: string, outbound: Outbound, signal: AbortSignal): Promise<Json> {
    if (!platform) throw new NexusError("upstream_unavailable", "the test platform is not connected");
    try {
      return await platform.call(method, toJson(outbound), signal);
    } catch (cause) {
      throw new NexusError("upstream_unavailable", `the test platform did not answer ${method}`, { cause });
    }
  }

  return {
    platform: "test",
    start: async (core) => {
      const socket = connect(socketPath);
      await once(socket, "connect");
      platform = openLineCalls(socket, async (method, params) => {
        if (method !== "event") throw new Error(`the test door cannot ${method}`);
        const received = await core.receive(Inbound.parse(params));
        return received.accepted ? received.turnId : received.duplicateOf;
      });
      await platform.call("hello", null);
    },
    deliver: async (outbound, signal) => MessageRef.parse(await ask("deliver", outbound, signal)),
    probe: async (outbound, signal) => Probe.parse(await ask("probe", outbound, signal)),
    read: () => Promise.reject(new NexusError("file_unreadable", "the test platform has no files")),
    stream: () => ({ text: () => undefined, step: () => undefined, end: () => undefined }),
    [Symbol.asyncDispose]: () => {
      platform?.close();
      return Promise.resolve();
    },
  };
}

const Probe = z.discriminatedUnion("state", [
  z.object({ state: z.literal("delivered"), ref: MessageRef }),
  z.object({ state: z.literal("absent") }),
  z.object({ state: z.literal("unknown") }),
]);

function toJson(outbound: Outbound): Json {
  const plain: Json = JSON.parse(JSON.stringify(outbound));
  return plain;
}
