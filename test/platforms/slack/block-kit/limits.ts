/** Inclusive bounds of a length or a count. */
export type Bounds = readonly [least: number, most: number];

/**
 * What Slack publishes for each kind of block, element and composition object: lengths of texts (a path into the
 * object) and counts of lists. Sources: the reference pages under https://docs.slack.dev/reference/block-kit. Where
 * two pages disagree, the smaller number stands.
 */
export const BOUNDS: Readonly<Record<string, Readonly<Record<string, Bounds>>>> = {
  section: { "text.text": [1, 3000], fields: [1, 10], "fields.text": [1, 2000] },
  header: { "text.text": [1, 150] },
  context: { elements: [1, 10] },
  context_actions: { elements: [1, 5] },
  actions: { elements: [1, 25] },
  image: { alt_text: [1, 2000], image_url: [1, 3000], "title.text": [1, 2000] },
  input: { "label.text": [1, 2000], "hint.text": [1, 2000] },
  markdown: { text: [1, 12_000] },
  table: { rows: [1, 100], "rows.*": [1, 20], column_settings: [0, 20] },
  // One row of headers and 100 of data: the docs page and the plugin's notes differ (200), the smaller stands.
  data_table: { rows: [1, 101], "rows.*": [1, 20], caption: [1, 2000] },
  card: { "title.text": [1, 150], "subtitle.text": [1, 150], "body.text": [1, 200], actions: [1, 3] },
  carousel: { elements: [1, 10] },
  container: { child_blocks: [1, 10], "title.text": [1, 150], "subtitle.text": [1, 150] },
  plan: { title: [1, 256], tasks: [0, 50] },
  task_card: { task_id: [1, 255], title: [1, 256] },
  alert: { "text.text": [1, 3000] },
  button: { "text.text": [1, 75], value: [0, 2000], url: [1, 3000], accessibility_label: [1, 75] },
  workflow_button: { "text.text": [1, 75], accessibility_label: [1, 75] },
  icon_button: { "text.text": [1, 75], value: [0, 2000], accessibility_label: [1, 75] },
  feedback_buttons: {
    "positive_button.text.text": [1, 75],
    "positive_button.value": [1, 2000],
    "positive_button.accessibility_label": [1, 75],
    "negative_button.text.text": [1, 75],
    "negative_button.value": [1, 2000],
    "negative_button.accessibility_label": [1, 75],
  },
  static_select: { options: [1, 100], option_groups: [1, 100], "placeholder.text": [1, 150] },
  multi_static_select: { options: [1, 100], option_groups: [1, 100], "placeholder.text": [1, 150] },
  external_select: { "placeholder.text": [1, 150] },
  users_select: { "placeholder.text": [1, 150] },
  overflow: { options: [1, 5] },
  radio_buttons: { options: [1, 10] },
  checkboxes: { options: [1, 10] },
  plain_text_input: { initial_value: [0, 3000], "placeholder.text": [1, 150] },
  plain_text: { text: [1, 3000] },
  mrkdwn: { text: [1, 3000] },
  raw_text: { text: [1, 10_000] },
};

/** Of every object that has one. */
export const ID_BOUNDS: Bounds = [1, 255];
/** Of an option, which has no type of its own: 75 is what every page allows. */
export const OPTION_BOUNDS = {
  "text.text": [1, 75],
  value: [1, 75],
  "description.text": [1, 75],
  url: [1, 3000],
} as const satisfies Record<string, Bounds>;
export const OPTION_GROUP_BOUNDS = { "label.text": [1, 75], options: [1, 100] } as const satisfies Record<
  string,
  Bounds
>;
export const CONFIRM_BOUNDS = {
  "title.text": [1, 100],
  "text.text": [1, 300],
  "confirm.text": [1, 30],
  "deny.text": [1, 30],
} as const satisfies Record<string, Bounds>;

/** https://docs.slack.dev/reference/block-kit/blocks */
export const MOST_BLOCKS = { message: 50, modal: 100, home: 100 } as const;
/** Not documented; measured by others: https://github.com/slackapi/bolt-js/issues/2509 */
export const MOST_TEXT_IN_BLOCKS = 13_170;
/** All markdown blocks of one payload together: https://docs.slack.dev/reference/block-kit/blocks/markdown-block */
export const MOST_MARKDOWN = 12_000;
/** All cells of a table together: https://docs.slack.dev/reference/block-kit/blocks/table-block */
export const MOST_TABLE_TEXT = 10_000;
/** Per message; the last one is not documented. */
export const MOST_OF_TYPE: Readonly<Record<string, number>> = { table: 1, data_visualization: 2 };
