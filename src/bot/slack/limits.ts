/**
 * What Slack takes at most: published numbers, each with its page. Where two pages disagree the smaller is meant.
 * Lengths are UTF-16 units after escaping, which is never less than what Slack counts.
 */
export const SLACK_LIMITS = {
  /** https://docs.slack.dev/reference/block-kit/blocks: 50 in a message, 100 in a modal and in a Home tab. */
  message: { blocks: 50 },
  view: { blocks: 100 },
  /**
   * Slack answers `msg_blocks_too_long` from about 13,170 characters of text in all blocks, which no page says
   * (https://github.com/slackapi/bolt-js/issues/2509).
   */
  messageText: 12_000,
  /** https://docs.slack.dev/reference/block-kit/blocks/markdown-block: all such blocks of a message together. */
  markdown: 12_000,
  /** https://docs.slack.dev/reference/methods/chat.postMessage: 4,000; what is longer is no summary. */
  text: 3000,
  /** https://docs.slack.dev/reference/block-kit/composition-objects/text-object */
  textObject: 3000,
  /** https://docs.slack.dev/reference/block-kit/blocks/section-block */
  fields: { count: 10, text: 2000 },
  /** https://docs.slack.dev/reference/block-kit/blocks/header-block */
  header: 150,
  /** https://docs.slack.dev/reference/block-kit/blocks/context-block */
  context: { elements: 10 },
  /** https://docs.slack.dev/reference/block-kit/blocks/actions-block */
  actions: { elements: 25 },
  /** https://docs.slack.dev/reference/block-kit/blocks/context-actions-block */
  contextActions: { elements: 5 },
  /** https://docs.slack.dev/reference/block-kit/block-elements/button-element */
  button: { text: 75, value: 2000, url: 3000 },
  /** https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object */
  confirm: { title: 100, text: 300, button: 30 },
  /** action_id, block_id and callback_id. */
  id: 255,
  /** https://docs.slack.dev/reference/views/modal-views */
  modal: { title: 24, button: 24, privateMetadata: 3000 },
  /** https://docs.slack.dev/reference/block-kit/blocks/input-block, …/block-elements/plain-text-input-element */
  input: { label: 2000, hint: 2000, value: 3000 },
  /**
   * https://docs.slack.dev/reference/block-kit/blocks/data-table-block: 100 rows below the header and 10,000
   * characters; Slack's skills plugin says 200 and 20,000. How many in one message is said of `table` only: one.
   */
  table: { perMessage: 1, rows: 100, columns: 20, text: 10_000, pageSize: 100 },
  /**
   * https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block; two in a message is said by
   * https://github.com/slackapi/slack-skills-plugin (data-display-design.md) alone.
   */
  chart: { perMessage: 2, title: 50, series: 6, categories: 20, label: 20, axis: 50 },
  /** https://docs.slack.dev/reference/block-kit/blocks/plan-block, …/task-card-block */
  plan: { tasks: 50, text: 256 },
  /** https://docs.slack.dev/reference/methods/files.getUploadURLExternal */
  file: { altText: 1000 },
} as const;

/** Manners of ours on top: a reply takes at most this many messages, then it is a file. */
export const MESSAGES_PER_REPLY = 3;
/** Longer code is easier to read, keep and copy as a file. */
export const INLINE_CODE = 2900;
