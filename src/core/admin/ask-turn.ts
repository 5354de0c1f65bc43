import { setTimeout as pause } from "node:timers/promises";
import { type ErrorCode, ERRORS, NexusError } from "#core/contract/errors.ts";
import { ConversationKey, newId, TurnId } from "#core/contract/ids.ts";
import type { Actor, Conversation, ProgramWish } from "#core/contract/message.ts";
import { actorRef, type Principal } from "#core/contract/principal.ts";
import type { ProgramRequest } from "#core/contract/programs/request.ts";
import type { AdminDeps } from "./admin-deps.ts";
import { noSuchPerson, noSuchRequest } from "./not-here.ts";

/** How long a program waits for its turn before it is told to ask again; ms. */
const PATIENCE_MS = 10_000;
const FIRST_LOOK_MS = 5;
const SLOWEST_LOOK_MS = 200;

/** What a program asked for, as a turn of its own: in the order of what it asked before, once, and to its end. */
export async function askTurn(
  deps: AdminDeps,
  principal: Principal,
  wish: ProgramWish,
  once: string | undefined,
  signal: AbortSignal,
): Promise<ProgramRequest> {
  const by = actorRef(principal);
  const turn = await deps.receive(principal.org, {
    kind: "program",
    // The same request made again, after a crash too, is the same turn.
    dedupeKeys: [`program:${by.kind}:${by.id}:${once ?? newId(TurnId)}`],
    sentAtMs: deps.clock().getTime(),
    actor: await actorOf(deps, principal),
    conversation: programsConversation(principal),
    wish,
    by,
    role: principal.role,
  });
  let request = await readRequest(deps, principal, turn);
  const until = performance.now() + PATIENCE_MS;
  for (let ms = FIRST_LOOK_MS; request.state === "pending" && performance.now() < until; ms = slower(ms)) {
    await pause(ms, undefined, { signal });
    request = await readRequest(deps, principal, turn);
  }
  if (request.state === "refused") throw refusal(request);
  if (request.state === "failed") throw new NexusError("internal", `turn ${turn} of a program ended without an answer`);
  return request;
}

function slower(ms: number): number {
  return Math.min(ms * 2, SLOWEST_LOOK_MS);
}

/**
 * What became of something a program asked for.
 * @throws NexusError not_found for a turn that is not of this org, or long over
 */
export async function readRequest(
  { store }: Pick<AdminDeps, "store">,
  { org }: Pick<Principal, "org">,
  id: TurnId,
): Promise<ProgramRequest> {
  const turn = await store.forOrg(org).programAnswers.get(id);
  if (turn === undefined) throw noSuchRequest(id);
  if (turn.state !== "answered") return { id, state: turn.state };
  const { outcome, code, said, hint, gate, build } = turn.answer;
  const more = {
    ...(code && { code }),
    ...(hint !== undefined && { hint }),
    ...(gate && { approval: gate }),
    ...(build && { build }),
  };
  return { id, state: outcome, said, ...more };
}

function refusal({ id, code, said, hint }: ProgramRequest): NexusError {
  return new NexusError(isCode(code) ? code : "not_allowed", `request ${id} was refused`, {
    ...(said !== undefined && { say: said }),
    ...(hint !== undefined && { hint }),
  });
}

function isCode(code: string | undefined): code is ErrorCode {
  return code !== undefined && code in ERRORS;
}

/** A person as one of their platforms names them, so that what a program does is done as them. */
async function actorOf({ store }: AdminDeps, { org, person }: Principal): Promise<Actor> {
  const known = await store.forOrg(org).directory.get(person);
  const identity = (await store.people.identitiesOf({ org, person }))[0];
  if (known === undefined || identity === undefined) throw noSuchPerson(person);
  return {
    platform: identity.platform,
    tenantId: identity.tenantId,
    id: identity.externalId,
    displayName: known.displayName,
    // Nobody's word on whether they are one or in which groups: what their platform last said stays.
    affiliation: "unknown",
    platformRoleIds: [],
  };
}

/** Where what programs ask for is kept in order: one conversation for each person whose programs they are. */
function programsConversation({ org, person }: Principal): Conversation {
  return {
    key: ConversationKey.parse(`api:${org}:${person}`),
    platform: "api",
    tenantId: org,
    channelId: person,
    name: "a program",
    kind: "dm",
    audience: "just_me",
  };
}
