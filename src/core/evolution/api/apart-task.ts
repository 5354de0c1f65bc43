import { z } from "zod";
import { ERRORS, type ErrorCode } from "#core/contract/errors.ts";
import type { WriteWish, WrittenModule } from "#core/evolution/writer/written-module.ts";
import type { ApiDescription } from "./api-description.ts";
import { ApiMaterial } from "./api-material.ts";
import { isRecord, part } from "./look.ts";

/** What is done in a process of its own: a description, and with a wish a module for it. */
export const ApartTask = z.strictObject({
  material: ApiMaterial,
  wish: z.custom<WriteWish>((value) => isRecord(value) && Array.isArray(part(value, "taken"))).optional(),
});
export type ApartTask = z.infer<typeof ApartTask>;

/** What came of it. The process runs our own code: its word counts, whatever the document did to it. */
export const ApartResult = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("described"),
    api: z.custom<ApiDescription>((value) => Array.isArray(part(value, "operations"))),
  }),
  z.strictObject({
    kind: z.literal("written"),
    written: z.custom<WrittenModule>((value) => part(value, "entries") instanceof Map),
  }),
  z.strictObject({
    kind: z.literal("failed"),
    code: z.custom<ErrorCode>((value) => typeof value === "string" && Object.hasOwn(ERRORS, value)),
    detail: z.string(),
    say: z.string(),
    hint: z.string(),
  }),
]);
export type ApartResult = z.infer<typeof ApartResult>;
