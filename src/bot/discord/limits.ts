/**
 * What Discord accepts, in UTF-16 units unless the name says otherwise. Limits are data: the vendor moves them.
 * Sources: message https://docs.discord.com/developers/resources/message, components
 * https://docs.discord.com/developers/components/reference, commands
 * https://docs.discord.com/developers/interactions/application-commands, interactions
 * https://docs.discord.com/developers/interactions/receiving-and-responding.
 */
export const LIMITS = {
  /** message: `content` */
  content: 2_000,
  /** message: files of one message */
  filesPerMessage: 10,
  /** message: without a boosted server; the bytes of one file */
  fileBytes: 10 * 1024 * 1024,
  /** message: `description` of an attachment, its alternative text */
  altText: 1_024,
  /** message: `nonce`, with which a repeated send is recognised */
  nonce: 25,
  /** components: in one message of version 2, nested ones included */
  components: 40,
  /** components: all text displays of one message together */
  componentText: 4_000,
  /** components: action rows of a message of version 1 */
  rows: 5,
  /** components: buttons in one action row */
  buttonsPerRow: 5,
  /** components: button */
  buttonLabel: 80,
  buttonUrl: 512,
  /** components: of whatever can be pressed or filled in */
  customId: 100,
  /** interactions: modal */
  modalTitle: 45,
  modalComponents: 5,
  /** components: label and text input, in a modal */
  fieldLabel: 45,
  fieldDescription: 100,
  fieldValue: 4_000,
  /** commands: of a choice that completes an option */
  choices: 25,
  choice: 100,
} as const;

/** How we stay readable inside those limits; ours, not the vendor's. */
export const MANNERS = {
  /** An answer longer than this many messages is sent as a file with its summary. */
  messages: 3,
  /** The summary that stands in for such an answer. */
  summary: 1_500,
  /** Wider or longer than this, a monospace block wraps on a narrow window or fills the screen. */
  blockColumns: 58,
  blockRows: 15,
  /** Longer code is a file: it can be read whole and copied without its fence. */
  code: 1_500,
  /** The figures of a chart, as small print below it. */
  figuresLine: 300,
  /** Buttons and their rows on one card, so that its components stay under the vendor's 40: three rows of five. */
  cardControls: 18,
} as const;
