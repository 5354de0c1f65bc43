import { channelOf, type Conversation } from "#core/contract/message.ts";
import { wholePlace } from "#core/contract/whole-place.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { channelIn } from "#core/orchestrator/usage/limit-command.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import { reminderPlace } from "./plan-reminders.ts";
import type { SaidPlace } from "./wish-schedules.ts";

/**
 * Where a schedule is to post: here, where only its person reads, or in a channel where both they and NEXUS are; else why
 * not, in words.
 */
export async function schedulePlace(
  deps: Pick<OrchestratorDeps, "store" | "findPlace">,
  scene: Scene,
  said: SaidPlace | undefined,
): Promise<{ readonly place: Conversation } | { readonly refused: string }> {
  const { conversation, actor, turn } = scene;
  // A program speaks from nowhere: what it sets up for its person goes to where they speak with NEXUS alone.
  if (conversation.platform === "api" && (said === undefined || typeof said === "string")) {
    const [alone] = said === "me" ? await deps.store.meteringUpkeep.privatePlaces(turn.org, [actor.id]) : [];
    return alone === undefined
      ? {
          refused:
            "Say where: a channel by its name, as in `in #standup`, or `to me` where you have spoken with me alone.",
        }
      : { place: alone.conversation };
  }
  if (conversation.kind === "console" && (said === undefined || typeof said === "string")) {
    const terminal = await deps.findPlace(actor, "terminal", turn.signal);
    return { place: "found" in terminal ? terminal.found : conversation };
  }
  if (said === "me") return { place: wholePlace(await reminderPlace(deps, scene)) };
  if (said === undefined || said === "here" || channelIn(scene, said.channel) === channelOf(conversation)) {
    return shared(scene, wholePlace(conversation));
  }
  const name = inert(said.channel);
  const answer = await deps.findPlace(actor, said.channel, turn.signal);
  if ("found" in answer) return shared(scene, answer.found);
  switch (answer.why) {
    case "unknown":
      return {
        refused: `I don't know ${name}, or you and I are not both in it. Say it there, with \`here\` in place of the name.`,
      };
    case "asker_not_there":
      return {
        refused: `You are not in ${name}, so I don't post there for you. Join it first, or name another channel.`,
      };
    case "nexus_not_there":
      return { refused: `I am not in ${name}, so I can't post there. Invite me to it, then say it again.` };
    default:
      return answer.why satisfies never;
  }
}

/** Guests speak with NEXUS, but what is posted for everybody is set up by members. */
function shared({ actor }: Pick<Scene, "actor">, place: Conversation): { place: Conversation } | { refused: string } {
  if (place.audience !== "just_me" && (actor.affiliation === "guest" || actor.affiliation === "external")) {
    return {
      refused: "Only members can have something posted where others read. I can send it to you alone: say `to me`.",
    };
  }
  return { place };
}
