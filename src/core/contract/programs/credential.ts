import { z } from "zod";
import { ModuleName, PersonId } from "#core/contract/ids.ts";
import { Moment } from "./page.ts";

/** What may be told of a credential: never its value. */
export const CredentialResource = z.object({
  name: ModuleName,
  /** Whose it is; absent, the org's. */
  owner: PersonId.exactOptional(),
  hint: z.string(),
  updatedAt: Moment,
  expiresAt: Moment.exactOptional(),
  /** Whether its source said so, one like it ended about then before, or that source usually ends one then. */
  expiryIs: z.enum(["stated", "learnt", "assumed"]).exactOptional(),
  /** Since when its source does not take it. */
  refusedAt: Moment.exactOptional(),
  grantedTo: z.union([z.literal("everyone"), z.array(PersonId)]),
});
export type CredentialResource = z.infer<typeof CredentialResource>;

/** A credential as it was kept, and what one harmless call with it came to. */
export const CredentialKept = z.object({
  credential: CredentialResource,
  tested: z.enum(["works", "unknown"]),
  /** Why it is not known whether it works. */
  say: z.string().exactOptional(),
});
export type CredentialKept = z.infer<typeof CredentialKept>;

/** Whose credential is meant: the caller's own, or the org's. */
export const CredentialOwner = z.enum(["me", "org"]);
export const CredentialParams = z.strictObject({ name: ModuleName });
export const CredentialQuery = z.strictObject({ owner: CredentialOwner.default("me") });

/** The value of a credential. It is written and never read back. */
export const CredentialBody = z.strictObject({
  value: z.string().min(1).max(8_192).meta({ writeOnly: true }),
});

/** For whom a credential is opened or closed. */
export const GrantBody = z.strictObject({ to: z.union([z.literal("everyone"), PersonId]) });
