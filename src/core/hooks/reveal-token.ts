import { createHmac, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { HookId, OrgId } from "#core/contract/ids.ts";
import type { Clock } from "#core/contract/ports.ts";

/** For which secret a one-time link is, and until when it works. */
export interface Reveal {
  readonly org: OrgId;
  readonly hook: HookId;
  readonly version: number;
}

/** The links by which the address and the secret of a hook are seen once, outside of any chat. */
export interface RevealTokens {
  /** What stands for a link in a reply on its way: it opens nothing. */
  markOf(reveal: Reveal): string;
  /** The token of a link: it follows from its mark and a key, so that nothing on the disk has to hold it. */
  tokenOf(mark: string): string;
  /** Which secret a token is for; undefined for one that is not ours, or too old. */
  read(token: string): Reveal | undefined;
}

/** How long a link works; ms. */
export const REVEAL_LIFE_MS = 10 * 60_000;
const Body = z.tuple([OrgId, HookId, z.coerce.number().int(), z.coerce.number().int()]);

/** Makes them. @param key 32 bytes, of its own */
export function createRevealTokens({ key, clock }: { readonly key: Buffer; readonly clock: Clock }): RevealTokens {
  const tag = (mark: string): string => createHmac("sha256", key).update(mark).digest("base64url");
  return {
    markOf: ({ org, hook, version }) =>
      [org, hook, String(version), String(clock().getTime() + REVEAL_LIFE_MS)].join("."),
    tokenOf: (mark) => `${mark}.${tag(mark)}`,
    read(token) {
      const at = token.lastIndexOf(".");
      const mark = token.slice(0, Math.max(0, at));
      const [wanted, given] = [Buffer.from(tag(mark)), Buffer.from(token.slice(at + 1))];
      if (wanted.length !== given.length || !timingSafeEqual(wanted, given)) return undefined;
      const body = Body.safeParse(mark.split("."));
      if (!body.success) return undefined;
      const [org, hook, version, until] = body.data;
      return until > clock().getTime() ? { org, hook, version } : undefined;
    },
  };
}
