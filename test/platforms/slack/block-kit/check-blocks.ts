import { wrong, type SlackRefusal } from "#test/platforms/slack/answer.ts";
import { checkChart } from "./check-chart.ts";
import { checkTable } from "./check-table.ts";
import {
  BOUNDS,
  CONFIRM_BOUNDS,
  ID_BOUNDS,
  MOST_BLOCKS,
  MOST_MARKDOWN,
  MOST_OF_TYPE,
  MOST_TEXT_IN_BLOCKS,
  OPTION_BOUNDS,
  OPTION_GROUP_BOUNDS,
  type Bounds,
} from "./limits.ts";
import type { BlockSchema } from "./schema.ts";
import { follow, isObject, walk, type JsonObject } from "./walk.ts";

/** Where blocks stand: what is allowed differs. */
export type Surface = "message" | "modal" | "home";

/** Kinds that stand only here: the "available in" line of each reference page. */
const ONLY_ON: Readonly<Record<string, readonly Surface[]>> = {
  alert: ["modal"],
  card: ["message"],
  carousel: ["message"],
  container: ["message"],
  context_actions: ["message"],
  data_table: ["message"],
  data_visualization: ["message"],
  file_input: ["modal"],
  markdown: ["message"],
  plan: ["message"],
  table: ["message"],
  task_card: ["message"],
};

/** Whether Slack would take these blocks on a surface; mentions are checked elsewhere. */
export function checkBlocks(
  blocks: readonly unknown[],
  surface: Surface,
  schema: BlockSchema,
): SlackRefusal | undefined {
  if (blocks.length > MOST_BLOCKS[surface]) {
    return wrong("invalid_blocks", `${blocks.length} blocks, more than ${MOST_BLOCKS[surface]}`);
  }
  for (const [index, block] of blocks.entries()) {
    const fault = checkBlock(block, surface, schema);
    if (fault !== undefined) return wrong("invalid_blocks", `${fault} [json-pointer:/blocks/${index}]`);
  }
  return checkTogether(blocks, surface);
}

function checkBlock(block: unknown, surface: Surface, schema: BlockSchema): string | undefined {
  if (!isObject(block) || typeof block["type"] !== "string") return "a block without a type";
  const { type } = block;
  const structure = type === "data_visualization" ? checkChart(block) : schema.check(type, block);
  if (structure !== undefined) return `${type}: ${structure}`;
  if (type === "file") return "file: cannot be sent, only received";
  if (type === "table" || type === "data_table") {
    const fault = checkTable(type, block);
    if (fault !== undefined) return `${type}: ${fault}`;
  }
  for (const { object, name } of walk(block)) {
    const fault = checkSurface(object, surface) ?? checkBounds(object, name) ?? checkSense(object, schema);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function checkSurface(object: JsonObject, surface: Surface): string | undefined {
  const type = String(object["type"]);
  const places = ONLY_ON[type];
  return places === undefined || places.includes(surface) ? undefined : `${type} does not stand in a ${surface}`;
}

function checkBounds(object: JsonObject, name: string): string | undefined {
  const type = String(object["type"]);
  const bounds: Readonly<Record<string, Bounds>> = {
    ...BOUNDS[type],
    ...(name === "options" || name === "initial_option" || name === "initial_options" ? OPTION_BOUNDS : {}),
    ...(name === "option_groups" ? OPTION_GROUP_BOUNDS : {}),
    ...(name === "confirm" && object["type"] === undefined ? CONFIRM_BOUNDS : {}),
    action_id: ID_BOUNDS,
    block_id: ID_BOUNDS,
  };
  for (const [path, [least, most]] of Object.entries(bounds)) {
    for (const value of follow(object, path.split("."))) {
      const isText = typeof value === "string";
      if (!isText && !Array.isArray(value)) continue;
      const size = isText && least > 0 && value.trim() === "" ? 0 : value.length;
      if (size < least) return `${type}.${path} is ${isText ? "empty" : "an empty list"}`;
      if (size > most) return `${type}.${path} has ${size}, more than ${most}`;
    }
  }
  return undefined;
}

/** What a schema cannot say about one object. */
function checkSense(object: JsonObject, schema: BlockSchema): string | undefined {
  const { type, text, fields, options, option_groups: groups, tasks, page_size: size, max_length: longest } = object;
  if (type === "section" && text === undefined && fields === undefined) return "section: neither text nor fields";
  if (
    (type === "static_select" || type === "multi_static_select") &&
    (options === undefined) === (groups === undefined)
  ) {
    return `${type}: either options or option_groups`;
  }
  if (type === "card" && !["hero_image", "title", "actions", "body"].some((name) => object[name] !== undefined)) {
    return "card: nothing in it";
  }
  if (type === "data_table" && typeof size === "number" && (size < 1 || size > 100)) return "data_table.page_size";
  if (type === "plain_text_input" && typeof longest === "number" && (longest < 1 || longest > 3000)) {
    return "plain_text_input.max_length is not 1–3000";
  }
  if (Array.isArray(options)) {
    const values = options.map((option: unknown) => (isObject(option) ? option["value"] : undefined));
    if (new Set(values).size < values.length) return `${String(type)}: two options have one value`;
  }
  // The published type lets any object be a task; the page does not.
  if (type === "plan" && Array.isArray(tasks)) {
    const faults = tasks.map((task: unknown) => schema.check("task_card", task));
    const fault = faults.find((one) => one !== undefined);
    if (fault !== undefined) return `plan.tasks: ${fault}`;
  }
  return undefined;
}

/** What only shows when all blocks are seen together. */
function checkTogether(blocks: readonly unknown[], surface: Surface): SlackRefusal | undefined {
  const seen = { block_id: new Set<string>(), action_id: new Set<string>() };
  const types = new Map<string, number>();
  let textLength = 0;
  let markdownLength = 0;
  for (const { object } of walk(blocks)) {
    for (const name of ["block_id", "action_id"] as const) {
      const id = object[name];
      if (typeof id !== "string") continue;
      if (seen[name].has(id)) return wrong("invalid_blocks", `${name} "${id}" already exists`);
      seen[name].add(id);
    }
    const { type, text } = object;
    types.set(String(type), (types.get(String(type)) ?? 0) + 1);
    if (typeof text === "string") textLength += text.length;
    if (type === "markdown" && typeof text === "string") markdownLength += text.length;
  }
  for (const [type, most] of Object.entries(MOST_OF_TYPE)) {
    const found = types.get(type) ?? 0;
    if (found > most) return wrong("invalid_blocks", `${found} ${type} blocks, more than ${most}`);
  }
  if (markdownLength > MOST_MARKDOWN) {
    return wrong("invalid_blocks", `markdown blocks have ${markdownLength} characters, more than ${MOST_MARKDOWN}`);
  }
  if (surface === "message" && textLength > MOST_TEXT_IN_BLOCKS) {
    return wrong("msg_blocks_too_long", `${textLength} characters, more than ${MOST_TEXT_IN_BLOCKS}`);
  }
  return undefined;
}
