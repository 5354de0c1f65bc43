import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { vi } from "vitest";
import type { FrontEnd, Outbound, PlatformGroup } from "#core/contract/door.ts";
import type { GatePolicy, Role } from "#core/contract/gate.ts";
import { ActionId, ConversationKey, type PersonId, Sha256, type TurnId } from "#core/contract/ids.ts";
import type { Effect } from "#core/contract/manifest.ts";
import type { ActionToken, Actor, Conversation, FormValue, Inbound } from "#core/contract/message.ts";
import type { Bundle } from "#core/contract/module.ts";
import type { Reply } from "#core/contract/reply.ts";
import { type Core, createCore } from "#core/core.ts";
import { createKeyWrapper } from "#core/credentials/key-wrapper.ts";
import { loadBundle } from "#sandbox/bundle/bundle.ts";
import { openStore, type Store } from "#core/store/store.ts";
import { createEgress } from "#sandbox/egress/egress.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { recordingDoor, type RecordingDoor, silent } from "#test/delivery-kit.ts";
import { testActor } from "#test/platforms/test-message.ts";
import { PATIENCE } from "./console-terminal.ts";
import { buttonOf, textOf } from "./house.ts";

export const ONE_OPERATOR: GatePolicy = {
  approvals: 1,
  role: "operator",
  notAuthor: false,
  expiresAfterMinutes: 4_320,
};
export const TWO_OTHERS: GatePolicy = { ...ONE_OPERATOR, approvals: 2, notAuthor: true };

const ACT = loadBundle(new URL("../drills/act/", import.meta.url));

/** The module that has one effect outside, with something about it changed. */
export function actModule(change: { effect?: Effect; version?: string; isPrivate?: boolean } = {}): Bundle {
  const { manifest } = ACT;
  const version = change.version ?? manifest.version;
  return {
    ...ACT,
    // Another version is other bytes. Their digest is all that core compares.
    sha256: Sha256.parse(createHash("sha256").update(`${ACT.sha256} ${version}`).digest("hex")),
    manifest: {
      ...manifest,
      version,
      dataClass: change.isPrivate === true ? "private" : manifest.dataClass,
      capabilities: manifest.capabilities.map((one) => ({ ...one, effect: change.effect ?? one.effect })),
    },
  };
}

/** A workspace with a few people, a module that has effects in a counted outside world, and the real core between them. */
export interface Office extends AsyncDisposable {
  readonly core: Core;
  readonly store: Store;
  readonly door: RecordingDoor;
  /** The effects that took place outside, in order. */
  readonly effects: readonly string[];
  /** From now on the outside world answers with this status, or leaves whoever asks waiting. */
  answerWith(status: number | "never"): void;
  now(): Date;
  /** Moves the clock. */
  wait(ms: number): void;
  give(person: string, role: Role): Promise<void>;
  /** What the platform says of somebody from now on. */
  become(person: string, as: Partial<Pick<Actor, "affiliation" | "platformRoleIds">>): void;
  idOf(person: string): Promise<PersonId>;
  say(person: string, text: string, place?: Conversation): Promise<Outbound>;
  /** Presses the button with that label, where it is shown. */
  press(person: string, on: Outbound, label: string, place?: Conversation): Promise<TurnId>;
  pressToken(person: string, token: ActionToken, place?: Conversation): Promise<TurnId>;
  submit(person: string, form: Reply["form"], values: Record<string, FormValue>, place?: Conversation): Promise<TurnId>;
  /** The first reply that fits, once there is one. */
  shown(fits: (outbound: Outbound) => boolean): Promise<Outbound>;
  /** How the card looks now, once it looks like that. */
  card(posted: Outbound, fits: (reply: Reply) => boolean): Promise<Reply>;
  /** Ends this process and starts another on the same data. */
  restart(change?: Pick<OfficeOptions, "bundle" | "policies">): Promise<void>;
}

export interface OfficeOptions {
  readonly bundle?: Bundle;
  readonly policies?: Partial<Record<"write" | "money" | "notify" | "module" | "install" | "update", GatePolicy>>;
  readonly deliver?: FrontEnd["deliver"];
  /** When people are reminded of what nobody decided; left out, as nobody set it. */
  readonly remindAfterHours?: readonly number[];
  /** The platform's groups; left out, it does not tell. */
  readonly groups?: readonly PlatformGroup[];
  /** Where the platform lets everybody open a message; left out, it lets nobody. */
  readonly permalink?: FrontEnd["permalink"];
}

/** A channel that several people read. */
export function room(name: string): Conversation {
  return {
    key: ConversationKey.parse(`test:acme:${name}`),
    platform: "test",
    tenantId: "acme",
    channelId: name,
    name: `#${name}`,
    kind: "channel",
    audience: "members",
  };
}

const GENERAL = room("general");

export async function openOffice(options: OfficeOptions = {}): Promise<Office> {
  let offsetMs = 0;
  const known = new Map<string, Parameters<Office["become"]>[1]>();
  const clock = () => new Date(Date.UTC(2026, 10, 20, 15) + offsetMs);
  await using stack = new AsyncDisposableStack();
  const outside = await openOutside();
  stack.use(outside);
  const store = stack.use(await openStore(":memory:", { clock }));
  const sandbox = stack.use(createSandbox({ log: silent, runners: 2, spares: 1 }));
  const egress = stack.use(outside.egress());
  const door = recordingDoor({
    ...(options.deliver && { deliver: options.deliver }),
    lookUp: (actor) => Promise.resolve(known.has(actor.id) ? { ...actor, ...known.get(actor.id) } : actor),
    groups: () => Promise.resolve(options.groups),
    ...(options.permalink && { permalink: options.permalink }),
  });
  const start = async (bundle: Bundle, policies = options.policies): Promise<Core> => {
    const core = await createCore({
      store,
      masterKey: Buffer.alloc(32, 7),
      keyWrapper: createKeyWrapper(Buffer.alloc(32, 8)),
      bundles: [bundle],
      hostModules: [],
      sandbox,
      egress,
      doors: () => [door],
      defaults: { locale: "en-CA", timeZone: "America/Toronto", sampleData: true },
      surroundings: () => [],
      policies: {
        write: ONE_OPERATOR,
        money: TWO_OTHERS,
        notify: ONE_OPERATOR,
        module: ONE_OPERATOR,
        quota: ONE_OPERATOR,
        install: TWO_OTHERS,
        update: { ...ONE_OPERATOR, notAuthor: true },
        ...policies,
      },
      ...(options.remindAfterHours && { remindAfterHours: options.remindAfterHours }),
      joinings: () => [],
      leave: () => Promise.resolve(false),
      joinPage: () => undefined,
      oauthRedirect: () => undefined,
      newSeed: () => "a seed",
      clock,
      log: silent,
    });
    await core.start();
    return core;
  };
  let core = await start(options.bundle ?? actModule());
  stack.defer(() => core.drain(2_000));
  const held = stack.move();

  const receive = async (inbound: Inbound): Promise<TurnId> => {
    const received = await core.receive(inbound);
    return received.accepted ? received.turnId : received.duplicateOf;
  };
  const from = (person: string, place: Conversation) => ({
    dedupeKeys: [`test:${randomUUID()}`],
    sentAtMs: clock().getTime(),
    actor: { ...testActor("acme", person), ...known.get(person) },
    conversation: place,
  });
  const shown: Office["shown"] = (fits) => vi.waitUntil(() => door.shown.find(fits), PATIENCE);
  const idOf: Office["idOf"] = async (person) => (await store.people.identify(testActor("acme", person))).person;
  const pressToken: Office["pressToken"] = (person, token, place = GENERAL) =>
    receive({ ...from(person, place), kind: "action", token, values: [] });

  return {
    get core() {
      return core;
    },
    store,
    door,
    effects: outside.effects,
    answerWith: (status) => outside.answerWith(status),
    now: clock,
    wait: (ms) => void (offsetMs += ms),
    idOf,
    become: (person, as) => void known.set(person, as),
    async give(person, role) {
      const { org } = await store.people.identify(testActor("acme", person));
      await store.forOrg(org).roles.set(await idOf(person), role, undefined);
    },
    async say(person, text, place = GENERAL) {
      const said = { ...from(person, place), text, attachments: [] };
      const turnId = await receive({ ...said, kind: "message", addressedBy: "mention" });
      return shown((outbound) => outbound.turnId === turnId);
    },
    press: (person, on, label, place) => pressToken(person, buttonOf(on.reply, label).token, place ?? on.conversation),
    pressToken,
    submit(person, form, values, place = GENERAL) {
      if (form === undefined) throw new Error("there is no form to submit");
      return receive({ ...from(person, place), kind: "form", token: form.token, values });
    },
    shown,
    card: (posted, fits) =>
      vi.waitUntil(() => {
        const now = door.shown.findLast((outbound) => outbound.edits?.messageId === posted.id)?.reply ?? posted.reply;
        return fits(now) && now;
      }, PATIENCE),
    async restart(change = {}) {
      await core.drain(2_000);
      core = await start(change.bundle ?? options.bundle ?? actModule(), change.policies);
    },
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

/** The world outside, on loopback: it counts what was done to it. */
async function openOutside() {
  const effects: string[] = [];
  let status: number | "never" = 200;
  const server = createServer((request, response) => {
    effects.push(`${request.method ?? ""} ${request.url ?? ""}`);
    if (status !== "never") response.writeHead(status, { "content-type": "application/json" }).end("{}");
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  return {
    effects,
    answerWith: (code: number | "never") => void (status = code),
    egress: () =>
      createEgress({
        log: silent,
        lookup: () => Promise.resolve(["127.0.0.1"]),
        allowAddress: (allowed) => allowed === "127.0.0.1",
        async connect() {
          const socket = connect(port, "127.0.0.1");
          await once(socket, "connect");
          return socket;
        },
      }),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** A token as somebody could make one up. */
export function forged(verb: string): string {
  return `n1.${verb}.${ActionId.parse("A".repeat(22))}.${"B".repeat(16)}`;
}

/** What makes the module have an effect. */
export const ASK = "perform drill effect act-1-2";

/** An office in which Ada may only ask, and Bob, Cleo and Dan decide. */
export async function officeWithOperators(options?: OfficeOptions): Promise<Office> {
  const office = await openOffice(options);
  await office.idOf("ada");
  for (const person of ["bob", "cleo", "dan"]) await office.give(person, "operator");
  return office;
}

/** Whether a card has been decided. */
export function isClosed({ card }: Reply): boolean {
  return card?.state === "closed";
}

/** Whether this is what the effect led to. */
export function isResult({ reply }: Outbound): boolean {
  return reply.card === undefined && reply.summary.startsWith("done");
}

/** The code on a card. */
export function codeOf({ reply }: Outbound): string {
  return /`approve (\w{4})`/.exec(textOf(reply))?.[1] ?? "no code";
}
