import { createHash } from "node:crypto";
import { OPEN_CHANNEL, OPEN_MODULE } from "#core/contract/channel-policy.ts";
import {
  ActionId,
  BuildId,
  CapabilityName,
  ChannelKey,
  ConversationKey,
  GateId,
  HookId,
  ModuleName,
  newId,
  type PersonId,
  PlanId,
  ProposalId,
  ReminderId,
  ScheduleId,
  Sha256,
  TurnId,
  WatchId,
} from "#core/contract/ids.ts";
import { HookDeliveryId } from "#core/contract/hook.ts";
import type { Conversation } from "#core/contract/message.ts";
import { ModelName } from "#core/contract/model.ts";
import { WatchPlan } from "#core/contract/watch.ts";
import type { OrgStore } from "#core/store/store.ts";
import { testActor } from "./platforms/test-message.ts";

/** What an org's rows are called by: its own, or, when it tries, another's. */
export interface OrgNames {
  readonly person: PersonId;
  readonly turn: TurnId;
  readonly gate: GateId;
  readonly action: ActionId;
  readonly conversation: ConversationKey;
}

/** Names for one org. */
export function orgNames(person: PersonId, seed: string): OrgNames {
  return {
    person,
    turn: newId(TurnId),
    gate: newId(GateId),
    action: ActionId.parse(createHash("sha256").update(seed).digest("base64url").slice(0, 22)),
    conversation: ConversationKey.parse(`test:${seed}:general`),
  };
}

/** @param mark what tells the org's own words from another's */
type Act = (store: OrgStore, names: OrgNames, mark: string) => Promise<unknown>;

const AT = new Date("2026-11-21T12:00:00Z");
const LATER = new Date("2027-11-21T12:00:00Z");
const MODULE = ModuleName.parse("weather");
const CHANNEL = ChannelKey.parse("test:shared:general");
const EMBEDDER = ModelName.parse("local/small-embedder.gguf");
const VECTOR = new Uint8Array(Float32Array.of(0.6, 0.8).buffer);
const DAYS = { from: "2026-11-01", to: "2026-11-30" };
const REQUEST = { principal: "person:one", key: "a key" };
const TIMES = { now: AT, deadBefore: AT, forgottenBefore: new Date(0) };
const KEY = { name: "weather-key" };
const QUOTA = { scope: "module", subject: "weather", period: "day" } as const;
const POLICY = { approvals: 1, role: "operator", notAuthor: false, expiresAfterMinutes: 60 } as const;
const zeros = Sha256.parse("0".repeat(64));

function place(key: ConversationKey, name: string): Conversation {
  return {
    key,
    platform: "test",
    tenantId: "shared",
    channelId: "general",
    kind: "channel",
    audience: "members",
    name,
  };
}

function plan({ gate, person, conversation }: OrgNames, mark: string) {
  const id = PlanId.parse(gate);
  return { id, person, conversation, changes: { mark }, title: mark, state: "offered", expiresAt: LATER } as const;
}

function reminder({ gate, person, conversation }: OrgNames, mark: string) {
  const actor = testActor("shared", mark);
  const at = { actor, conversation: place(conversation, mark), dueAt: LATER };
  return { id: ReminderId.parse(gate), person, text: mark, isPrivate: false, ...at };
}

function watch({ gate, person, conversation }: OrgNames, mark: string) {
  const plan = {
    title: mark,
    module: MODULE,
    capability: CapabilityName.parse("current"),
    input: {},
    path: [],
    test: { is: "changed" },
    often: "once",
    everyMinutes: 5,
    days: 30,
    isPrivate: false,
    actor: testActor("shared", mark),
    place: place(conversation, mark),
  };
  return { id: WatchId.parse(gate), person, code: "ABCD", plan: WatchPlan.parse(plan), endsAt: LATER };
}

function hook({ gate, person, conversation }: OrgNames, mark: string) {
  const task = { do: "tell", format: "any" } as const;
  const where = { actor: testActor("shared", mark), place: place(conversation, mark) };
  return {
    id: HookId.parse(gate),
    person,
    code: "ABCD",
    plan: { title: mark, scheme: "github", task, ...where },
  } as const;
}

function schedule({ gate, person, conversation }: OrgNames, mark: string) {
  const rule = { cron: "30 8 * * 1-5", timeZone: "Europe/Lisbon", skipHolidays: false };
  const task = { do: "say", text: mark, isPrivate: false } as const;
  const where = { actor: testActor("shared", mark), place: place(conversation, mark), also: [] };
  const planned = { title: mark, rule, misfire: "late", lateMinutes: 120, task, ...where } as const;
  return { id: ScheduleId.parse(gate), person, code: "ABCD", plan: planned, nextAt: LATER };
}

function build({ gate, person, turn, conversation }: OrgNames, mark: string) {
  const at = { actor: testActor("shared", mark), conversation: place(conversation, mark), shownBy: turn };
  const kept = { source: { mark }, contributors: [person], steps: [{ mark }], sourceKey: "the same", allowedUnits: 5 };
  return {
    id: BuildId.parse(gate),
    code: "ABCD",
    need: mark,
    author: person,
    state: "queued",
    ...at,
    ...kept,
  } as const;
}

function bundle(person: PersonId, mark: string) {
  const digests = { sha256: zeros, manifestSha256: zeros, compiledSha256: zeros, reportSha256: zeros };
  const bytes = { entries: new Uint8Array(8), compiled: new Uint8Array(8), reportText: JSON.stringify({ mark }) };
  const about = { provenance: { mark }, contributors: [person], notes: [mark], summary: undefined };
  return { ...digests, ...bytes, ...about, module: MODULE, version: "1.0.0" };
}

/**
 * Something to do with every method of every repository of an org, with names that may be another org's. A test fails for
 * a method that is not among them.
 */
export const ORG_ACTS: { readonly [Noun in keyof OrgStore]: Readonly<Record<string, Act>> } = {
  conversations: {
    get: (store, { conversation }) => store.conversations.get(conversation),
    save: (store, { conversation, person }, mark) => store.conversations.save(conversation, { mark }, person),
  },
  preferences: {
    all: (store, { person }) => store.preferences.all(person),
    set: (store, { person }, mark) => store.preferences.set(person, "city", mark),
    remove: (store, { person }) => store.preferences.remove(person, "city"),
  },
  decisions: {
    add: (store, { turn, conversation }, mark) => store.decisions.add(turn, conversation, { mark }),
    get: (store, { turn }) => store.decisions.get(turn),
    lastIn: (store, { conversation }) => store.decisions.lastIn(conversation),
    runsOf: (store) => store.decisions.runsOf(zeros, 10),
  },
  unmet: {
    add: (store, { person, conversation }, mark) => store.unmet.add({ person, conversation, text: mark, reason: mark }),
    list: (store) => store.unmet.list(100),
    since: (store) => store.unmet.since(new Date(0), 100),
    of: (store, { gate }) => store.unmet.of(ProposalId.parse(gate), 100),
    assign: async (store, { gate }) => {
      const ids = (await store.unmet.list(100)).map(({ id }) => id);
      return store.unmet.assign(ids, ProposalId.parse(gate));
    },
  },
  proposals: {
    add: (store, { gate }, mark) =>
      store.proposals.add({
        id: ProposalId.parse(gate),
        code: "ABCD",
        label: mark,
        meaning: [mark],
        remedy: { kind: "words" },
        writes: false,
        specification: { text: mark, by: mark },
        asks: 3,
        askers: 3,
        days: 1,
        proposedAt: AT,
      }),
    get: (store, { gate }) => store.proposals.get(ProposalId.parse(gate)),
    byCode: (store) => store.proposals.byCode("ABCD"),
    all: (store) => store.proposals.all(),
    move: (store, { gate, person }) =>
      store.proposals.move(ProposalId.parse(gate), ["open", "not_now"], "not_now", person),
    reopen: (store, { gate }) => store.proposals.reopen(ProposalId.parse(gate), AT),
    count: (store, { gate }) => store.proposals.count(ProposalId.parse(gate), { asks: 9, askers: 4, days: 2 }),
    specify: (store, { gate }, mark) =>
      store.proposals.specify(ProposalId.parse(gate), { text: `${mark} anew`, by: mark }),
    posted: (store, { gate, turn }) => store.proposals.posted(ProposalId.parse(gate), turn),
  },
  actions: {
    add: (store, { action, conversation }, mark) =>
      store.actions.add(conversation, [{ id: action, verb: "say", payload: { mark }, expiresAt: LATER }]),
    get: (store, { action }) => store.actions.get(action),
    markUsed: (store, { action }) => store.actions.markUsed(action),
  },
  credentials: {
    put: (store, _names, mark) =>
      store.credentials.put({ ...KEY, version: 1, sealed: mark, keyVersion: 1, hint: mark }),
    get: (store) => store.credentials.get(KEY),
    list: (store) => store.credentials.list(),
    remove: (store) => store.credentials.remove(KEY),
    notSealedWith: (store) => store.credentials.notSealedWith(9, 10),
    reseal: async (store, _names, mark) => {
      const was = await store.credentials.get(KEY);
      return was && store.credentials.reseal(was, `${mark} anew`, 2);
    },
    used: (store) => store.credentials.used(KEY, 1, AT, undefined),
    handed: (store) => store.credentials.handed(KEY, 1, LATER, undefined),
    accepted: (store) => store.credentials.accepted(KEY, 1, { at: LATER, source: "stated" }),
    refused: (store) => store.credentials.refused(KEY, 1, AT, true),
    endingBefore: (store) => store.credentials.endingBefore(LATER),
  },
  moduleFiles: {
    list: (store, { person }) => store.moduleFiles.list(MODULE, person, ""),
    read: (store, { person }) => store.moduleFiles.read(MODULE, person, "notes.txt"),
    applyAll: (store, { person }, mark) =>
      store.moduleFiles.applyAll(MODULE, person, [{ path: "notes.txt", text: mark }]),
    clear: (store, { person }) => store.moduleFiles.clear(MODULE, person),
  },
  moduleCache: {
    get: (store) => store.moduleCache.get(MODULE, "porto"),
    set: (store, _names, mark) => store.moduleCache.set(MODULE, "porto", mark, LATER),
    lastKnown: (store) => store.moduleCache.lastKnown(MODULE, "porto"),
  },
  moduleBundles: {
    put: (store, { person }, mark) => store.moduleBundles.put(bundle(person, mark)),
    get: (store) => store.moduleBundles.get(zeros),
    of: (store) => store.moduleBundles.of(MODULE),
    addContributors: (store, { person }) => store.moduleBundles.addContributors(zeros, [person]),
  },
  moduleInstalls: {
    activate: (store, { gate, person }) =>
      store.moduleInstalls.activate({
        id: gate,
        module: MODULE,
        to: { sha256: zeros, version: "1.0.0" },
        was: undefined,
        reason: "approved",
        gate,
        approvedBy: [person],
        lock: {},
      }),
    live: (store) => store.moduleInstalls.live(),
    get: (store) => store.moduleInstalls.get(MODULE),
    activation: (store, { gate }) => store.moduleInstalls.activation(gate),
    history: (store) => store.moduleInstalls.history(MODULE),
    known: async (store) => [...(await store.moduleInstalls.known())],
    byGate: (store, { gate }) => store.moduleInstalls.byGate(gate),
    pin: (store) => store.moduleInstalls.pin(MODULE, true),
    changedSince: (store, { gate }) => store.moduleInstalls.changedSince(MODULE, gate),
    restore: (store, { gate }) => store.moduleInstalls.restore(MODULE, gate),
    dataOf: (store) => store.moduleInstalls.dataOf(MODULE),
    dropData: (store) => store.moduleInstalls.dropData(MODULE),
  },
  moduleImports: {
    put: (store, _names, mark) =>
      store.moduleImports.put({ module: MODULE, version: mark, sha256: zeros, isPinned: false, pack: mark }),
    get: (store) => store.moduleImports.get(MODULE),
    asked: (store) => store.moduleImports.asked(MODULE),
    remove: (store) => store.moduleImports.remove(MODULE),
  },
  moduleRevocations: {
    add: (store, { person }, mark) => store.moduleRevocations.add(zeros, mark, person),
    why: (store) => store.moduleRevocations.why(zeros),
    all: async (store) => [...(await store.moduleRevocations.all())],
  },
  moduleHealth: {
    add: (store, { gate }) =>
      store.moduleHealth.add(
        { activation: gate, module: MODULE, sha256: zeros },
        { calls: 2, failures: 1, empties: 0, codes: { module_failed: 1 } },
      ),
    total: (store) => store.moduleHealth.total(MODULE, zeros, "another"),
    decide: (store, { gate }, mark) => store.moduleHealth.decide(gate, "told", { mark }),
    decision: (store, { gate }) => store.moduleHealth.decision(gate),
    told: (store, { gate }) => store.moduleHealth.told(gate),
  },
  moduleStates: {
    off: async (store) => [...(await store.moduleStates.off())],
    set: (store) => store.moduleStates.set(MODULE, false),
  },
  roles: {
    get: (store, { person }) => store.roles.get(person),
    set: (store, { person }) => store.roles.set(person, "operator", undefined),
    granted: (store) => store.roles.granted(),
    find: (store) => store.roles.find("ada"),
    member: (store, { person }) => store.roles.member(person),
    factsOf: (store, { person }) => store.roles.factsOf(person),
    clear: (store, { person }) => store.roles.clear(person),
  },
  gates: {
    add: (store, { gate, person, turn, conversation }, mark) =>
      store.gates.add({
        id: gate,
        code: "ABCD",
        kind: "effect",
        topic: "the same topic",
        title: mark,
        subjectSha256: zeros,
        subject: { mark },
        facts: { mark },
        policy: POLICY,
        author: person,
        authorActor: testActor("shared", mark),
        conversation: place(conversation, mark),
        openedBy: turn,
        createdAt: AT,
        expiresAt: LATER,
      }),
    get: (store, { gate }) => store.gates.get(gate),
    byCode: (store) => store.gates.byCode("ABCD"),
    open: (store) => store.gates.open(),
    page: (store) => store.gates.page({ limit: 100 }),
    latestOn: (store) => store.gates.latestOn("the same topic"),
    close: (store, { gate, turn }) => store.gates.close(gate, "approved", turn, AT),
    vote: (store, { gate, person, turn }, mark) =>
      store.gates.vote(gate, { person, displayName: mark, role: "operator", verdict: "approve", turn, at: AT }),
    channel: (store) => store.gates.channel(),
    setChannel: (store, { conversation }, mark) => store.gates.setChannel(place(conversation, mark)),
    attached: (store, { gate }) => store.gates.attached(gate, AT),
    soloSince: (store) => store.gates.soloSince(),
    setSolo: (store) => store.gates.setSolo(AT),
  },
  feedback: {
    set: (store, { turn, person }) => store.feedback.set(turn, person, true),
    get: (store, { turn, person }) => store.feedback.get(turn, person),
  },
  auditTrail: {
    append: (store, { turn, gate }, mark) =>
      store.auditTrail.append(
        (head) => ({
          seq: (head?.seq ?? 0) + 1,
          at: AT,
          act: "effect.run",
          actor: mark,
          subject: mark,
          turn,
          gate,
          entry: mark,
          prev: zeros,
          hash: zeros,
        }),
        "crash",
      ),
    head: (store) => store.auditTrail.head(),
    find: (store, { turn }) => store.auditTrail.find({ limit: 100, turn }),
  },
  channelPolicies: {
    holding: (store) => store.channelPolicies.holding(CHANNEL),
    get: (store) => store.channelPolicies.get(CHANNEL),
    all: (store) => store.channelPolicies.all(),
    set: (store) => store.channelPolicies.set(CHANNEL, { ...OPEN_CHANNEL, installs: false }),
  },
  moduleGrants: {
    get: (store) => store.moduleGrants.get(MODULE),
    all: async (store) => [...(await store.moduleGrants.all())],
    set: (store) => store.moduleGrants.set(MODULE, { ...OPEN_MODULE, least: "admin" }),
  },
  roleMappings: {
    all: (store) => store.roleMappings.all(),
    get: (store) => store.roleMappings.get({ platform: "test", group: "admins" }),
    set: (store, _names, mark) =>
      store.roleMappings.set({ platform: "test", group: "admins", label: mark, role: "admin" }),
    remove: (store) => store.roleMappings.remove({ platform: "test", group: "admins" }),
  },
  memberships: {
    saw: (store, { person }, mark) => store.memberships.saw(person, testActor("shared", mark), AT),
    since: (store) => store.memberships.since(new Date(0)),
  },
  credentialGrants: {
    add: (store, { person }) => store.credentialGrants.add(KEY, person),
    remove: (store, { person }) => store.credentialGrants.remove(KEY, person),
    clear: (store) => store.credentialGrants.clear(KEY),
    list: (store) => store.credentialGrants.list(),
    reaching: (store, { person }) => store.credentialGrants.reaching(KEY.name, person),
  },
  credentialChecks: {
    list: (store) => store.credentialChecks.list(),
    get: (store) => store.credentialChecks.get(KEY),
    looked: (store) => store.credentialChecks.looked(KEY, { connectedAt: AT, nextAt: LATER }),
    hurry: (store) => store.credentialChecks.hurry(KEY, LATER),
    give: (store, { person }) => store.credentialChecks.give(KEY, person, LATER),
    take: (store, { person }) => store.credentialChecks.take(KEY, person, LATER),
    notePlace: (store, { conversation }, mark) =>
      store.credentialChecks.notePlace(KEY, {
        actor: testActor("shared", mark),
        conversation: place(conversation, mark),
      }),
    remove: (store) => store.credentialChecks.remove(KEY),
  },
  credentialNotices: {
    add: (store, { gate, person, conversation }, mark) =>
      store.credentialNotices.add({
        ...KEY,
        id: gate,
        reader: person,
        day: "2026-11-21",
        connectedAt: AT,
        stage: mark,
        toldAs: "keeper",
        actor: testActor("shared", mark),
        conversation: place(conversation, mark),
      }),
    get: (store, { gate }) => store.credentialNotices.get(gate),
    list: (store) => store.credentialNotices.list(),
    lastShown: (store, { person }) => store.credentialNotices.lastShown(person),
    handed: (store, { gate }) => store.credentialNotices.handed(gate),
    shown: (store, { gate, turn }) => store.credentialNotices.shown(gate, turn),
    answered: (store, { gate }) => store.credentialNotices.answered(gate, "later"),
    over: (store, { gate }) => store.credentialNotices.over(gate),
  },
  credentialLifetimes: {
    add: (store) => store.credentialLifetimes.add(KEY, AT, 5),
    of: (store) => store.credentialLifetimes.of(KEY.name),
  },
  orgKeys: {
    newest: (store) => store.orgKeys.newest(),
    get: (store) => store.orgKeys.get(1),
    add: (store, _names, mark) => store.orgKeys.add({ version: 1, wrapped: mark, wrappedBy: mark }),
    rewrap: (store, _names, mark) => store.orgKeys.rewrap({ version: 1, wrapped: `${mark} anew`, wrappedBy: mark }),
    dropUnused: (store) => store.orgKeys.dropUnused(),
  },
  meter: {
    hold: (store, { person, turn }, mark) =>
      store.meter.hold(
        {
          id: `use of ${turn}`,
          turn,
          person,
          channel: CHANNEL,
          kind: "module",
          name: mark,
          capability: undefined,
          tier: "standard",
          worstMilli: 10,
          leastMilli: 1,
          worstMicroUsd: undefined,
          holder: mark,
          day: "2026-11-21",
          monthStart: "2026-11-01",
        },
        [],
        "crash",
      ),
    end: (store, { turn }) =>
      store.meter.end(
        { id: `use of ${turn}`, monthStart: "2026-11-01" },
        { state: "settled", usedMilli: 1, costMicroUsd: undefined, isUnpriced: false },
        [],
        "crash",
      ),
    standings: (store) => store.meter.standings([QUOTA], [], { day: "2026-11-21", monthStart: "2026-11-01" }),
    bySubject: (store) => store.meter.bySubject("module", DAYS),
    byDay: (store) => store.meter.byDay("org", "*", DAYS),
    rows: (store) => store.meter.rows(DAYS, 100),
  },
  quotas: {
    set: (store, _names, mark) => store.quotas.set({ ...QUOTA, milli: 5, by: mark }),
    clear: (store) => store.quotas.clear(QUOTA),
    all: (store) => store.quotas.all(),
    raise: (store, _names, mark) => store.quotas.raise({ ...QUOTA, milli: 5, until: LATER, by: mark }),
    raises: (store) => store.quotas.raises(AT),
    note: (store, _names, mark) => store.quotas.note("a topic", { mark }),
    noted: (store) => store.quotas.noted("a topic"),
  },
  idempotency: {
    begin: (store, _names, mark) => store.idempotency.begin(REQUEST, mark, TIMES),
    finish: (store, _names, mark) => store.idempotency.finish(REQUEST, 200, mark),
    abandon: (store) => store.idempotency.abandon(REQUEST),
  },
  orgConfigs: {
    current: (store) => store.orgConfigs.current("routing"),
    get: (store) => store.orgConfigs.get("routing", 1),
    history: (store) => store.orgConfigs.history("routing", undefined, 10),
    add: (store, _names, mark) => store.orgConfigs.add("routing", 0, { mark }, { kind: "system", id: mark }),
  },
  plans: {
    add: (store, names, mark) => store.plans.add(plan(names, mark)),
    get: (store, { gate }) => store.plans.get(PlanId.parse(gate)),
    offered: (store, { person }) => store.plans.offered(person),
    lastDone: (store, { person }) => store.plans.lastDone(person),
    move: (store, { gate }) => store.plans.move(PlanId.parse(gate), "offered", "done"),
  },
  mailAddresses: {
    ask: (store, { person }, mark) =>
      store.mailAddresses.ask(person, `${mark}@example.com`, { hash: mark, expiresAt: LATER }),
    of: (store, { person }) => store.mailAddresses.of(person),
    wrongCode: (store, { person }) => store.mailAddresses.wrongCode(person),
    confirm: (store, { person }, mark) => store.mailAddresses.confirm(person, `${mark}@example.com`),
    end: (store, _, mark) => store.mailAddresses.end(`${mark}@example.com`, []),
    remove: (store, { person }, mark) => store.mailAddresses.remove(person, `${mark}@example.com`),
  },
  reminders: {
    add: (store, names, mark) => store.reminders.add(reminder(names, mark)),
    get: (store, { gate }) => store.reminders.get(ReminderId.parse(gate)),
    waiting: (store, { person }) => store.reminders.waiting(person),
    lastSaid: (store, { person }) => store.reminders.lastSaid(person),
    putOff: (store, { gate }) => store.reminders.putOff(ReminderId.parse(gate), LATER),
    end: (store, { gate }) => store.reminders.end(ReminderId.parse(gate), "said"),
  },
  hooks: {
    put: (store, names, mark) => store.hooks.put(hook(names, mark), { sealed: mark, version: 1 }),
    get: (store, { gate }) => store.hooks.get(HookId.parse(gate)),
    byCode: (store) => store.hooks.byCode("ABCD"),
    all: (store) => store.hooks.all(),
    setState: (store, { gate }) => store.hooks.setState(HookId.parse(gate), ["on"], "paused"),
    adopt: (store, names, mark) => store.hooks.adopt(HookId.parse(names.gate), names.person, hook(names, mark).plan),
    renew: (store, { gate }, mark) => store.hooks.renew(HookId.parse(gate), { sealed: mark, version: 2 }, LATER),
    show: (store, { gate }) => store.hooks.show(HookId.parse(gate), 2),
    accept: (store, { gate }, mark) => {
      const id = HookDeliveryId.parse(gate);
      const about = { contentType: "application/json", isTest: false, sealed: mark, keys: ["the same"] };
      return store.hooks.accept({ id, hook: HookId.parse(gate), ...about });
    },
    prove: (store, { gate }, mark) => store.hooks.prove(HookId.parse(gate), mark),
    proof: (store, { gate }) => store.hooks.proof(HookId.parse(gate)),
    waiting: (store, { gate }) => store.hooks.waiting(HookId.parse(gate)),
    delivery: (store, { gate }) => store.hooks.delivery(HookDeliveryId.parse(gate)),
    deliveries: (store, { gate }) => store.hooks.deliveries(HookId.parse(gate), 10),
    settle: (store, { gate }, mark) => store.hooks.settle(HookDeliveryId.parse(gate), 0, { as: "dead", why: mark }),
    dead: (store) => store.hooks.dead(10),
    retry: (store, { gate }) => store.hooks.retry(HookId.parse(gate)),
  },
  watches: {
    put: (store, names, mark) => store.watches.put(watch(names, mark)),
    get: (store, { gate }) => store.watches.get(WatchId.parse(gate)),
    byCode: (store) => store.watches.byCode("ABCD"),
    ofPerson: (store, { person }) => store.watches.ofPerson(person),
    all: (store) => store.watches.all(),
    codes: (store) => store.watches.codes(),
    end: (store, { gate }, mark) => store.watches.end(WatchId.parse(gate), "ended", mark),
    renew: (store, { gate }) => store.watches.renew(WatchId.parse(gate), LATER),
    looked: async (store, { gate }, mark) => {
      const id = WatchId.parse(gate);
      const held = await store.watches.get(id);
      const of = { id, revision: held?.revision ?? 0 };
      const looked = { seen: mark, nextAt: LATER, state: "on", told: true, failures: 0 } as const;
      return store.watches.looked(of, held?.nextAt ?? AT, looked);
    },
  },
  schedules: {
    put: (store, names, mark) => store.schedules.put(schedule(names, mark)),
    get: (store, { gate }) => store.schedules.get(ScheduleId.parse(gate)),
    byCode: (store) => store.schedules.byCode("ABCD"),
    all: (store) => store.schedules.all(),
    ofPerson: (store, { person }) => store.schedules.ofPerson(person),
    inPlace: (store) => store.schedules.inPlace(CHANNEL),
    setState: (store, { gate }) => store.schedules.setState(ScheduleId.parse(gate), ["on"], "paused"),
    adopt: (store, { gate, person }, mark) => {
      const { id, plan: planned, nextAt } = schedule({ ...orgNames(person, mark), gate }, mark);
      return store.schedules.adopt(id, person, planned, nextAt);
    },
    snooze: (store, { gate }) => store.schedules.snooze(ScheduleId.parse(gate), LATER),
    slots: (store, { gate }) => store.schedules.slots(ScheduleId.parse(gate), 10),
    slot: (store, { gate }) => store.schedules.slot(ScheduleId.parse(gate), "2026-11-24T08:30"),
    endSlot: (store, { gate }) => store.schedules.endSlot(ScheduleId.parse(gate), "2026-11-24T08:30", "done", {}),
  },
  holidayCalendars: {
    keep: (store, { person }, mark) =>
      store.holidayCalendars.keep(person, "days@group.calendar.google.com", { "2026-12-25": mark }, LATER),
    get: (store, { person }) => store.holidayCalendars.get(person, "days@group.calendar.google.com"),
    fail: (store, { person }, mark) =>
      store.holidayCalendars.fail(person, "days@group.calendar.google.com", mark, LATER),
    putOff: (store, { person }) => store.holidayCalendars.putOff(person, "days@group.calendar.google.com", LATER),
    drop: (store, { person }) => store.holidayCalendars.drop(person, "days@group.calendar.google.com"),
  },
  builds: {
    add: (store, names, mark) => store.builds.add(build(names, mark)),
    get: (store, { gate }) => store.builds.get(BuildId.parse(gate)),
    byCode: (store) => store.builds.byCode("ABCD"),
    openOn: (store) => store.builds.openOn("the same"),
    installedFrom: (store) => store.builds.installedFrom("the same"),
    countRunning: (store) => store.builds.countRunning(),
    page: (store) => store.builds.page({ limit: 100 }),
    update: (store, { gate }, mark) => store.builds.update(BuildId.parse(gate), ["queued"], { failure: { mark } }),
  },
  buildPapers: {
    putPart: (store, { gate }, mark) => store.buildPapers.putPart(BuildId.parse(gate), "draft", mark),
    part: (store, { gate }) => store.buildPapers.part(BuildId.parse(gate), "draft"),
    dropParts: (store, { gate }) => store.buildPapers.dropParts(BuildId.parse(gate), ["report"]),
    putRound: (store, { gate }, mark) => store.buildPapers.putRound(BuildId.parse(gate), 0, { mark }, mark),
    rounds: (store, { gate }) => store.buildPapers.rounds(BuildId.parse(gate)),
    lastEntries: (store, { gate }) => store.buildPapers.lastEntries(BuildId.parse(gate)),
    dropRounds: (store, { gate }) => store.buildPapers.dropRounds(BuildId.parse(gate)),
    addFeedback: (store, { gate, person }, mark) => store.buildPapers.addFeedback(BuildId.parse(gate), person, mark),
    feedback: (store, { gate }) => store.buildPapers.feedback(BuildId.parse(gate)),
  },
  programAnswers: {
    put: (store, { turn }, mark) => store.programAnswers.put(turn, { outcome: "done", said: mark }),
    get: (store, { turn }) => store.programAnswers.get(turn),
  },
  said: {
    add: (store, { turn, person, conversation }, mark) =>
      store.said.add({
        turn,
        conversation,
        channel: CHANNEL,
        person,
        text: mark,
        answer: mark,
        isPrivate: false,
        staysInside: false,
        words: " rain ",
        wordCount: 1,
      }),
    newest: (store, { conversation }) => store.said.newest({ conversation, alsoFor: undefined }, 10),
    byTurns: (store, { turn, person }) => store.said.byTurns({ person }, [turn]),
    search: (store, { conversation, person }) => store.said.search({ conversation, alsoFor: person }, ["rain"], 10),
    hasVectors: (store, { person }) => store.said.hasVectors({ person }, EMBEDDER),
    nearest: (store, { person }) =>
      store.said.nearest({ person }, EMBEDDER, VECTOR, { newest: 10, least: 0.5, limit: 10 }),
    withoutVector: (store, { conversation }) => store.said.withoutVector(conversation, EMBEDDER, 10),
    addVectors: (store, { turn }) => store.said.addVectors(EMBEDDER, [{ turn, vector: VECTOR }]),
    forgetIn: (store, { conversation, person }) => store.said.forgetIn(conversation, person),
  },
  saidSummaries: {
    get: (store, { conversation }) => store.saidSummaries.get(conversation, undefined),
    put: (store, { turn, conversation }, mark) =>
      store.saidSummaries.put(
        conversation,
        undefined,
        { text: mark, through: turn, beganAt: AT },
        { of: [turn], after: undefined },
      ),
  },
  directory: {
    list: (store) => store.directory.list(undefined, 100),
    get: (store, { person }) => store.directory.get(person),
  },
  modelCalls: {
    add: (store, { turn, person }, mark) =>
      store.modelCalls.add({
        turn,
        person,
        tier: "standard",
        model: ModelName.parse("openai/small"),
        purpose: "answer",
        isShadow: false,
        accepted: true,
        outcome: "ok",
        reasons: [mark],
        confidence: 0.9,
        insufficient: 0.1,
        featuresHash: zeros,
        ms: 20,
        units: 0.1,
        costMicroUsd: 5,
        configVersion: 1,
      }),
    of: (store, { turn }) => store.modelCalls.of(turn),
  },
  tierLabels: {
    set: (store, { turn, person }, mark) =>
      store.tierLabels.set({
        turn,
        person,
        text: mark,
        tools: 2,
        isHighRisk: false,
        isInsufficient: true,
        source: "judged",
      }),
    get: (store, { turn }) => store.tierLabels.get(turn),
  },
  reflexLabels: {
    set: (store, { turn, person }, mark) =>
      store.reflexLabels.set({ turn, person, text: mark, label: "weather.current", source: "chosen_button" }),
    get: (store, { turn }) => store.reflexLabels.get(turn),
    list: (store) => store.reflexLabels.list(100),
    saidIn: (store, { turn }) => store.reflexLabels.saidIn(turn),
  },
  routingTrials: {
    count: (store) => store.routingTrials.count(1, true, { turns: 1, failures: 1 }),
    get: (store) => store.routingTrials.get(1),
  },
};
