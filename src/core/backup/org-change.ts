import type { Json } from "#core/contract/json.ts";

/** One value that an import would change. */
export interface OrgChange {
  readonly section: string;
  readonly title: string;
  readonly key: string;
  readonly kind: "added" | "changed" | "removed";
  readonly from: Json | undefined;
  readonly to: Json | undefined;
}
