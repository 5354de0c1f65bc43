import { z } from "zod";
import type { Gate } from "#core/approval/approval.ts";
import { approversOf } from "#core/approval/judge.ts";
import type { GateState } from "#core/contract/gate.ts";
import type { Conversation } from "#core/contract/message.ts";
import { moment } from "#core/contract/moment.ts";
import { whoMay } from "#core/contract/permission.ts";
import type { Action, Part, Reply } from "#core/contract/reply.ts";
import { buttons } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { gateToActionId, type TokenReader } from "#core/orchestrator/token.ts";
import { isUnread } from "./gate-terms.ts";

/** What a card shows of its subject: made when it was asked for, and kept beside the hash. */
export const Facts = z.object({
  items: z.array(z.object({ label: z.string(), value: z.string() })),
  /** What the button that approves says. */
  approve: z.string(),
  /** What the other two buttons say where it is not Reject and Details. */
  reject: z.string().exactOptional(),
  details: z.string().exactOptional(),
  /** Words that nobody checked: shown last, and labelled as whose they are. */
  said: z.object({ by: z.string(), text: z.string() }).exactOptional(),
  /** What somebody was worried about who read it, shown the same way; and how many more worries its files hold. */
  worries: z.object({ by: z.string(), lines: z.array(z.string()).min(1), more: z.int().min(0) }).exactOptional(),
  /** Asked once more before an approval counts. */
  confirm: z.object({ title: z.string(), text: z.string(), ok: z.string() }).exactOptional(),
  /** The values belong to the author alone: Details tells them to whoever may decide. */
  isPrivate: z.boolean(),
});
export type Facts = z.infer<typeof Facts>;

/** What a card shows that does not stand in its request. */
export interface CardView {
  /** What its rules are beside who must agree, a line each. */
  readonly lines?: readonly string[];
  /** The request that took its place. */
  readonly newer?: string | undefined;
  /** What came of it, where that is more than what was decided; and what can be done about it. */
  readonly outcome?: string;
  readonly actions?: readonly Action[];
}

/** The card of an approval as it is now, for one place. Its first line names the action and its scope. */
export function gateCard(tokens: TokenReader, gate: Gate, place: Conversation, view: CardView = {}): Reply {
  const facts = Facts.parse(gate.facts);
  const isOpen = gate.state === "open";
  const outcome = isOpen ? undefined : (view.outcome ?? outcomeOf(gate, view.newer));
  const items = [
    ...facts.items,
    { label: "Asked by", value: inert(gate.authorActor.displayName) },
    ...(isOpen ? [{ label: "Approvals", value: progress(gate) }] : []),
    { label: "Fingerprint", value: gate.subjectSha256.slice(0, 12) },
  ];
  const parts: Part[] = [
    { type: "heading", text: gate.title },
    ...(outcome === undefined ? [] : [{ type: "notice", tone: TONES[gate.state], text: outcome } as const]),
    { type: "fields", items },
    ...(facts.worries === undefined ? [] : worryParts(facts.worries)),
    ...(facts.said === undefined ? [] : saidParts(facts.said)),
    ...(isOpen
      ? [
          ...(view.lines ?? []).map((markdown) => ({ type: "context", markdown }) as const),
          { type: "context", markdown: textPath(gate) } as const,
          ...buttons(gateButtons(tokens, gate, place)),
        ]
      : buttons(view.actions ?? [])),
  ];
  return {
    summary: isOpen ? `Approval needed: ${gate.title}` : `${gate.title}: ${outcome ?? ""}`,
    parts,
    visibility: "everyone",
    card: { gate: gate.id, state: isOpen ? "open" : "closed" },
  };
}

/** Approve, Reject and Details, for a card or a list. Nothing is approved before all of it can be read. */
export function gateButtons(tokens: TokenReader, gate: Gate, place: Conversation): Action[] {
  const { approve, reject = "Reject", details = "Details", confirm } = Facts.parse(gate.facts);
  const token = (verb: "apv" | "rej" | "gdt") => tokens.mint(verb, gateToActionId(gate.id), place);
  const yes = { type: "button", label: approve, token: token("apv"), style: "primary" } as const;
  return [
    ...(isUnread(gate) ? [] : [{ ...yes, ...(confirm && { confirm }) }]),
    { type: "button", label: reject, token: token("rej") },
    { type: "button", label: details, token: token("gdt") },
  ];
}

/** What became of a request, who decided and when, in one line that pings nobody. */
export function outcomeOf(gate: Gate, newer?: string): string {
  const at = gate.decided === undefined ? "" : ` · ${moment(gate.decided.at, "date_time")}`;
  switch (gate.state) {
    case "open":
      return "It waits for a decision.";
    case "approved":
      return `Approved by ${namesOf(gate, "approve")}${at}`;
    case "rejected":
      return `Rejected by ${namesOf(gate, "reject")}${at}. I didn't ${doIt(gate)}.${reasonOf(gate)}`;
    case "withdrawn":
      return `Withdrawn${at}. I didn't ${doIt(gate)}.${reasonOf(gate)}`;
    case "expired":
      return `Timed out${at}. I didn't ${doIt(gate)}.`;
    case "superseded":
      return `Superseded${at}: ${newer === undefined ? "what it was about has changed" : `request ${newer} took its place`}.`;
    default:
      return gate.state satisfies never;
  }
}

/** What is not done when a request fails. */
export function doIt({ kind }: Pick<Gate, "kind">): string {
  return { effect: "run it", module: "switch it", quota: "raise it", install: "install it" }[kind];
}

/** `1 of 2 so far, by operators, admins and owners; expires …` */
export function progress(gate: Gate): string {
  const { approvals, role, notAuthor } = gate.policy;
  const but = notAuthor ? ", but not by who asked" : "";
  return `${approversOf(gate).size} of ${approvals}, by ${whoMay(role)}${but}; expires ${moment(gate.expiresAt, "date_time")}`;
}

function worryParts({ by, lines, more }: NonNullable<Facts["worries"]>): Part[] {
  const rest = more === 0 ? "" : `\n… and ${more} more in review.txt`;
  return [
    { type: "context", markdown: `The reviewer, ${inert(by)}, was worried about (not checked):` },
    { type: "code", text: `${lines.map((line) => `- ${inert(line)}`).join("\n")}${rest}` },
  ];
}

function saidParts({ by, text }: NonNullable<Facts["said"]>): Part[] {
  return [
    { type: "context", markdown: `Written by ${inert(by)}, not checked:` },
    // As code and not as prose, so that nothing in it can be taken for a line of this card.
    { type: "code", text: inert(text) },
  ];
}

/** How it is decided where its buttons are out of reach. */
export function textPath(gate: Gate): string {
  const { code } = gate;
  if (isUnread(gate)) {
    return `Approve appears here once the full source has reached you. \`details ${code}\` shows it too, \`reject ${code} because …\` ends this.`;
  }
  return `Or say \`approve ${code}\`, \`reject ${code} because …\` or \`details ${code}\`.`;
}

/** Who said so, by name, in the order they did. */
export function namesOf(gate: Gate, verdict: "approve" | "reject"): string {
  const names = gate.votes.filter((vote) => vote.verdict === verdict).map(({ displayName }) => inert(displayName));
  return names.length < 2 ? (names[0] ?? "nobody") : `${names.slice(0, -1).join(", ")} and ${names.at(-1) ?? ""}`;
}

function reasonOf(gate: Gate): string {
  const reason = gate.votes.find(({ verdict }) => verdict === "reject")?.reason;
  return reason === undefined ? "" : ` Reason: ${inert(reason)}`;
}

const TONES = {
  open: "info",
  approved: "success",
  rejected: "warning",
  expired: "warning",
  superseded: "info",
  withdrawn: "info",
} as const satisfies Record<GateState, "info" | "success" | "warning">;
