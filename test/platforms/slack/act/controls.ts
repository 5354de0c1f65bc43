import { z } from "zod";

/** A control somewhere in a message or a view. */
export interface Control {
  readonly blockId: string;
  readonly element: z.infer<typeof Element>;
  /** What a person reads on or beside it. */
  readonly label: string;
  /** Of an input block. */
  readonly isInput: boolean;
  readonly isOptional: boolean;
}

const Text = z.looseObject({ text: z.string() });
export const Option = z.looseObject({ text: Text, value: z.string().optional(), url: z.string().optional() });
const Answer = z.looseObject({ text: Text, value: z.string() });
export const Element = z.looseObject({
  type: z.string(),
  action_id: z.string().optional(),
  text: Text.optional(),
  value: z.string().optional(),
  style: z.string().optional(),
  placeholder: Text.optional(),
  options: z.array(Option).optional(),
  option_groups: z.array(z.looseObject({ options: z.array(Option) })).optional(),
  positive_button: Answer.optional(),
  negative_button: Answer.optional(),
  initial_value: z.string().optional(),
  initial_option: Option.optional(),
  max_length: z.number().optional(),
  visible_to_user_ids: z.array(z.string()).optional(),
});
const Block = z.looseObject({
  type: z.string(),
  block_id: z.string().optional(),
  elements: z.array(z.unknown()).optional(),
  accessory: z.unknown().optional(),
  actions: z.array(z.unknown()).optional(),
  child_blocks: z.array(z.unknown()).optional(),
  element: z.unknown().optional(),
  label: Text.optional(),
  optional: z.boolean().optional(),
});

const STATIC = new Set(["image", "mrkdwn", "plain_text"]);

/** Every control of some blocks, in reading order. */
export function controlsOf(blocks: readonly unknown[]): readonly Control[] {
  return blocks.flatMap((raw, index): readonly Control[] => {
    const read = Block.safeParse(raw);
    if (!read.success || read.data.type.startsWith("rich_text")) return [];
    const { block_id, elements = [], accessory, actions = [], child_blocks = [], element, label, optional } = read.data;
    const blockId = block_id ?? `block-${index}`;
    const inBlock = [...elements, ...actions, ...(accessory === undefined ? [] : [accessory])];
    const own = inBlock.flatMap((one) => toControl(one, blockId, undefined, false));
    const input = element === undefined ? [] : toControl(element, blockId, label?.text, optional === true);
    return [...own, ...input, ...controlsOf(child_blocks)];
  });
}

function toControl(raw: unknown, blockId: string, label: string | undefined, isOptional: boolean): Control[] {
  const read = Element.safeParse(raw);
  if (!read.success || STATIC.has(read.data.type)) return [];
  const element = read.data;
  const own = element.text?.text ?? element.placeholder?.text ?? "";
  return [{ blockId, element, label: label ?? own, isInput: label !== undefined, isOptional }];
}
