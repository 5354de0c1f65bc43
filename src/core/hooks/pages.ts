import type { Audit } from "#core/audit/audit.ts";
import type { HookDoor, HookScheme } from "#core/contract/hook.ts";
import type { HookId, OrgId } from "#core/contract/ids.ts";
import type { Clock } from "#core/contract/ports.ts";
import type { Vault } from "#core/credentials/vault.ts";
import type { Store, StoredHook } from "#core/store/store.ts";
import { secretPurpose, whyNoSecret } from "./hook-secret.ts";
import type { RevealTokens } from "./reveal-token.ts";

export interface PagesDeps {
  readonly store: Store;
  readonly vault: Pick<Vault, "seal" | "open">;
  readonly audit: Pick<Audit, "recordIn">;
  readonly reveals: Pick<RevealTokens, "read">;
  readonly addressOf: (org: OrgId, hook: HookId) => string;
  readonly secretOf: (hook: StoredHook) => string;
  readonly clock: Clock;
}

/** How the sender is set up, for each way to prove who it is. */
export const HOW: Readonly<Record<HookScheme, string>> = {
  standard: "It signs as Standard Webhooks has it: webhook-id, webhook-timestamp and webhook-signature.",
  github: "At GitHub: Settings, Webhooks, Add webhook. Payload URL, content type application/json, and the secret.",
  timestamped: "It signs the time and the body: “t=…,v1=…” as Stripe does, or v0 as Slack does.",
  gitlab: "At GitLab: Settings, Webhooks, Add new webhook. URL, and the secret as secret token.",
  shared:
    "It sends the secret in the header X-Webhook-Secret, or as Authorization: Bearer. Nothing is signed: keep to HTTPS.",
};

/** What is behind the one-time link of a hook: its address, and its secret once. */
export function createPages(deps: PagesDeps): Pick<HookDoor, "page" | "openPage"> {
  const { store, vault, audit, reveals, addressOf, secretOf } = deps;

  async function find(token: string) {
    const reveal = reveals.read(token);
    const hook = reveal && (await store.forOrg(reveal.org).hooks.get(reveal.hook));
    const isThere = hook !== undefined && hook.state !== "ended" && hook.secret.version === reveal?.version;
    return reveal === undefined || !isThere || hook.isShown ? undefined : { org: reveal.org, hook };
  }

  return {
    async page(token) {
      const found = await find(token);
      if (found === undefined) return undefined;
      const { plan, id } = found.hook;
      const asksSecret = plan.scheme === "timestamped";
      return {
        title: `Hook “${plan.title}”`,
        facts: [
          HOW[plan.scheme],
          ...(asksSecret
            ? [`Its address: ${addressOf(found.org, id)}`, "The sender gives the secret: put it here."]
            : ["One press shows the address and the secret, this once. Have the sender's settings open."]),
        ],
        asksSecret,
      };
    },
    async openPage(token, typed) {
      const found = await find(token);
      if (found === undefined) return { state: "gone" };
      const { org, hook } = found;
      const address = addressOf(org, hook.id);
      const asksSecret = hook.plan.scheme === "timestamped";
      const problem = asksSecret ? whyNoSecret((typed ?? "").trim()) : undefined;
      if (problem !== undefined) return { state: "again", problem };
      const isFirst = await store.transaction(async (inside) => {
        const { hooks } = inside.forOrg(org);
        if (!(await hooks.show(hook.id, hook.secret.version))) return false;
        const version = hook.secret.version + 1;
        if (asksSecret) {
          const sealed = vault.seal((typed ?? "").trim(), secretPurpose(hook.id, version));
          await hooks.renew(hook.id, { sealed, version }, undefined);
          await hooks.show(hook.id, version);
        }
        await audit.recordIn(inside, org, {
          act: "hook.changed",
          outcome: "done",
          actor: { kind: "system", id: "one-time page" },
          subject: { kind: "hook", id: hook.id },
          detail: { what: asksSecret ? "secret_given" : "secret_shown" },
        });
        return true;
      });
      if (!isFirst) return { state: "gone" };
      if (asksSecret) return { state: "kept", address };
      return { state: "shown", address, secret: secretOf(hook), how: HOW[hook.plan.scheme] };
    },
  };
}
