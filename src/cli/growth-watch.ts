import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { ReplyMessage } from "#bot/console/dialogue.ts";
import type { Stage } from "#bot/console/stage.ts";
import type { Action, Reply } from "#core/contract/reply.ts";

/** Follows a build from what is shown of it, until its card is there or it has come to nothing. */
export interface BuildWatch {
  saw(message: ReplyMessage): void;
  /** Whether people can be asked about what came of it. @param answer to what was said: a checklist, or where one is */
  endOf(answer: Reply, stage: Stage): Promise<boolean>;
}

/** Makes a watch that nothing was shown to yet. */
export function watchBuild(): BuildWatch {
  const seen: Reply[] = [];
  let heard = Promise.withResolvers<void>();
  const next = async (stage: Stage, ms: number): Promise<"heard" | "closed" | "late"> => {
    const over = new AbortController();
    const late = sleep(ms, "late" as const, { signal: over.signal }).catch(() => "late" as const);
    const ended = stage.ended.then(() => "closed" as const);
    const outcome = await Promise.race([heard.promise.then(() => "heard" as const), ended, late]);
    over.abort();
    if (outcome === "heard") heard = Promise.withResolvers();
    return outcome;
  };

  return {
    saw({ reply }) {
      seen.push(reply);
      heard.resolve();
    },
    async endOf(answer, stage) {
      const shown = await checklistIn(answer, stage);
      const code = shown && codeOf(shown);
      if (shown === undefined || code === undefined) return false;
      seen.push(shown);
      let end = endIn(seen, code);
      while (end === undefined) {
        const outcome = await next(stage, ASK_AGAIN_MS);
        if (outcome === "closed") return false;
        // Its checklist may be redrawn in another place than this.
        if (outcome === "late") await stage.ask({ type: "say", id: randomUUID(), text: `build ${code}`, files: [] });
        end = endIn(seen, code);
      }
      if (!PASSED.test(end.summary)) return false;
      while (!seen.some(isCardOrWord)) if ((await next(stage, CARD_MS)) !== "heard") break;
      return true;
    },
  };
}

/** How long nothing is heard of a build before it is asked about. */
const ASK_AGAIN_MS = 15_000;
/** The card is posted with the end of the checklist: where it goes elsewhere, and no word of that comes, this is waited. */
const CARD_MS = 10_000;

/** Whether an answer leads to a checklist that is worked on. */
export function isFollowed(reply: Reply): boolean {
  return isUnderWay(reply) || showing(reply) !== undefined;
}

/** The checklist itself, also of a build that somebody else began. */
async function checklistIn(answer: Reply, stage: Stage): Promise<Reply | undefined> {
  const show = showing(answer);
  if (show === undefined) return answer;
  const shown = await stage.ask({ type: "press", id: randomUUID(), token: show.token });
  return shown.kind === "replied" ? shown.message.reply : undefined;
}

function showing(reply: Reply): Extract<Action, { type: "button" }> | undefined {
  const found = actionsOf(reply).find(({ label }) => label === "Show It");
  return found?.type === "button" ? found : undefined;
}

function endIn(seen: readonly Reply[], code: string): Reply | undefined {
  return seen.findLast((reply) => codeOf(reply) === code && !isUnderWay(reply));
}

/** `Built a module: pets (build W7K3): …` */
function codeOf({ summary }: Reply): string | undefined {
  return /\(build ([A-Z0-9]{4})\)/.exec(summary)?.[1];
}

const PASSED = /^(?:Built|Checked)(?: a module| and installed):/;

/** What can still be stopped is under way. */
function isUnderWay(reply: Reply): boolean {
  return actionsOf(reply).some(({ label }) => label === "Stop");
}

/** The card that asks for approval, or the word that it stands elsewhere. */
function isCardOrWord({ card, summary }: Reply): boolean {
  return card !== undefined || summary.startsWith("That needs an approval first.");
}

function actionsOf({ parts }: Reply): Action[] {
  return parts.flatMap((part) => (part.type === "actions" ? part.items : []));
}
