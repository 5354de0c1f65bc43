import { z } from "zod";
import { readFormValues } from "#bot/slack/render/form.ts";
import { readPlace } from "./kept-place.ts";
import { ignored, type Parsed } from "./parsed.ts";
import { personOf } from "./place.ts";

/** https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
export const Submission = z.object({
  type: z.literal("view_submission"),
  user: z.object({ id: z.string(), team_id: z.string().optional(), name: z.string().optional() }),
  view: z.object({
    id: z.string(),
    private_metadata: z.string(),
    blocks: z.array(z.looseObject({ type: z.string(), block_id: z.string().optional() })),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), z.unknown())) }),
  }),
});
type Submission = z.infer<typeof Submission>;

/** A form that was filled in. A view is submitted once: Slack closes it when it is taken. */
export function parseSubmission({ user, view }: Submission, now: Date): Parsed {
  const kept = readPlace(view.private_metadata);
  if (kept?.token === undefined) return ignored("a form NEXUS did not open");
  const { place, token } = kept;
  return {
    kind: "inbound",
    inbound: {
      kind: "form",
      dedupeKeys: [`slack:form:${place.tenantId}:${view.id}`],
      sentAtMs: now.getTime(),
      actor: personOf(place.tenantId, user.id, user.team_id, user.name),
      conversation: place,
      token,
      values: readFormValues(view.state.values),
    },
  };
}

/** Where an error of the whole form is shown: under its first question. */
export function firstInput({ view }: Submission): string | undefined {
  return view.blocks.find(({ type }) => type === "input")?.block_id;
}
