import { createHmac, timingSafeEqual } from "node:crypto";
import { OrgId } from "#core/contract/ids.ts";
import type { Clock } from "#core/contract/ports.ts";
import { hashLinkCode, newLinkCode, readLinkCode } from "./link-code.ts";

/** A code to be mailed to an address, and typed back by whose it is. */
export interface MailCode {
  readonly code: string;
  readonly hash: string;
  readonly expiresAt: Date;
}

/** Proves that an address is somebody's, and that a wish to hear no more comes from a mail of ours. */
export interface MailDesk {
  /** Whether mails can be sent at all. */
  readonly isSetUp: boolean;
  /** Parts behind the @ at which admins may write to addresses that are nobody's own. */
  readonly domains: readonly string[];
  newCode(): MailCode;
  /** How a code that was typed is kept; undefined when it can be none. */
  hashOf(typed: string): string | undefined;
  /** What stands in the link that ends mails to an address. It says nothing else of anybody. */
  endToken(org: OrgId, address: string): string;
  /** Whose mails a link is to end; undefined for one that is not ours. */
  readEnd(token: string): { readonly org: OrgId; readonly address: string } | undefined;
}

export interface MailDeskDeps {
  /** 32 bytes, of its own. */
  readonly key: Buffer;
  readonly isSetUp: boolean;
  readonly domains: readonly string[];
  readonly clock: Clock;
  readonly randomBytes: (size: number) => Uint8Array;
}

/** How long a code works: mail may be slow; ms. */
const CODE_LIFE_MS = 60 * 60_000;

/** Makes the desk. */
export function createMailDesk({ key, isSetUp, domains, clock, randomBytes }: MailDeskDeps): MailDesk {
  const tag = (body: string): string => createHmac("sha256", key).update(`end\0${body}`).digest("base64url");
  return {
    isSetUp,
    domains,
    newCode() {
      const code = newLinkCode(randomBytes);
      return { code, hash: hashLinkCode(key, code), expiresAt: new Date(clock().getTime() + CODE_LIFE_MS) };
    },
    hashOf(typed) {
      const code = readLinkCode(typed);
      return code === undefined ? undefined : hashLinkCode(key, code);
    },
    endToken(org, address) {
      const body = Buffer.from(`${org} ${address}`).toString("base64url");
      return `${body}.${tag(body)}`;
    },
    readEnd(token) {
      const [body = "", given = ""] = token.split(".");
      const [wanted, presented] = [Buffer.from(tag(body)), Buffer.from(given)];
      if (wanted.length !== presented.length || !timingSafeEqual(wanted, presented)) return undefined;
      const text = Buffer.from(body, "base64url").toString();
      const space = text.indexOf(" ");
      const org = OrgId.safeParse(text.slice(0, space));
      return org.success ? { org: org.data, address: text.slice(space + 1) } : undefined;
    },
  };
}
