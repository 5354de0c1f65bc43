import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { vi } from "vitest";
import type { FrontEnd, Outbound, StreamContext } from "#core/contract/door.ts";
import { ConversationKey, type TurnId } from "#core/contract/ids.ts";
import type { ActionToken, Actor, Attachment, Conversation, FormValue, Inbound } from "#core/contract/message.ts";
import type { Form, Reply } from "#core/contract/reply.ts";
import { testActor } from "#test/platforms/test-message.ts";
import { PATIENCE } from "./console-terminal.ts";
import { buttonOf, type House, type HouseOptions, openHouse } from "./house.ts";

/** Where and as whom something is said, when it is not Ada in her direct message. */
export interface By {
  readonly person?: string;
  readonly place?: Conversation;
  readonly affiliation?: Actor["affiliation"];
  readonly displayName?: string;
  readonly timeZone?: string;
  readonly attachments?: readonly Attachment[];
}

/** The whole of NEXUS with a chat platform of many people beside the console. */
export interface Workspace extends AsyncDisposable {
  readonly house: House;
  /** Everything that was shown on the platform, in order. */
  readonly shown: readonly Outbound[];
  /** What turns that run have told the door of themselves. */
  readonly streams: readonly StreamContext[];
  say(text: string, by?: By): Promise<Reply>;
  press(token: ActionToken, by?: By): Promise<Reply>;
  pressOn(reply: Reply, label: string, by?: By): Promise<Reply>;
  submit(form: Form | undefined, values: Record<string, FormValue>, by?: By): Promise<Reply>;
  /** Says or presses without waiting for an answer. */
  begin(what: string | { readonly token: ActionToken }, by?: By): Promise<TurnId>;
  /** The first reply of a turn. */
  replyOf(turn: TurnId): Promise<Reply>;
  /** From now on a file is read only when this is called. */
  holdFiles(): () => void;
  /** Makes the person owner of the workspace with a code from the terminal. */
  makeOwner(person?: string): Promise<void>;
}

/** A conversation that others read too. */
export function channel(name: string, audience: Conversation["audience"] = "members"): Conversation {
  return place(name, { kind: "channel", audience });
}

/** A conversation that nobody else reads. */
export function direct(person: string): Conversation {
  return place(`${person}-dm`, { kind: "dm", audience: "just_me" });
}

function place(channelId: string, what: Pick<Conversation, "kind" | "audience">): Conversation {
  const key = ConversationKey.parse(`test:acme:${channelId}`);
  return { key, platform: "test", tenantId: "acme", channelId, ...what };
}

/** @param refuse throws what the platform would, for what it does not show */
export async function openWorkspace(
  options: HouseOptions = {},
  refuse: (outbound: Outbound) => void = () => undefined,
  lookUp?: FrontEnd["lookUp"],
): Promise<Workspace> {
  const shown: Outbound[] = [];
  const streams: StreamContext[] = [];
  let held: Promise<void> = Promise.resolve();
  const door: FrontEnd = {
    platform: "test",
    start: () => Promise.resolve(),
    ...(lookUp && { lookUp }),
    async deliver(outbound) {
      refuse(outbound);
      shown.push(outbound);
      const { channelId } = outbound.conversation;
      return { platform: "test", tenantId: "acme", channelId, messageId: outbound.id, ephemeral: false };
    },
    probe: () => Promise.resolve({ state: "unknown" }),
    async read(attachment, _maxBytes, signal) {
      const stopped = Promise.withResolvers<never>();
      signal.addEventListener("abort", () => stopped.reject(signal.reason), { once: true });
      await Promise.race([held, stopped.promise]);
      return readFileSync(attachment.ref);
    },
    stream(context) {
      streams.push(context);
      return { text: () => undefined, step: () => undefined, end: () => undefined };
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const house = await openHouse({ ...options, doors: [door] });

  const receive = async (what: Parameters<Workspace["begin"]>[0] | Filled, by: By = {}): Promise<TurnId> => {
    const received = await house.nexus.core.receive(inboundOf(what, by, house.now()));
    if (!received.accepted) throw new Error("taken for a duplicate");
    return received.turnId;
  };
  const replyOf = async (turn: TurnId): Promise<Reply> =>
    (await vi.waitUntil(() => shown.find(({ turnId }) => turnId === turn), PATIENCE)).reply;
  const ask = async (what: Parameters<typeof receive>[0], by?: By): Promise<Reply> => replyOf(await receive(what, by));

  return {
    house,
    shown,
    streams,
    say: (text, by) => ask(text, by),
    press: (token, by) => ask({ token }, by),
    pressOn: (reply, label, by) => ask({ token: buttonOf(reply, label).token }, by),
    submit(form, values, by) {
      if (form === undefined) throw new Error("there is no form to submit");
      return ask({ token: form.token, values }, by);
    },
    begin: (what, by) => receive(what, by),
    replyOf,
    holdFiles() {
      const hold = Promise.withResolvers<void>();
      held = hold.promise;
      return hold.resolve;
    },
    async makeOwner(person = "ada") {
      const code = codeIn(await house.say("link"));
      await ask(`link ${code}`, { person, place: direct(person) });
    },
    [Symbol.asyncDispose]: () => house[Symbol.asyncDispose](),
  };
}

/** The one-time code that a reply tells. */
export function codeIn(reply: Reply): string {
  const code = /link ([0-9A-Z]{4}-[0-9A-Z]{4})/.exec(reply.summary)?.[1];
  if (code === undefined) throw new Error(`no code in “${reply.summary}”`);
  return code;
}

interface Filled {
  readonly token: ActionToken;
  readonly values: Record<string, FormValue>;
}

function inboundOf(what: string | { readonly token: ActionToken } | Filled, by: By, now: Date): Inbound {
  const { person = "ada", affiliation = "member", displayName = person, timeZone } = by;
  const base = {
    dedupeKeys: [`test:${randomUUID()}`],
    sentAtMs: now.getTime(),
    actor: { ...testActor("acme", person), affiliation, displayName, ...(timeZone !== undefined && { timeZone }) },
    conversation: by.place ?? direct(person),
  };
  if (typeof what === "string") {
    const attachments = [...(by.attachments ?? [])];
    return { ...base, kind: "message", text: what, addressedBy: "mention", attachments };
  }
  if ("values" in what) return { ...base, kind: "form", token: what.token, values: what.values };
  return { ...base, kind: "action", token: what.token, values: [] };
}
