import { z } from "zod";
import { GateId, ModuleName, PersonId, Sha256 } from "#core/contract/ids.ts";
import { Moment } from "./page.ts";

/** One version of a module that was live here at some time. */
export const ModuleVersionResource = z.object({
  version: z.string(),
  sha256: Sha256,
  installedAt: Moment,
  approval: GateId.exactOptional(),
  approvedBy: z.array(PersonId),
  isLive: z.boolean(),
  /** Why it can never run here again. */
  revoked: z.string().exactOptional(),
});
export type ModuleVersionResource = z.infer<typeof ModuleVersionResource>;

export const ModuleVersionsResource = z.object({ name: ModuleName, versions: z.array(ModuleVersionResource) });
export type ModuleVersionsResource = z.infer<typeof ModuleVersionsResource>;

const Exact = z.object({ version: z.string(), sha256: Sha256 });

/** What undoing the last change of a module would do, before anybody says so. */
export const UndoResource = z.object({
  name: ModuleName,
  from: Exact.exactOptional(),
  /** Absent: it was not there before, and goes. */
  to: Exact.exactOptional(),
  /** When its data was kept last; it comes back with it. */
  snapshotAt: Moment.exactOptional(),
  /** Calls that run now end on the version they began with. */
  running: z.number().int(),
  /** What it did outside stays done. */
  cannotUndo: z.array(z.string()),
});
export type UndoResource = z.infer<typeof UndoResource>;

/** A module of an index to be installed; left out, the newest version, of the first index that has it. */
export const InstallBody = z.strictObject({
  module: ModuleName,
  version: z
    .string()
    .regex(/^\d{1,9}\.\d{1,9}\.\d{1,9}$/)
    .exactOptional(),
  index: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,29}$/)
    .exactOptional(),
});
export type InstallBody = z.infer<typeof InstallBody>;

/** Which exact bytes are forbidden, and why. */
export const RevokeBody = z.strictObject({ sha256: Sha256, why: z.string().max(300).exactOptional() });

/** Whether a module is kept at its version. */
export const PinBody = z.strictObject({ pinned: z.boolean() });
