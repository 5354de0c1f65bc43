import { NexusError } from "#core/contract/errors.ts";
import { GateId } from "#core/contract/ids.ts";
import type { Principal } from "#core/contract/principal.ts";
import type { ApprovalResource } from "#core/contract/programs/approval.ts";
import { pageFrom } from "#core/contract/programs/page.ts";
import type { Programs } from "#core/contract/programs.ts";
import { looksLikeSecret } from "#core/credentials/paste-detector.ts";
import type { AdminDeps } from "./admin-deps.ts";
import { toApproval } from "./approval-resource.ts";
import { askTurn, readRequest } from "./ask-turn.ts";
import { noSuchApproval } from "./not-here.ts";

type ApprovalPrograms = Pick<Programs, "listApprovals" | "getApproval" | "decideApproval" | "getRequest">;

/** What programs do with approvals: the same rights and rules as a press in chat, and one decision. */
export function createApprovalPrograms(deps: AdminDeps): ApprovalPrograms {
  const { store, approval, authorise } = deps;
  const isSolo = async ({ org }: Principal): Promise<boolean> =>
    (await store.forOrg(org).gates.soloSince()) !== undefined;
  const read = async (principal: Principal, id: GateId): Promise<ApprovalResource> => {
    const gate = await approval.get(principal.org, id);
    if (gate === undefined) throw noSuchApproval(id);
    return toApproval(gate, principal, await isSolo(principal));
  };
  return {
    async listApprovals(principal, { state, after, limit }) {
      await authorise(principal, "gate.read");
      const from = GateId.safeParse(after);
      const page = { ...(state && { state }), ...(from.success && { after: from.data }), limit: limit + 1 };
      const solo = await isSolo(principal);
      const gates = await store.forOrg(principal.org).gates.page(page);
      const found = gates.map((gate) => toApproval(gate, principal, solo));
      return pageFrom(found, ({ id }) => id, limit);
    },
    async getApproval(principal, { id }) {
      await authorise(principal, "gate.read", { kind: "gate", id });
      return read(principal, id);
    },
    async decideApproval(principal, { id, verdict, reason, once }, signal) {
      await authorise(principal, "gate.decide", { kind: "gate", id });
      await read(principal, id);
      requireNoSecret(reason);
      const wish = { do: "vote", gate: id, verdict, ...(reason !== undefined && { reason }) } as const;
      const request = await askTurn(deps, principal, wish, once, signal);
      if (request.state === "pending") return { state: "pending", request };
      return { state: "done", result: await read(principal, id) };
    },
    async getRequest(principal, { id }) {
      await authorise(principal, "gate.read", { kind: "request", id });
      return readRequest(deps, principal, id);
    },
  };
}

/** A reason stands on cards for good: what looks like a key is not kept, as in chat. */
function requireNoSecret(reason = ""): void {
  const found = looksLikeSecret(reason);
  if (found === undefined) return;
  throw new NexusError("secret_in_message", "a reason with a secret in it", {
    say: `The reason holds what looks like a secret (${found.kind}), so I did not store it.`,
    hint: "Send it without; and if it was real, replace it at its source.",
  });
}
