import type { ConversationKey, OrgId, PersonId, ProposalId, TurnId } from "#core/contract/ids.ts";

/** The tables of this migration, as Kysely sees them. */
export interface ProposalsTables {
  unmet_intents: {
    id: string;
    org_id: OrgId;
    person_id: PersonId;
    conversation_key: ConversationKey;
    text: string;
    reason: string;
    created_at: number;
    /** Why it was in vain. `ours`: only NEXUS itself could learn it, and no module. */
    kind: "no_capability" | "slot_given_up" | "refused_draft" | "wish" | "ours";
    /** Who read along: nobody, people of the tenant, or others too. */
    audience: "alone" | "members" | "external";
    turn_id: TurnId | null;
    /** As their platform named them, so that they can be told one day. */
    actor_json: string | null;
    conversation_json: string | null;
    /** Their message as the platform names it; null where there is none to be pointed at. */
    message_json: string | null;
    /** The proposal that it counts for. */
    proposal_id: ProposalId | null;
  };
  proposals: {
    id: ProposalId;
    org_id: OrgId;
    code: string;
    label: string;
    /** What it is about, as weights of digests: to be known again, and not to be read. */
    meaning_json: string;
    remedy_json: string;
    /** 1 when most of the requests want something changed. */
    writes: number;
    specification: string | null;
    /** The model that wrote the specification. */
    specification_model: string | null;
    state: "open" | "not_now" | "never" | "building" | "done";
    asks: number;
    askers: number;
    days: number;
    /** The turn that posted its card. */
    card_turn: TurnId | null;
    /** When the turn that shows it was put into the inbox. */
    handed_at: number | null;
    /** When it was last put to people: it can come again. */
    proposed_at: number;
    decided_at: number | null;
    decided_by: PersonId | null;
    created_at: number;
  };
}
