/**
 * Every failure a person can meet: whether trying again can help, a sentence in plain words for the cause, and the
 * next step. `docs/errors.md` has one anchor for each; a test keeps the two in step.
 */
export const ERRORS = {
  // configuration and start
  config_invalid: {
    retryable: false,
    cause: "A setting has a value NEXUS cannot use.",
    hint: "Correct the setting named above and start again.",
  },
  node_too_old: {
    retryable: false,
    cause: "This Node is too old to keep strangers' code in.",
    hint: "Start with `npm start`, which brings the right Node on Linux; elsewhere install the newest Node 24.",
  },
  data_locked: {
    retryable: false,
    cause: "Another NEXUS is already running on this data directory.",
    hint: "Talk to the running one with `npm run nexus -- console`, or set NEXUS_DATA_DIR to another directory.",
  },
  not_running: {
    retryable: false,
    cause: "No NEXUS is running on this data directory.",
    hint: "Start it with `npm start`.",
  },
  data_unusable: {
    retryable: false,
    cause: "The data directory cannot be used.",
    hint: "Check that the directory exists, is yours and is writable, then start again.",
  },
  store_corrupt: {
    retryable: false,
    cause: "The database file is damaged.",
    hint: "Move it aside and put back a backup: docs/operations.md, “A damaged database”.",
  },
  store_newer: {
    retryable: false,
    cause: "The database was written by a newer NEXUS.",
    hint: "Start that version again, or restore a backup made by this one.",
  },
  disk_full: {
    retryable: true,
    cause: "The disk that holds the data directory is full.",
    hint: "Free some space. What was already accepted is kept and goes on by itself.",
  },
  // models
  model_unavailable: {
    retryable: true,
    cause: "No model could answer just now.",
    hint: "What needs no model still works: type `help`. An admin sees in `status` which models are not answering.",
  },
  model_unusable: {
    retryable: false,
    cause: "That model cannot be used.",
    hint: "`npm run nexus -- models list` shows the models that are set up, and `models test` what is wrong with one.",
  },
  model_no_answer: {
    retryable: false,
    cause: "No model gave an answer that can be used.",
    hint: "Say it in other words or shorter, or ask for one thing at a time. `why` shows what was tried.",
  },
  // understanding
  not_understood: {
    retryable: false,
    cause: "I could not match that to anything I can do.",
    hint: "Say it another way, or type `help` for what works here.",
  },
  cannot_do: {
    retryable: false,
    cause: "No installed module does that.",
    hint: "I noted the request. Type `help` for what I can do now.",
  },
  slot_invalid: {
    retryable: false,
    cause: "One of the values does not fit.",
    hint: "Give the value in the form shown and I go on from there.",
  },
  // modules
  module_unknown: {
    retryable: false,
    cause: "There is no such module or capability.",
    hint: "Type `modules` for the list.",
  },
  module_invalid: {
    retryable: false,
    cause: "A module's folder or manifest is not what a module must be.",
    hint: "Correct what is named above: docs/writing-a-module.md says what a module is.",
  },
  module_failed: {
    retryable: true,
    cause: "The module stopped with an error of its own.",
    hint: "Try again; if it stays, the log has the details under this reference.",
  },
  module_timeout: {
    retryable: true,
    cause: "The module did not finish in time and was stopped.",
    hint: "Try again, or ask for less at once.",
  },
  module_resources: {
    retryable: false,
    cause: "The module used more memory, calls or output than it is allowed, and was stopped.",
    hint: "Ask for less at once; the module's author can raise its limits for review.",
  },
  module_output_invalid: {
    retryable: false,
    cause: "The module answered with something it had not declared.",
    hint: "The answer was thrown away. The log has the details for the module's author.",
  },
  module_busy: {
    retryable: true,
    cause: "All sandbox runners are busy.",
    hint: "Try again in a few seconds.",
  },
  sandbox_too_weak: {
    retryable: false,
    cause: "This machine does not fence strangers' code in well enough.",
    hint: "`npm run nexus -- doctor` names the missing fences and how to raise them; docs/operations.md, “The sandbox”.",
  },
  sandbox_unavailable: {
    retryable: true,
    cause: "The module sandbox could not be started.",
    hint: "Run `npm run nexus -- doctor`; it names what is missing.",
  },
  egress_denied: {
    retryable: false,
    cause: "The module tried to reach an address it has not declared, and was refused.",
    hint: "Nothing was sent. An operator can see the address in the log.",
  },
  // building and installing
  document_unreadable: {
    retryable: false,
    cause: "That is no API description I can read.",
    hint: "Give the address or file of an OpenAPI document (JSON or YAML), a GraphQL endpoint, an MCP server, or one curl command.",
  },
  document_unfit: {
    retryable: false,
    cause: "Nothing in that API description can be made into a module.",
    hint: "Mend the document or give another. Where it lacks the address of its service, say it beside the file: `build a module from this for https://…`.",
  },
  build_unknown: {
    retryable: false,
    cause: "There is no such build here.",
    hint: "Type `builds` for the list.",
  },
  build_failed: {
    retryable: false,
    cause: "I could not make a module that passes.",
    hint: "The report and the last change are attached. Say what should be different, or hand in a better document.",
  },
  proposal_unknown: {
    retryable: false,
    cause: "There is no such proposal here.",
    hint: "Type `proposals` for the list.",
  },
  bundle_changed: {
    retryable: false,
    cause: "These are not the bytes that were shown.",
    hint: "Nothing was installed. Build or fetch it again: a new card shows what it is then.",
  },
  bundle_revoked: {
    retryable: false,
    cause: "This version was taken back and cannot be installed.",
    hint: "Type `versions` with the module's name for those that can.",
  },
  dependency_missing: {
    retryable: false,
    cause: "The module builds on another that is not here in a fitting version.",
    hint: "Install what is named above first.",
  },
  dependency_needed: {
    retryable: false,
    cause: "Another module builds on this one.",
    hint: "Take away what is named above first.",
  },
  module_pinned: {
    retryable: false,
    cause: "The module is kept at its version.",
    hint: "An admin can say `unpin` with its name.",
  },
  nothing_to_undo: {
    retryable: false,
    cause: "There is no version to go back to.",
    hint: "Type `versions` with the module's name for what there was.",
  },
  index_unavailable: {
    retryable: true,
    cause: "The module index does not answer.",
    hint: "Try again later. `npm run nexus -- doctor` says how each index stands.",
  },
  index_untrusted: {
    retryable: false,
    cause: "The module index is not what its key signed.",
    hint: "Nothing of it was used. Ask its publisher, and compare the key in your settings.",
  },
  // sources
  credential_missing: {
    retryable: false,
    cause: "This needs a credential that nobody has added yet.",
    hint: "Add it with `connect <module>`.",
  },
  credential_rejected: {
    retryable: false,
    cause: "The source refused the credential: it is wrong, expired or revoked.",
    hint: "Replace it with `connect <module>`.",
  },
  credential_unreadable: {
    retryable: false,
    cause: "A stored credential cannot be decrypted: the key file was replaced, or the record was altered.",
    hint: "Put back the key file that belongs to this data, or add the credential again with `connect <module>`.",
  },
  connect_failed: {
    retryable: false,
    cause: "The connection was not made.",
    hint: "Start again with `connect <module>`.",
  },
  not_found: {
    retryable: false,
    cause: "I found nothing by that name.",
    hint: "Check the spelling, or give more detail.",
  },
  no_data: {
    retryable: false,
    cause: "There is nothing to show yet.",
    hint: "Add some data first.",
  },
  rate_limited: {
    retryable: true,
    cause: "The source asks for fewer requests.",
    hint: "Try again in a little while.",
  },
  upstream_unavailable: {
    retryable: true,
    cause: "The source is not answering.",
    hint: "Try again in a minute.",
  },
  upstream_invalid: {
    retryable: true,
    cause: "The source answered with something unreadable.",
    hint: "Try again in a minute; if it stays, the source has changed.",
  },
  maintenance: {
    retryable: true,
    cause: "The source is down for maintenance.",
    hint: "Try again later.",
  },
  // files
  file_too_large: {
    retryable: false,
    cause: "The file is larger than I read.",
    hint: "Split it, or export a shorter period.",
  },
  file_unreadable: {
    retryable: false,
    cause: "I cannot read that file.",
    hint: "Check that it is the right file and not open or damaged.",
  },
  file_format: {
    retryable: false,
    cause: "The file is not in a format I know.",
    hint: "Send one of the formats named above.",
  },
  // doors
  terminal_detached: {
    retryable: true,
    cause: "No terminal is open for this conversation.",
    hint: "The answer is kept; open one with `npm run nexus -- console`.",
  },
  // turns
  stopped: {
    retryable: false,
    cause: "You stopped this.",
    hint: "Ask again whenever you like.",
  },
  step_uncertain: {
    retryable: false,
    cause: "I was interrupted and may already have done this. I did not do it twice.",
    hint: "Check whether it happened, then ask again if it did not.",
  },
  expired: {
    retryable: false,
    cause: "The message waited too long and was not acted on.",
    hint: "Send it again if it still matters.",
  },
  action_expired: {
    retryable: false,
    cause: "This request is no longer active.",
    hint: "Ask again to get fresh buttons.",
  },
  // rights and approvals
  not_allowed: {
    retryable: false,
    cause: "Your role here does not allow that.",
    hint: "Ask an operator or an owner: `help` says who you are to me here.",
  },
  outsider: {
    retryable: false,
    cause: "I only work for members of this workspace.",
    hint: "Ask a member to ask me.",
  },
  channel_closed: {
    retryable: false,
    cause: "This channel does not allow that.",
    hint: "Ask me in a direct message, or an admin: `policy` says what this channel allows.",
  },
  quota_reached: {
    retryable: false,
    cause: "The limit on usage is reached.",
    hint: "Admins here set it. Commands and cached answers still work. Press Ask for More, or wait until it starts again.",
  },
  metering_unavailable: {
    retryable: true,
    cause: "I cannot keep count of usage now, so I spend nothing.",
    hint: "Commands and cached answers still work; whoever runs me sees it in `status`.",
  },
  // programs
  unauthenticated: {
    retryable: false,
    cause: "The request carries no key or token that I know.",
    hint: "Send `Authorization: Bearer <key>` with a key that is neither revoked nor expired.",
  },
  request_invalid: {
    retryable: false,
    cause: "The request is not what this address expects.",
    hint: "Compare it with /v1/openapi.json.",
  },
  too_many_requests: {
    retryable: true,
    cause: "Too many requests.",
    hint: "Wait as long as the Retry-After header says.",
  },
  conflict: {
    retryable: false,
    cause: "That does not fit with how things are now.",
    hint: "Read it again, then send the change once more.",
  },
  // record and backup
  audit_broken: {
    retryable: false,
    cause: "The audit does not match its chain: an entry was changed, removed or put elsewhere.",
    hint: "Keep the database as it is, and compare it with a backup: docs/operations.md, “The audit”.",
  },
  backup_unreadable: {
    retryable: false,
    cause: "The backup cannot be read: it is damaged, not a backup, or encrypted for another key.",
    hint: "Give the identity or passphrase it was made for, or another backup file.",
  },
  import_invalid: {
    retryable: false,
    cause: "The file is not a configuration that can be imported here.",
    hint: "Export it again where it came from, and do not edit it: its signature covers every byte.",
  },
  gate_closed: {
    retryable: false,
    cause: "This has been decided already.",
    hint: "`approvals` lists what still waits for a decision.",
  },
  gate_unread: {
    retryable: true,
    cause: "Its full source has not reached people yet, so it cannot be approved yet.",
    hint: "Approve appears on its card as soon as it has; `details` with its code shows the source too.",
  },
  gate_changed: {
    retryable: false,
    cause: "What this request was about has changed since.",
    hint: "Ask again: a new request shows exactly what would be done now.",
  },
  link_refused: {
    retryable: false,
    cause: "That code is not known, was used already, or is too old.",
    hint: "Say `link` where you are known to get a new one; it works for ten minutes.",
  },
  module_off: {
    retryable: false,
    cause: "This module is switched off here.",
    hint: "An operator can say `enable <module>`.",
  },
  // platforms
  join_failed: {
    retryable: false,
    cause: "The platform did not accept what was entered.",
    hint: "Check the step named above and try again.",
  },
  schedule_unknown: {
    retryable: false,
    cause: "There is no such schedule here.",
    hint: "`schedules` lists those that there are.",
  },
  schedule_invalid: {
    retryable: false,
    cause: "That is no time I can keep.",
    hint: "Say it as in `every weekday at 8:30` or `on the 1st of each month at 9`.",
  },
  watch_unknown: {
    retryable: false,
    cause: "There is no such watch here.",
    hint: "`watches` lists those that there are.",
  },
  hook_unknown: {
    retryable: false,
    cause: "There is no such hook here.",
    hint: "`hooks` lists those that there are.",
  },
  hook_refused: {
    retryable: false,
    cause: "That delivery was not accepted.",
    hint: "Check the signature, the time and the size of what was sent, against the address in `hooks`.",
  },
  mail_unset: {
    retryable: false,
    cause: "No mail server is set up here.",
    hint: "An admin sets NEXUS_MAIL_URL and NEXUS_MAIL_FROM: docs/operations.md, “Mail”.",
  },
  mail_refused: {
    retryable: false,
    cause: "The mail server did not take that mail.",
    hint: "Check the address. `status` says what the mail server answered.",
  },
  mail_unreachable: {
    retryable: true,
    cause: "The mail server cannot be reached just now.",
    hint: "The mail is kept and sent as soon as it can be.",
  },
  job_unknown: {
    retryable: false,
    cause: "There is no such job.",
    hint: "`jobs` lists those that there are.",
  },
  platform_refused: {
    retryable: false,
    cause: "The platform refused to show this reply.",
    hint: "`status` says what is missing, and the log has the platform's own words.",
  },
  secret_in_message: {
    retryable: false,
    cause: "That looks like a key or a password, so I did not store it.",
    hint: "Rotate it, then add it with `connect <module>`, which hides what you type.",
  },
  internal: {
    retryable: true,
    cause: "Something went wrong on my side. It is logged.",
    hint: "Try again; if it stays, give the reference to whoever runs me.",
  },
} as const satisfies Record<string, { retryable: boolean; cause: string; hint: string }>;

export type ErrorCode = keyof typeof ERRORS;

export interface NexusErrorOptions extends ErrorOptions {
  /** A cause more exact than the catalogue's, in words fit for the person who asked. Never a secret, never a stack. */
  readonly say?: string;
  /** A next step more exact than the catalogue's. */
  readonly hint?: string;
  /** The right that was missing, as the audit names it. */
  readonly right?: string;
  /** The place it was for is archived, deleted or closed to NEXUS: nothing can be shown there any more. */
  readonly isPlaceGone?: boolean;
}

/** The one error class. `message` is for the log; `code`, `say` and `hint` are all that ever reaches a person. */
export class NexusError extends Error {
  readonly code: ErrorCode;
  readonly say: string;
  readonly hint: string;
  readonly retryable: boolean;
  readonly right: string | undefined;
  readonly isPlaceGone: boolean;

  constructor(code: ErrorCode, detail: string, options: NexusErrorOptions = {}) {
    super(detail, options);
    this.name = "NexusError";
    this.code = code;
    this.say = options.say ?? ERRORS[code].cause;
    this.hint = options.hint ?? ERRORS[code].hint;
    this.retryable = ERRORS[code].retryable;
    this.right = options.right;
    this.isPlaceGone = options.isPlaceGone ?? false;
  }
}

/** The error as it is: our own unchanged, anything else wrapped as `internal` with the original as its cause. */
export function asNexusError(error: unknown): NexusError {
  if (error instanceof NexusError) return error;
  return new NexusError("internal", error instanceof Error ? error.message : String(error), { cause: error });
}

/** Whether a promise was rejected because its AbortSignal fired. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === "AbortError" || error.name === "TimeoutError");
}
