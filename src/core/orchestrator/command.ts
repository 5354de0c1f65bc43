import { type AuditCommand, readAuditCommand } from "./record/audit-command.ts";
import { type BuildCommand, readBuildCommand } from "./growth/build-command.ts";
import { type CredentialsCommand, readCredentialsCommand } from "./secrets/credentials-command.ts";
import { type ExpiryCommand, readExpiryCommand } from "./clock/expiry-command.ts";
import { type FindCommand, readFindCommand } from "./growth/modules-find.ts";
import { type GateCommand, readGateCommand } from "./approvals/gate-command.ts";
import { type HalfTyped, readHalfTyped } from "./half-typed.ts";
import { type HelpCommand, readHelpCommand } from "./help-topic.ts";
import { type EmailCommand, readEmailCommand } from "./clock/email-command.ts";
import { type HooksCommand, readHooksCommand } from "./clock/hooks-command.ts";
import { type JobsCommand, readJobsCommand } from "./clock/jobs-command.ts";
import { type KeysCommand, readKeysCommand } from "./secrets/keys-command.ts";
import { type LinkCommand, readLinkCommand } from "./people/link.ts";
import { type PlanCommand, readPlanCommand } from "./wishes/plan-command.ts";
import { type PolicyCommand, readPolicyCommand } from "./people/policy-command.ts";
import { type ProposalCommand, readProposalCommand } from "./growth/proposal-command.ts";
import { type PrivacyCommand, readPrivacyCommand } from "./people/privacy-command.ts";
import { type RemindersCommand, readRemindersCommand } from "./wishes/reminders-command.ts";
import { readRouteCommand, type RouteCommand } from "./models/route-command.ts";
import { readSchedulesCommand, type SchedulesCommand } from "./clock/schedules-command.ts";
import { type RolesCommand, readRolesCommand } from "./people/roles-command.ts";
import { readZoneCommand, type ZoneCommand } from "./people/time-zone.ts";
import { readWatchesCommand, type WatchesCommand } from "./clock/watches-command.ts";
import { readUndoCommand, type UndoCommand } from "./growth/undo-command.ts";
import { readUsageCommand, type UsageCommand } from "./usage/usage-command.ts";

/** What was recognised word for word, before any classifier: it costs nothing and is never wrong. */
export type Command =
  | { readonly name: "hello" | "modules" | "why" | "status" | "stop" | "who" | "thanks" }
  | { readonly name: "sample"; readonly on: boolean }
  | { readonly name: "connect" | "disconnect"; readonly what: string }
  | { readonly name: "switch"; readonly module: string; readonly on: boolean }
  | FindCommand
  | GateCommand
  | HalfTyped
  | HelpCommand
  | RolesCommand
  | LinkCommand
  | ZoneCommand
  | AuditCommand
  | CredentialsCommand
  | ExpiryCommand
  | EmailCommand
  | HooksCommand
  | JobsCommand
  | KeysCommand
  | PlanCommand
  | PolicyCommand
  | PrivacyCommand
  | ProposalCommand
  | RouteCommand
  | RemindersCommand
  | SchedulesCommand
  | WatchesCommand
  | UndoCommand
  | UsageCommand
  | BuildCommand;

const EXACT: readonly [RegExp, Command][] = [
  [/^(?:help|\?|what can you do|what can i (?:ask|say|do)(?: here)?|commands)$/, { name: "help" }],
  [
    /^(?:hello|hi|hey|hiya|howdy|greetings|good (?:morning|afternoon|evening|day))(?:,? (?:there|again|everyone|all|nexus))?$/,
    { name: "hello" },
  ],
  [/^(?:modules|list modules|which modules (?:are there|do you have))$/, { name: "modules" }],
  [/^(?:why|why\?|why that|how did you (?:know|decide)(?: that)?)$/, { name: "why" }],
  [/^(?:status|health|how are you doing)$/, { name: "status" }],
  [/^(?:stop|cancel|never ?mind|forget it|abort|halt)$/, { name: "stop" }],
  [/^(?:who are you|what are you|are you (?:a )?(?:bot|human|real|an ai))$/, { name: "who" }],
  [
    /^(?:thanks|thank you|thx|ty|cheers|great|ok|okay|perfect|nice|good bot)(?: (?:a lot|very much|nexus))?$/,
    { name: "thanks" },
  ],
  [
    /^(?:sample(?: data)?|demo(?: data)?) (?:on)$|^(?:turn|switch) on (?:the )?sample data$/,
    { name: "sample", on: true },
  ],
  [
    /^(?:sample(?: data)?|demo(?: data)?) (?:off)$|^(?:turn|switch) off (?:the )?sample data$/,
    { name: "sample", on: false },
  ],
];

const CONNECT =
  /^(?:connect|add|set ?up|link|use)\s+(?:the |my )?(.{2,40}?)(?:\s+(?:with|using) (?:my|an?|the) (?:(?:api )?key|token|account))?$/;
const DISCONNECT =
  /^(?:disconnect|remove|unlink|forget)\s+(?:the |my )?(.{2,40}?)(?:\s+(?:key|credential|token|account))?$/;

const SWITCH = /^(?:(enable|switch on|turn on)|disable|switch off|turn off)\s+(?:the )?(.{2,40}?)(?: module)?$/;

/**
 * The command a text is, word for word, or undefined. Ignores case, a leading `/nexus` or `nexus`, and closing marks.
 * @param isSource whether a name is that of a module or credential: “add milk to my list” must not open a key form
 * @param isModule whether a name is that of a module: “turn off the lights” is not for us
 */
export function readCommand(
  text: string,
  isSource: (name: string) => boolean,
  isModule: (name: string) => boolean = () => false,
): Command | undefined {
  const said = text
    .normalize("NFKC")
    .trim()
    .slice(0, MAX_COMMAND)
    .replace(/^\/?nexus[\s,:]+/i, "")
    .replace(/(?<=\S)[.!?]+$/, "")
    .replace(/\s+/g, " ");
  const words = said.toLowerCase();
  const exact = EXACT.find(([pattern]) => pattern.test(words));
  if (exact !== undefined) return exact[1];
  const own =
    readHelpCommand(words) ??
    readAuditCommand(said) ??
    readCredentialsCommand(said) ??
    readExpiryCommand(said, isSource) ??
    readEmailCommand(said) ??
    readHooksCommand(said) ??
    readJobsCommand(said) ??
    readKeysCommand(said) ??
    readPlanCommand(said) ??
    readRemindersCommand(said) ??
    readSchedulesCommand(said) ??
    readWatchesCommand(said) ??
    readPolicyCommand(said) ??
    readPrivacyCommand(said) ??
    readProposalCommand(said) ??
    readRouteCommand(said) ??
    readUsageCommand(said) ??
    readFindCommand(said) ??
    readBuildCommand(said);
  if (own !== undefined) return own;
  const add = CONNECT.exec(words)?.[1];
  if (add !== undefined && isSource(add)) return { name: "connect", what: add };
  const remove = DISCONNECT.exec(words)?.[1];
  if (remove !== undefined && isSource(remove)) return { name: "disconnect", what: remove };
  const [, on, module] = SWITCH.exec(words) ?? [];
  if (module !== undefined && isModule(module)) return { name: "switch", module, on: on !== undefined };
  return (
    readUndoCommand(said, isModule) ??
    readGateCommand(said) ??
    readRolesCommand(said) ??
    readLinkCommand(said) ??
    readZoneCommand(said) ??
    readHalfTyped(said)
  );
}

/** Room for a reason; in characters. */
const MAX_COMMAND = 600;
