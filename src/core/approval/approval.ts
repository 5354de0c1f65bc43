import { NexusError } from "#core/contract/errors.ts";
import type { GateKind, GatePolicy, GateState, Role } from "#core/contract/gate.ts";
import { GateId, newId, type OrgId, type PersonId, type TurnId } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import type { Actor, Conversation, Inbound } from "#core/contract/message.ts";
import type { Clock } from "#core/contract/ports.ts";
import type { ActorRef } from "#core/contract/principal.ts";
import type { Repositories, Store, StoredGate, StoredVote } from "#core/store/store.ts";
import { newCode } from "#core/contract/short-code.ts";
import { judge, type Terms, type Word } from "./judge.ts";
import { subjectHash } from "./subject-hash.ts";

export type { StoredGate as Gate } from "#core/store/store.ts";

/** What is to be approved, by whom, and for whom. */
export interface GateRequest {
  readonly org: OrgId;
  readonly turn: TurnId;
  readonly kind: GateKind;
  /** A newer request with the same topic takes the place of an open one. */
  readonly topic: string;
  readonly title: string;
  /** Exactly what would be done. Its hash is what people agree to. */
  readonly subject: Json;
  /** What cards show. */
  readonly facts: Json;
  readonly policy: GatePolicy;
  readonly author: PersonId;
  readonly actor: Actor;
  readonly conversation: Conversation;
  /** Who asks, as the audit names them: the author, or a program in their name. */
  readonly by: ActorRef;
  /** By which right it is asked for, in words for the audit. */
  readonly right: string;
}

/** A request that is made when the turn's transaction calls `commit`, and otherwise never was. */
export interface Opening {
  readonly gate: StoredGate;
  /** The open request whose place it takes. */
  readonly replaces: StoredGate | undefined;
  readonly commit: (inside: Repositories) => Promise<void>;
}

export interface Ballot extends Word {
  readonly displayName: string;
  /** Who votes, as the audit names them: the person, or a program in their name. */
  readonly by: ActorRef;
  readonly reason?: string;
  /** The turn that votes. The one that decides is told so again when it is tried again. */
  readonly turn: TurnId;
  /** What would be done now; undefined when it cannot be done any more. */
  readonly subject: Json | undefined;
  /** Left out, nobody but the author has a part in it. */
  readonly terms?: Terms;
}

export type VoteOutcome =
  /** This vote decided it, one way or the other. */
  | { readonly state: "decided"; readonly gate: StoredGate }
  | { readonly state: "counted" | "repeated"; readonly gate: StoredGate }
  | { readonly state: "not_allowed" | "author_excluded" | "expired"; readonly gate: StoredGate }
  /** What would be done is no longer what was asked for. The request ended with this vote. */
  | { readonly state: "changed"; readonly gate: StoredGate }
  /** It had ended before; `newer` is the request that took its place. */
  | { readonly state: "closed"; readonly gate: StoredGate; readonly newer: StoredGate | undefined }
  | { readonly state: "unknown" };

/** Requests that people decide on. It knows nothing of what they are about. */
export interface Approval {
  open(request: GateRequest): Promise<Opening>;
  get(org: OrgId, id: GateId): Promise<StoredGate | undefined>;
  byCode(org: OrgId, code: string): Promise<StoredGate | undefined>;
  /** What waits for a decision, the oldest first. */
  waiting(org: OrgId): Promise<readonly StoredGate[]>;
  /** Counts a vote in one transaction. Of any number at once, one decides. */
  vote(org: OrgId, id: GateId, ballot: Ballot): Promise<VoteOutcome>;
  /** Ends a request whose time is over; undefined when there is nothing to end. The turn that ended it may ask again. */
  expire(org: OrgId, id: GateId, turn: TurnId): Promise<StoredGate | undefined>;
  /** Ends a request that is not wanted any more by somebody, or cannot be shown. */
  withdraw(org: OrgId, id: GateId, turn: TurnId, by?: ActorRef): Promise<StoredGate | undefined>;
  /** The clock's events for requests whose time is over. */
  overdue(): Promise<readonly { org: OrgId; inbound: Inbound }[]>;
  /** The clock's events for requests of which people are to be reminded, and how to say that one is in the inbox. */
  unreminded(): Promise<readonly { org: OrgId; inbound: Inbound; handed: () => Promise<void> }[]>;
}

export interface ApprovalDeps {
  readonly store: Store;
  readonly clock: Clock;
  readonly randomBytes: (size: number) => Uint8Array;
  /** After how many hours without a decision people are reminded of a request, the fewest first; left out, never. */
  readonly remindAfterHours?: readonly number[];
  /** Is told of each change in the transaction that makes it: without a record there is no change. */
  readonly witness: (inside: Repositories, org: OrgId, change: GateChange) => Promise<void>;
}

/** One change of a request. */
export type GateChange =
  | { readonly change: "opened"; readonly gate: StoredGate; readonly by: ActorRef; readonly right: string }
  | { readonly change: "voted"; readonly gate: StoredGate; readonly vote: StoredVote; readonly by: ActorRef }
  | {
      readonly change: "ended";
      readonly gate: StoredGate;
      readonly as: Exclude<GateState, "open">;
      readonly turn: TurnId;
      /** Whose doing it was; nobody's when its time was over, or it could not be shown. */
      readonly by?: ActorRef;
      /** Their role, when they ended it with a vote. */
      readonly role?: Role;
    };

/** Makes the room of approvals. */
export function createApproval(deps: ApprovalDeps): Approval {
  const { store, clock, randomBytes, remindAfterHours = [], witness } = deps;
  const end = (org: OrgId, id: GateId, as: "expired" | "withdrawn", turn: TurnId, by?: ActorRef) =>
    store.transaction(async (inside) => {
      const { gates } = inside.forOrg(org);
      const gate = await gates.get(id);
      if (gate?.state === "open" && (as === "withdrawn" || gate.expiresAt <= clock())) {
        await gates.close(id, as, turn, clock());
        await witness(inside, org, { change: "ended", gate, as, turn, ...(by && { by }) });
      }
      const after = await gates.get(id);
      return after?.state === as && after.decided?.turn === turn ? after : undefined;
    });

  return {
    async open(request) {
      const { gates } = store.forOrg(request.org);
      const waiting = await gates.open();
      const gate = draft(request, freshCode(waiting, randomBytes), clock());
      const replaces = waiting.find(({ topic }) => topic === request.topic);
      return { gate, replaces, commit: (inside) => put(inside, witness, request, gate, replaces, clock()) };
    },
    get: (org, id) => store.forOrg(org).gates.get(id),
    byCode: (org, code) => store.forOrg(org).gates.byCode(code),
    waiting: (org) => store.forOrg(org).gates.open(),
    vote: (org, id, ballot) => store.transaction((inside) => vote(inside, witness, org, id, ballot, clock())),
    expire: (org, id, turn) => end(org, id, "expired", turn),
    withdraw: (org, id, turn, by) => end(org, id, "withdrawn", turn, by),
    async overdue() {
      const now = clock();
      return (await store.overdueGates.find(now, OVERDUE_AT_ONCE)).map(({ org, gate, actor, conversation }) => ({
        org,
        inbound: {
          kind: "due",
          what: "gate_expired",
          id: gate,
          dedupeKeys: [`gate-expired:${gate}`],
          sentAtMs: now.getTime(),
          actor,
          conversation,
        },
      }));
    },
    async unreminded() {
      const now = clock();
      const afterMs = remindAfterHours.map((hours) => hours * HOUR_MS);
      const found = await store.unremindedGates.find(now, afterMs, OVERDUE_AT_ONCE);
      return found.map(({ org, gate, actor, conversation, reminder }) => ({
        org,
        inbound: {
          kind: "due",
          what: "gate_waiting",
          id: gate,
          dedupeKeys: [`gate-waiting:${gate}:${reminder}`],
          sentAtMs: now.getTime(),
          actor,
          conversation,
        },
        handed: () => store.unremindedGates.handed(gate, reminder),
      }));
    },
  };
}

const OVERDUE_AT_ONCE = 100;
const HOUR_MS = 60 * 60_000;

function draft(request: GateRequest, code: string, now: Date): StoredGate {
  const { kind, topic, title, subject, facts, policy, author, actor, conversation, turn } = request;
  return {
    id: newId(GateId),
    code,
    kind,
    topic,
    title,
    subjectSha256: subjectHash(subject),
    subject,
    facts,
    policy,
    author,
    authorActor: actor,
    conversation,
    openedBy: turn,
    state: "open",
    createdAt: now,
    expiresAt: new Date(now.getTime() + policy.expiresAfterMinutes * 60_000),
    votes: [],
  };
}

function freshCode(waiting: readonly StoredGate[], randomBytes: ApprovalDeps["randomBytes"]): string {
  const taken = new Set(waiting.map(({ code }) => code));
  let code = newCode(randomBytes);
  while (taken.has(code)) code = newCode(randomBytes);
  return code;
}

async function put(
  inside: Repositories,
  witness: ApprovalDeps["witness"],
  { org, turn, topic, by, right }: GateRequest,
  gate: StoredGate,
  replaces: StoredGate | undefined,
  now: Date,
): Promise<void> {
  const { gates } = inside.forOrg(org);
  const open = (await gates.open()).find((other) => other.topic === topic);
  // Its card was drawn with what was open a moment ago. The turn is tried again with what is now.
  if (open?.id !== replaces?.id) throw new NexusError("internal", `another request on ${topic} came in between`);
  if (replaces !== undefined) {
    await gates.close(replaces.id, "superseded", turn, now);
    await witness(inside, org, { change: "ended", gate: replaces, as: "superseded", turn, by });
  }
  await gates.add(gate);
  await witness(inside, org, { change: "opened", gate, by, right });
}

async function vote(
  inside: Repositories,
  witness: ApprovalDeps["witness"],
  org: OrgId,
  id: GateId,
  ballot: Ballot,
  now: Date,
): Promise<VoteOutcome> {
  const { gates } = inside.forOrg(org);
  const gate = await gates.get(id);
  if (gate === undefined) return { state: "unknown" };
  const { by, role, turn } = ballot;
  const close = async (as: Parameters<typeof gates.close>[1]): Promise<StoredGate> => {
    await gates.close(id, as, turn, now);
    await witness(inside, org, { change: "ended", gate, as, turn, by, role });
    return (await gates.get(id)) ?? gate;
  };
  if (gate.state !== "open") return ended(inside, org, gate, ballot.turn);
  const ruling = judge(gate, ballot, now, ballot.terms);
  const isForbidden = ruling.state === "not_allowed" || ruling.state === "author_excluded";
  if (isForbidden || ruling.state === "expired") return { state: ruling.state, gate };
  if (ballot.verdict === "approve" && !isUnchanged(gate, ballot.subject)) {
    return { state: "changed", gate: await close("superseded") };
  }
  if (ruling.state === "repeats") return { state: "repeated", gate };
  const counted = toVote(ballot, now);
  await gates.vote(id, counted);
  await witness(inside, org, { change: "voted", gate: (await gates.get(id)) ?? gate, vote: counted, by });
  if (ruling.state === "decides") return { state: "decided", gate: await close(ruling.as) };
  return { state: "counted", gate: (await gates.get(id)) ?? gate };
}

async function ended(inside: Repositories, org: OrgId, gate: StoredGate, turn: TurnId): Promise<VoteOutcome> {
  if (gate.decided?.turn === turn) return { state: gate.state === "superseded" ? "changed" : "decided", gate };
  const latest = await inside.forOrg(org).gates.latestOn(gate.topic);
  const newer = gate.state === "superseded" && latest?.state === "open" ? latest : undefined;
  return { state: "closed", gate, newer };
}

function isUnchanged(gate: StoredGate, subject: Json | undefined): boolean {
  return subject !== undefined && subjectHash(subject) === gate.subjectSha256;
}

function toVote({ person, displayName, role, verdict, reason, turn }: Ballot, at: Date): StoredVote {
  return { person, displayName, role, verdict, turn, at, ...(reason !== undefined && { reason }) };
}
