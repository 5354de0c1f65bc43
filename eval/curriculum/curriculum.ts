import { parseArgs } from "node:util";
import { atLeast, exactly, type Report, reportOf, round } from "#bench/report.ts";
import type { Measurement } from "#bench/run.ts";
import type { Proposal } from "#core/evolution/curriculum/curriculum.ts";
import { readManifests } from "#eval/understanding.ts";
import { leaksIn } from "./leaks.ts";
import { PARTS, type ConversationsPart, readConversations } from "./conversations.ts";
import { type Played, playOrg } from "./played.ts";

/** One proposal, the need it is mostly about, and whether it should have been made. */
export interface JudgedProposal {
  readonly org: string;
  readonly proposal: Proposal;
  /** Undefined when no need has most of its messages. */
  readonly need: string | undefined;
  readonly isRight: boolean;
  /** Of its messages, how many are of that need; 0 to 1. */
  readonly purity: number;
}

/** What came of one part of the conversations. */
export interface JudgedPart {
  readonly part: ConversationsPart;
  readonly proposals: readonly JudgedProposal[];
  readonly wanted: readonly string[];
  readonly missed: readonly string[];
  readonly messages: number;
  readonly needs: number;
  readonly leaks: readonly string[];
  readonly cards: number;
}

/** What people need, found in conversations that were labelled by hand. */
export const curriculumEval: Measurement = {
  name: "curriculum",
  options: "[--part tune|held-out] [--mistakes]",
  purpose:
    "which modules are proposed from labelled conversations, and that no card shows what its viewer may not read",
  async run(args) {
    const { values } = parseArgs({
      args,
      options: { part: { type: "string" }, mistakes: { type: "boolean", default: false } },
    });
    const parts = PARTS.filter((part) => values.part === undefined || values.part === part);
    const judged = [];
    for (const part of parts) judged.push(await judgePart(part));
    if (values.mistakes) for (const line of judged.flatMap(mistakesOf)) console.log(line);
    return reportOn(judged);
  },
};

/** Without a cap: what is measured is what would be proposed in time. */
const NO_CAP = 100;

/** Plays and judges one part. */
export async function judgePart(part: ConversationsPart): Promise<JudgedPart> {
  const manifests = await readManifests();
  const orgs = await readConversations(part);
  const all: JudgedProposal[] = [];
  const leaks: string[] = [];
  let cards = 0;
  for (const label of orgs) {
    await using played = await playOrg(label, manifests, NO_CAP);
    all.push(...(await judge(played)));
    const shown = await leaksIn(played);
    leaks.push(...shown.leaks);
    cards += shown.cards;
  }
  const wanted = orgs.flatMap(({ org, needs }) =>
    needs.flatMap(({ need, expect }) => (expect === "propose" ? [`${org}/${need}`] : [])),
  );
  const found = new Set(all.flatMap(({ org, need, isRight }) => (isRight ? [`${org}/${need ?? ""}`] : [])));
  return {
    part,
    proposals: all,
    wanted,
    missed: wanted.filter((need) => !found.has(need)),
    messages: orgs.reduce((sum, { needs }) => sum + needs.reduce((count, { said }) => count + said.length, 0), 0),
    needs: orgs.reduce((sum, { needs }) => sum + needs.length, 0),
    leaks,
    cards,
  };
}

/** A proposal is right when most of its messages are of one need that should be proposed, and it is the first that is. */
async function judge({ label, store, org, proposals, needOf }: Played): Promise<JudgedProposal[]> {
  const taken = new Set<string>();
  const judged: JudgedProposal[] = [];
  for (const proposal of proposals.toReversed()) {
    const asks = await store.forOrg(org).unmet.of(proposal.id, 1_000);
    const counts = new Map<string, number>();
    for (const { text } of asks) {
      const need = needOf.get(text) ?? "";
      counts.set(need, (counts.get(need) ?? 0) + 1);
    }
    const [most] = [...counts].toSorted(([, a], [, b]) => b - a);
    const purity = (most?.[1] ?? 0) / (asks.length || 1);
    const need = most !== undefined && purity > HALF ? most[0] : undefined;
    const expected = label.needs.find((each) => each.need === need)?.expect === "propose";
    const isRight = need !== undefined && expected && !taken.has(need);
    if (need !== undefined) taken.add(need);
    judged.push({ org: label.org, proposal, need, isRight, purity });
  }
  return judged;
}

const HALF = 0.5;

function reportOn(parts: readonly JudgedPart[]): Report {
  const figures: Record<string, number | string> = {
    needs: sum(parts, ({ needs }) => needs),
    messages: sum(parts, ({ messages }) => messages),
    "cards drawn": sum(parts, ({ cards }) => cards),
  };
  const bars = [];
  for (const { part, proposals, wanted, missed, leaks } of parts) {
    const right = proposals.filter(({ isRight }) => isRight).length;
    const precision = round(right / Math.max(proposals.length, 1), 3);
    const recall = round((wanted.length - missed.length) / Math.max(wanted.length, 1), 3);
    const purity = round(sum(proposals, (one) => one.purity) / Math.max(proposals.length, 1), 3);
    Object.assign(figures, {
      [`${part}: proposals`]: proposals.length,
      [`${part}: that should be made`]: wanted.length,
      [`${part}: messages of a proposal that belong together`]: purity,
    });
    bars.push(
      atLeast(`${part}: precision`, precision, 0.8),
      atLeast(`${part}: recall`, recall, 0.6),
      exactly(`${part}: texts shown to whom they are not for`, leaks.length, 0),
    );
  }
  return reportOf("curriculum", figures, bars);
}

function mistakesOf({ part, proposals, missed, leaks }: JudgedPart): string[] {
  return [
    ...proposals.map(
      ({ org, need, isRight, purity, proposal }) =>
        `${isRight ? "  " : "✗ "}${part} ${org}: “${proposal.label}” is ${need ?? "no one need"} (${round(purity)}), ${proposal.remedy.kind}`,
    ),
    ...missed.map((need) => `– ${part} missed ${need}`),
    ...leaks.map((leak) => `! ${part} ${leak}`),
  ];
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
