import { NexusError } from "#core/contract/errors.ts";
import type { HookTask } from "#core/contract/hook.ts";
import type { HookId } from "#core/contract/ids.ts";
import { channelOf } from "#core/contract/message.ts";
import { actorRef, type Principal } from "#core/contract/principal.ts";
import type { HookDetail, HookResource } from "#core/contract/programs/hook.ts";
import { pageOf } from "#core/contract/programs/page.ts";
import type { Programs } from "#core/contract/programs.ts";
import type { Hooks } from "#core/hooks/hooks.ts";
import type { Repositories, StoredHook } from "#core/store/store.ts";
import type { AdminDeps } from "./admin-deps.ts";
import { askTurn } from "./ask-turn.ts";

type HookPrograms = Pick<Programs, "listHooks" | "getHook" | "createHook" | "doWithHook" | "renewHookSecret">;

const SHOWN_DELIVERIES = 20;
const HOUR_MS = 60 * 60_000;

/** What programs do with the addresses to which programs outside post. */
export function createHookPrograms(
  deps: AdminDeps & { readonly hooks: Pick<Hooks, "addressOf" | "drawSecret" | "sealSecret" | "secretOf" | "look"> },
): HookPrograms {
  const { store, authorise, audit, clock, hooks: desk } = deps;

  async function read({ org }: Principal, id: HookId): Promise<StoredHook> {
    const found = await store.forOrg(org).hooks.get(id);
    if (found === undefined || found.state === "ended")
      throw new NexusError("hook_unknown", `no hook ${id} in this org`);
    return found;
  }
  const resourceOf = (principal: Principal, hook: StoredHook): HookResource =>
    toResource(hook, desk.addressOf(principal.org, hook.id));
  const record = (inside: Repositories, principal: Principal, { id, code }: StoredHook, what: string): Promise<void> =>
    audit.recordIn(inside, principal.org, {
      act: "hook.changed",
      outcome: "done",
      actor: actorRef(principal),
      right: "hook.manage",
      subject: { kind: "hook", id },
      detail: { what, code },
    });

  return {
    async listHooks(principal, query) {
      await authorise(principal, "hook.manage");
      const all = await store.forOrg(principal.org).hooks.all();
      return pageOf(
        all.map((hook) => resourceOf(principal, hook)),
        ({ id }) => id,
        query,
      );
    },
    async getHook(principal, { id }) {
      await authorise(principal, "hook.manage", { kind: "hook", id });
      const hook = await read(principal, id);
      const { hooks } = store.forOrg(principal.org);
      const [came, proof] = [await hooks.deliveries(id, SHOWN_DELIVERIES), await hooks.proof(id)];
      const deliveries: HookDetail["deliveries"] = came.map(({ id: of, state, attempts, event, why, receivedAt }) => ({
        id: of,
        state,
        attempts,
        ...(event !== undefined && { event }),
        ...(why !== undefined && { why }),
        receivedAt: receivedAt.toISOString(),
      }));
      const provenAt = proof?.receivedAt.toISOString();
      return { ...resourceOf(principal, hook), ...(provenAt !== undefined && { provenAt }), deliveries };
    },
    async createHook(principal, { words, once }, signal) {
      await authorise(principal, "hook.manage", { kind: "hook", id: "new" });
      const request = await askTurn(deps, principal, { do: "set_hook", words }, once, signal);
      if (request.state === "pending") return { state: "pending", request };
      return { state: "done", result: { said: request.said ?? "Done." } };
    },
    async doWithHook(principal, { id, deed }) {
      await authorise(principal, "hook.manage", { kind: "hook", id });
      const hook = await read(principal, id);
      await store.transaction(async (inside) => {
        const { hooks } = inside.forOrg(principal.org);
        if (deed === "retry") await hooks.retry(id);
        else {
          const to = ({ pause: "paused", resume: "on", end: "ended" } as const)[deed];
          await hooks.setState(id, ["on", "paused"], to);
        }
        await record(inside, principal, hook, deed);
      });
      if (deed === "retry") await desk.look();
      return resourceOf(principal, (await store.forOrg(principal.org).hooks.get(id)) ?? hook);
    },
    async renewHookSecret(principal, { id, secret, overlapHours }) {
      await authorise(principal, "hook.manage", { kind: "hook", id });
      const hook = await read(principal, id);
      const version = hook.secret.version + 1;
      const sealed =
        secret === undefined ? desk.drawSecret(id, hook.plan.scheme, version) : desk.sealSecret(id, secret, version);
      const until =
        overlapHours === 0 || !hook.hasSecret ? undefined : new Date(clock().getTime() + overlapHours * HOUR_MS);
      await store.transaction(async (inside) => {
        const { hooks } = inside.forOrg(principal.org);
        if (!(await hooks.renew(id, sealed, until)))
          throw new NexusError("conflict", `hook ${id} got a secret at the same time`);
        // It is in this answer, and so has been shown.
        await hooks.show(id, version);
        await record(inside, principal, hook, secret === undefined ? "secret_rotated" : "secret_given");
      });
      const now = await read(principal, id);
      return { hook: resourceOf(principal, now), ...(secret === undefined && { secret: desk.secretOf(now) }) };
    },
  };
}

function doesOf(task: HookTask): Pick<HookResource, "does" | "format" | "words" | "capability" | "slots"> {
  switch (task.do) {
    case "tell":
      return { does: "tell", format: task.format };
    case "template":
      return { does: "template", words: task.text };
    case "run":
      return { does: "run", capability: `${task.module}.${task.capability}`, slots: task.slots };
    default:
      return task satisfies never;
  }
}

function toResource(hook: StoredHook, address: string): HookResource {
  const { id, code, plan, state, person, taken, lastAt, createdAt } = hook;
  return {
    id,
    code,
    title: plan.title,
    scheme: plan.scheme,
    ...doesOf(plan.task),
    state,
    owner: person,
    ...(plan.place.audience !== "just_me" && { channel: channelOf(plan.place) }),
    address,
    ...(!hook.hasSecret && { needsSecret: true }),
    taken,
    ...(lastAt && { lastAt: lastAt.toISOString() }),
    createdAt: createdAt.toISOString(),
  };
}
