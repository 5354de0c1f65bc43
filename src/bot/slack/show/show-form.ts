import { z } from "zod";
import type { Outbound } from "#core/contract/door.ts";
import type { MessageRef } from "#core/contract/message.ts";
import { keepPlace } from "#bot/slack/parse/kept-place.ts";
import { messageRef } from "#bot/slack/parse/place.ts";
import { renderForm } from "#bot/slack/render/form.ts";
import type { Triggers } from "#bot/slack/triggers.ts";
import type { SlackApi } from "#bot/slack/web/slack-api.ts";
import { whoWhere } from "./manner.ts";

/** https://docs.slack.dev/reference/methods/views.open */
const Opened = z.object({ view: z.object({ id: z.string() }) });

/** Opens the reply's form over what the person looks at, while their press still allows it; undefined when it is late. */
export async function showForm(
  { api, triggers }: { readonly api: SlackApi; readonly triggers: Triggers },
  outbound: Outbound,
  signal: AbortSignal,
): Promise<MessageRef | undefined> {
  const { reply, conversation } = outbound;
  if (reply.form === undefined) return undefined;
  const triggerId = triggers.take(whoWhere(outbound));
  if (triggerId === undefined) return undefined;
  const notice = reply.parts.find((part) => part.type === "notice");
  const view = renderForm(reply.form, {
    privateMetadata: keepPlace(conversation, reply.form.token),
    ...(notice !== undefined && { notice: notice.text }),
  });
  const { tenantId, channelId } = conversation;
  const line = { tenantId, lane: "interactive" } as const;
  // A refusal has many names, most of them for “too late”. The button that follows works whatever it was.
  const answer = await api.ask(line, "views.open", { trigger_id: triggerId, view }, Opened, signal);
  return answer.ok ? messageRef(tenantId, channelId, answer.data.view.id, true) : undefined;
}
