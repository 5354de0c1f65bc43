import { z } from "zod";
import { ActionToken, type Conversation } from "#core/contract/message.ts";
import { readPlace } from "./kept-place.ts";
import { ignored, type Parsed } from "./parsed.ts";
import { commandPlace, messageRef, msOfTs, personOf, threadPlace } from "./place.ts";

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export const Press = z.object({
  type: z.literal("block_actions"),
  user: z.object({ id: z.string(), team_id: z.string().optional(), name: z.string().optional() }),
  team: z.object({ id: z.string() }).nullish(),
  trigger_id: z.string(),
  response_url: z.string().optional(),
  container: z
    .object({
      message_ts: z.string().optional(),
      channel_id: z.string().optional(),
      thread_ts: z.string().optional(),
      is_ephemeral: z.boolean().optional(),
    })
    .optional(),
  message: z.object({ team: z.string().optional(), thread_ts: z.string().optional() }).optional(),
  view: z.object({ private_metadata: z.string(), app_installed_team_id: z.string().optional() }).optional(),
  actions: z
    .array(
      z.object({
        action_id: z.string(),
        action_ts: z.string(),
        value: z.string().optional(),
        selected_option: z.object({ value: z.string() }).nullish(),
      }),
    )
    .min(1),
});
type Press = z.infer<typeof Press>;

/** A press of a button, in a message or on the person's home page. What it means is in the button's value. */
export function parsePress(body: Press): Parsed {
  // A press through Slack Connect comes with the presser's workspace; the message knows whose it is itself.
  const tenantId = body.view?.app_installed_team_id ?? body.message?.team ?? body.team?.id;
  if (tenantId === undefined) return ignored("the press names no workspace");
  const [action] = body.actions;
  const token = ActionToken.safeParse(action?.value ?? action?.selected_option?.value);
  if (action === undefined || !token.success) return ignored("a press that asks nothing, such as of a link");
  const place = placeOf(body, tenantId);
  if (place === undefined) return ignored("a press in a place NEXUS does not know");

  const { user, container, trigger_id: triggerId, response_url: responseUrl } = body;
  const ts = container?.message_ts;
  const isEphemeral = container?.is_ephemeral === true;
  return {
    kind: "inbound",
    inbound: {
      kind: "action",
      dedupeKeys: [`slack:press:${tenantId}:${user.id}:${ts ?? "view"}:${action.action_id}:${action.action_ts}`],
      sentAtMs: msOfTs(action.action_ts),
      actor: personOf(tenantId, user.id, user.team_id, user.name),
      conversation: place,
      ...(ts !== undefined && { source: messageRef(tenantId, place.channelId, ts, isEphemeral) }),
      token: token.data,
      values: [],
    },
    answering: {
      triggerId,
      ...(responseUrl !== undefined && { responseUrl }),
      ...(isEphemeral && ts !== undefined && { pressedTs: ts }),
    },
  };
}

function placeOf({ container, message, view, user }: Press, tenantId: string): Conversation | undefined {
  if (view !== undefined) return readPlace(view.private_metadata)?.place;
  const { channel_id: channelId, message_ts: ts, is_ephemeral: isEphemeral } = container ?? {};
  if (channelId === undefined || ts === undefined) return undefined;
  const threadTs = container?.thread_ts ?? message?.thread_ts;
  // What only one person sees outside a thread answers a command of theirs.
  if (isEphemeral === true && threadTs === undefined) return commandPlace(tenantId, channelId, user.id);
  return threadPlace({ tenantId, channelId, rootTs: threadTs ?? ts });
}
