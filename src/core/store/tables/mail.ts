import type { OrgId, PersonId } from "#core/contract/ids.ts";

/** The table of this migration, as Kysely sees it. */
export interface MailTables {
  /** Addresses that people said are theirs. */
  mail_addresses: {
    org_id: OrgId;
    person_id: PersonId;
    address: string;
    /** `asked`: a code was mailed there. `off`: whoever reads there wants nothing more. */
    state: "asked" | "confirmed" | "off";
    /** Of the code that was mailed there; null once it was entered. */
    code_hash: string | null;
    /** How many wrong codes were entered. */
    tries: number;
    asked_at: number;
    expires_at: number;
    confirmed_at: number | null;
  };
}
