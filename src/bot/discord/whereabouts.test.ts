import { expect, test } from "vitest";
import type { Actor } from "#core/contract/message.ts";
import type { MemberPayload } from "./parse/person.ts";
import { createWhereabouts } from "./whereabouts.ts";

const unlimited = new AbortController().signal;
const origin = { tenantId: "4001", channelId: "6001" };
const user = { id: "5001", username: "ada" };
const payload = { id: "1", application_id: "2", type: 3, token: "t", data: {}, channel_id: "9001" } as const;

function lookup(member: MemberPayload | undefined, parentId = "6001") {
  const directory = {
    learn: () => undefined,
    names: () => ({ channel: () => undefined, role: () => undefined }),
    missingIn: () => [],
    roles: () => undefined,
    mayDelete: () => false,
    isOpen: () => false,
    findPlace: () => Promise.resolve({ why: "unknown" } as const),
    place: (id: string) =>
      Promise.resolve(id === "9001" ? ({ id, kind: "dm" } as const) : ({ id, kind: "thread", parentId } as const)),
  };
  return createWhereabouts(directory, {
    memberOf: () => Promise.resolve(member),
    homeOf: () => Promise.resolve({ tenantId: "@dm:5001" }),
    lookUp: (actor: Actor) => Promise.resolve(actor),
    localeOf: () => undefined,
    learnLocale: () => undefined,
  });
}

test("a button of a server, shown in a direct message, is that server's only for its members", async () => {
  const member = await lookup({ roles: ["1"] })({ ...payload, user }, origin, unlimited);
  expect(member).toMatchObject({
    actor: { tenantId: "4001", affiliation: "member" },
    conversation: { tenantId: "4001", channelId: "6001", threadId: "9001", audience: "just_me" },
  });
  const former = await lookup(undefined)({ ...payload, user }, origin, unlimited);
  expect(former).toMatchObject({
    actor: { tenantId: "@dm:5001", affiliation: "unknown" },
    conversation: { channelId: "9001" },
  });
});

test("a button says where it comes from in vain when it stands in another channel's thread or another server", async () => {
  const inThread = { ...payload, channel_id: "9002", guild_id: "4001", member: { roles: [], user } };
  expect(await lookup(undefined, "6002")(inThread, origin, unlimited)).toMatchObject({
    conversation: { channelId: "9002", parentId: "6002", kind: "thread" },
  });
  const elsewhere = { ...inThread, guild_id: "4002" };
  expect(await lookup(undefined)(elsewhere, origin, unlimited)).toMatchObject({
    conversation: { channelId: "9002", tenantId: "4002" },
  });
});
