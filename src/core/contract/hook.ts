import { z } from "zod";
import { CapabilityName, ModuleName } from "./ids.ts";
import { JsonObject } from "./json.ts";
import { Actor, Conversation } from "./message.ts";

/**
 * How a program outside proves that it is who it says: Standard Webhooks; GitHub's signature; a signature over the time
 * and the body, as Stripe's and Slack's; GitLab's token; a shared secret in a header.
 */
export const HOOK_SCHEMES = ["standard", "github", "timestamped", "gitlab", "shared"] as const;
export const HookScheme = z.enum(HOOK_SCHEMES);
export type HookScheme = z.infer<typeof HookScheme>;

/** Who says what came, so that it can be put into words; `any` for whatever else. */
export const HOOK_FORMATS = ["github", "gitlab", "slack", "alertmanager", "any"] as const;
export const HookFormat = z.enum(HOOK_FORMATS);
export type HookFormat = z.infer<typeof HookFormat>;

/** Where something stands in what came: `repository.full_name`, `alerts.0.status`. */
export const HookPath = z
  .string()
  .max(200)
  .regex(
    /^[A-Za-z0-9_$-]{1,60}(?:\.[A-Za-z0-9_$-]{1,60}){0,9}$/,
    "names and numbers with dots between, as in repository.name",
  );
export type HookPath = z.infer<typeof HookPath>;

/** What is done with a delivery. */
export const HookTask = z.discriminatedUnion("do", [
  /** Says what came, in the words that its kind has. */
  z.strictObject({ do: z.literal("tell"), format: HookFormat }),
  /** Says it in the words of a template: `{{repository.full_name}}` is filled in. */
  z.strictObject({ do: z.literal("template"), text: z.string().min(1).max(1_000) }),
  /** Runs a capability with what came in the named slots, beside what is fixed. */
  z.strictObject({
    do: z.literal("run"),
    module: ModuleName,
    capability: CapabilityName,
    input: JsonObject,
    slots: z.record(z.string().max(60), HookPath),
  }),
]);
export type HookTask = z.infer<typeof HookTask>;

/** A hook as somebody sets it: whole, so that taking a change back is exact. */
export const HookPlan = z.strictObject({
  title: z.string().min(1).max(80),
  scheme: HookScheme,
  task: HookTask,
  /** Whose rights it works with, as their platform names them; looked up anew for each delivery. */
  actor: Actor,
  /** Where it posts. */
  place: Conversation,
});
export type HookPlan = z.infer<typeof HookPlan>;

export const HookState = z.enum(["on", "paused", "ended"]);
export type HookState = z.infer<typeof HookState>;

/** One delivery to a hook. */
export const HookDeliveryId = z.uuidv7().brand<"HookDeliveryId">();
export type HookDeliveryId = z.infer<typeof HookDeliveryId>;

/**
 * `dropped`: it came while the hook was paused or ended. `dead`: it failed as often as it is tried. `proof`: the sender
 * tried the address, and there was nothing to tell.
 */
export const HookDeliveryState = z.enum(["waiting", "done", "dropped", "dead", "proof"]);
export type HookDeliveryState = z.infer<typeof HookDeliveryState>;

/** What a program sent to a hook, before anything of it is believed. */
export interface HookRequest {
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/** What a program is told of what it sent. Whoever cannot sign learns nothing, not even whether there is such a hook. */
export type HookAnswer =
  | { readonly state: "taken" }
  /** It has been taken before. */
  | { readonly state: "known" }
  /** Its sender tried the address; the challenge, where there is one, is to be said back. */
  | { readonly state: "proven"; readonly challenge?: string }
  /** It is from whom it says, but nothing is taken at the moment. */
  | { readonly state: "paused" }
  | { readonly state: "refused" }
  | { readonly state: "unreadable"; readonly say: string }
  | { readonly state: "full"; readonly retryAfterS: number };

/** What is behind the one-time page of a hook. */
export interface HookPage {
  readonly title: string;
  readonly facts: readonly string[];
  /** The sender gives the secret, so it is asked for; else it is shown. */
  readonly asksSecret: boolean;
}

/** What the page shows once. */
export type HookShown =
  | { readonly state: "gone" }
  | { readonly state: "kept"; readonly address: string }
  | { readonly state: "again"; readonly problem: string }
  | { readonly state: "shown"; readonly address: string; readonly secret: string; readonly how: string };

/** What the door for programs uses of hooks. */
export interface HookDoor {
  /** Takes what a program sent; it is on the disk when that resolves to `taken`. */
  receive(org: string, hook: string, request: HookRequest): Promise<HookAnswer>;
  /** What stands behind a one-time link. Looking changes nothing. */
  page(token: string): Promise<HookPage | undefined>;
  /** Shows the secret, or keeps the one that was typed: once. */
  openPage(token: string, typed: string | undefined): Promise<HookShown>;
}
