import { z } from "zod";
import { wrong, type SlackAnswer } from "./answer.ts";
import type { Team } from "./workspace.ts";

/** Who calls a method: the team its token belongs to, and where the call came from. */
export interface Caller {
  readonly team: Team;
  readonly token: string;
  /** The person the token speaks for; undefined for the bot. */
  readonly user: string | undefined;
  readonly scopes: readonly string[];
}

/** One Web API method. */
export interface Method {
  /** Which tokens it takes. `none`: it is called without one. */
  readonly token: "bot" | "app" | "none";
  /** Any one of these is enough; empty means no scope is needed. */
  readonly scopes: readonly string[];
  run(args: Readonly<Record<string, unknown>>, caller: Caller): SlackAnswer | Promise<SlackAnswer>;
}

/** Defines a method that refuses every argument its schema does not name. */
export function method<Args extends z.ZodRawShape>(
  needs: { readonly token?: Method["token"]; readonly scopes?: readonly string[] },
  shape: Args,
  run: (args: z.output<z.ZodObject<Args, z.core.$strict>>, caller: Caller) => SlackAnswer | Promise<SlackAnswer>,
): Method {
  const schema = z.strictObject(shape);
  return {
    token: needs.token ?? "bot",
    scopes: needs.scopes ?? [],
    run(args, caller) {
      const read = schema.safeParse(args);
      if (read.success) return run(read.data, caller);
      const unknown = read.error.issues.find(({ code, path }) => code === "unrecognized_keys" && path.length === 0);
      if (unknown !== undefined) return wrong("unknown_argument", unknown.message);
      return wrong("invalid_arguments", z.prettifyError(read.error));
    },
  };
}

/** A boolean as JSON or as a form field. */
export const flag = z
  .union([z.boolean(), z.enum(["true", "false", "1", "0"])])
  .transform((value) => value === true || value === "true" || value === "1");

/** A whole number as JSON or as a form field. */
export const count = z.union([z.number().int(), z.string().regex(/^\d+$/)]).transform(Number);

/** A structure as JSON, or as JSON in a form field. */
export function structure<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess((value) => {
    if (typeof value !== "string") return value;
    try {
      return JSON.parse(value);
    } catch {
      return value;
    }
  }, schema);
}

/** Blocks, read as they are: Block Kit's own rules are checked elsewhere. */
export const blocksArgument = structure(z.array(z.unknown()));
