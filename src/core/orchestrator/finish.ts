import type { Part, Reply } from "#core/contract/reply.ts";
import { withPart } from "./compose.ts";
import { feedbackPart, isSubstantive } from "./feedback.ts";
import type { OrchestratorDeps, Outcome, Scene } from "./scene.ts";
import { withShareButton } from "./share.ts";

/** An outcome with what a module's answer ends with: whose time zone it used, how to share it, and was it helpful. */
export function finish(deps: Pick<OrchestratorDeps, "tokens">, scene: Scene, outcome: Outcome): Outcome {
  const last = outcome.replies.at(-1);
  if (last === undefined || outcome.record?.run?.outcome !== "ok" || outcome.person !== undefined) return outcome;
  const zone = zoneToTell(scene, outcome.replies);
  const replies = outcome.replies.map((reply) => {
    const shown = withShareButton(scene, reply === last && zone !== undefined ? withPart(reply, zone) : reply);
    if (reply !== last || !isSubstantive(reply)) return shown;
    return { ...shown, parts: [...shown.parts, feedbackPart(deps.tokens, scene.turn.turnId, scene.conversation)] };
  });
  return {
    ...outcome,
    replies,
    ...(zone && { remember: { ...outcome.remember, [ZONE_TOLD]: true } }),
  };
}

/** Times in a zone that nobody said: which one it is, and how to say another, once per person. */
function zoneToTell({ isZoneKnown, remembered, asker }: Scene, replies: readonly Reply[]): Part | undefined {
  if (isZoneKnown || remembered[ZONE_TOLD] === true || !replies.some(showsTimes)) return undefined;
  const how = "If yours is another, say `time zone` and a city, as in `time zone Lisbon`.";
  return { type: "context", markdown: `Nobody told me your time zone, so I used ${asker.timeZone}. ${how}` };
}

/** No slot is called so: slots have no dot in their names. */
const ZONE_TOLD = "nexus.zoneTold";

function showsTimes({ parts }: Reply): boolean {
  return /\b\d{1,2}:\d\d\b/.test(JSON.stringify(parts.filter(({ type }) => type !== "actions")));
}
