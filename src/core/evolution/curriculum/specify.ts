import { channelOf } from "#core/contract/message.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { OrgId } from "#core/contract/ids.ts";
import { proposalPrompt } from "#core/llm/prompts/proposal-prompt.ts";
import type { Remedy } from "./curriculum.ts";
import type { CurriculumDeps } from "./curriculum-deps.ts";
import type { Ask } from "./needs.ts";

/** What is to be specified. */
export interface ToSpecify {
  readonly org: OrgId;
  readonly label: string;
  readonly remedy: Remedy;
  readonly asks: readonly Ask[];
  /** By the id of a request: whether everybody may read where it was made. */
  readonly opened: ReadonlyMap<string, boolean>;
}

/** A model's draft of what a module should do; undefined where none may be asked, or none gave a usable one. */
export type Specify = (
  what: ToSpecify,
  signal: AbortSignal,
) => Promise<{ readonly text: string; readonly by: string } | undefined>;

/** What a model is told of: enough to see what they have in common. */
const MOST_TOLD = 12;
const PATIENCE_MS = 60_000;

/**
 * Makes the drafting. A model is told only what everybody may read, so that it cannot repeat anything else; and where any
 * of the requests was made elsewhere, only a model inside the building is asked at all.
 */
export function createSpecify({ drafting, clock, log }: Pick<CurriculumDeps, "drafting" | "clock" | "log">): Specify {
  return async ({ org, label, remedy, asks, opened }, signal) => {
    if (drafting === undefined || drafting.models.all().length === 0) return undefined;
    const told = asks.filter(({ unmet }) => opened.get(unmet.id) === true).slice(0, MOST_TOLD);
    const newest = told.at(-1)?.unmet;
    if (newest?.said === undefined) return undefined;
    const channels = new Map(told.flatMap(({ unmet }) => (unmet.said ? [[channelOf(unmet.said.place), true]] : [])));
    const rules = await Promise.all([...channels.keys()].map((channel) => drafting.where(org, channel)));
    const [first] = rules;
    if (first?.tier === undefined || rules.some(({ spending, tier }) => !spending || tier === undefined)) {
      return undefined;
    }
    const channel = channelOf(newest.said.place);
    try {
      const answer = await drafting.gateway.ask(
        {
          ...proposalPrompt({
            label,
            source: remedy.kind === "words" ? undefined : remedy.title,
            texts: told.map(textOf),
          }),
          asker: { org, turn: newest.said.turn, person: newest.person, channel },
          tier: first.tier,
          staysInside: told.length < asks.length || rules.some(({ staysInside }) => staysInside),
          ...(first.models && { models: first.models }),
          deadline: new Date(clock().getTime() + PATIENCE_MS),
        },
        signal,
      );
      if (!answer.ok || answer.value === undefined) return undefined;
      return { text: answer.value.specification, by: answer.model.name };
    } catch (error) {
      signal.throwIfAborted();
      // A proposal is worth having without a draft.
      if (!(error instanceof NexusError)) throw error;
      log.warn({ err: error, org }, "a proposal could not be drafted");
      return undefined;
    }
  };
}

function textOf({ unmet }: Ask): string {
  return unmet.text;
}
