import { z } from "zod";
import { wrong, type SlackRefusal } from "./answer.ts";
import type { Place } from "./place.ts";

const Text = (most: number) =>
  z.strictObject({ type: z.literal("plain_text"), text: z.string().min(1).max(most), emoji: z.boolean().optional() });
/** https://docs.slack.dev/reference/views */
const COMMON = {
  blocks: z.array(z.unknown()).max(100),
  private_metadata: z.string().max(3000).optional(),
  callback_id: z.string().max(255).optional(),
  external_id: z.string().max(255).optional(),
};
const Modal = z.strictObject({
  ...COMMON,
  type: z.literal("modal"),
  title: Text(24),
  submit: Text(24).optional(),
  close: Text(24).optional(),
  clear_on_close: z.boolean().optional(),
  notify_on_close: z.boolean().optional(),
  submit_disabled: z.boolean().optional(),
});
const Home = z.strictObject({ ...COMMON, type: z.literal("home") });
const InputBlock = z.looseObject({ type: z.literal("input") });

/** Whether Slack would show a view. */
export function checkView(
  place: Pick<Place, "checkBlocks">,
  view: Readonly<Record<string, unknown>>,
  surface: "modal" | "home",
): SlackRefusal | undefined {
  const read = (surface === "modal" ? Modal : Home).safeParse(view);
  if (!read.success) return wrong("invalid_view", z.prettifyError(read.error));
  const { blocks } = read.data;
  const hasInput = blocks.some((block) => InputBlock.safeParse(block).success);
  if (surface === "modal" && hasInput && view["submit"] === undefined) {
    return wrong("invalid_view", "a modal with an input needs a submit button");
  }
  return place.checkBlocks(blocks, surface);
}
