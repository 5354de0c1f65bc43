import { createHash } from "node:crypto";
import { type OrgId, ScheduleId } from "./ids.ts";

/** The id of a schedule of the operator's file. The same name is the same schedule after every start: a UUIDv7 whose bits are those of the name. */
export function declaredScheduleId(org: OrgId, name: string): ScheduleId {
  const hex = createHash("sha256").update(`${org} ${name}`).digest("hex");
  return ScheduleId.parse(
    `${hex.slice(0, 8)}-${hex.slice(8, 12)}-7${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`,
  );
}
