import type { ChannelPolicy } from "#core/contract/channel-policy.ts";
import type { Role } from "#core/contract/gate.ts";
import { MATRIX, type Permission } from "#core/contract/permission.ts";

/** A command, as it is shown and as a sentence begins with it. */
interface Listed {
  readonly show: string;
  /** What completion offers, where that is not what is shown; null offers nothing. */
  readonly begin?: string | null;
  /** Absent: for everybody. */
  readonly needs?: Permission;
  /** It leads to modules being installed or switched. */
  readonly installs?: true;
  /** Named on the first page of help too, not on its topic's alone. */
  readonly first?: true;
}

/** What help can be asked about, one page each. */
export const HELP_TOPICS = ["asking", "schedules", "yours", "modules", "rules", "record"] as const;
export type HelpTopic = (typeof HELP_TOPICS)[number];

interface Topic {
  readonly topic: HelpTopic;
  /** As it follows “`help schedules`: …” on the first page. */
  readonly about: string;
  readonly commands: readonly Listed[];
  /** What can be said instead of a command. */
  readonly wishes?: readonly { readonly words: string; readonly needs?: Permission }[];
}

/** What commands are about, as help groups them. A new command is a line here. */
const TOPICS: readonly Topic[] = [
  {
    topic: "asking",
    about: "how I answer, and what waits",
    commands: [
      { show: "help", first: true },
      { show: "status", first: true },
      { show: "approvals", needs: "gate.read", first: true },
      { show: "proposals", needs: "proposal.read" },
      { show: "who approved this?", begin: "who approved this", needs: "gate.read" },
      { show: "why", first: true },
      { show: "route explain <sentence>", begin: "route explain" },
      { show: "stop", first: true },
    ],
  },
  {
    topic: "schedules",
    about: "briefings, reminders, and what I do by the clock",
    commands: [
      { show: "digest", needs: "schedule.own", first: true },
      { show: "schedules", needs: "schedule.own", first: true },
      { show: "schedule <code>", begin: "schedule", needs: "schedule.own" },
      { show: "preview <code>", begin: "preview", needs: "schedule.own" },
      { show: "run <code> now", begin: null, needs: "schedule.own" },
      { show: "pause|resume <code>", begin: "pause", needs: "schedule.own" },
      { show: "snooze <code> until Monday", begin: null, needs: "schedule.own" },
      { show: "end <code>", begin: "end", needs: "schedule.own" },
      { show: "adopt <code>", begin: "adopt", needs: "schedule.own" },
      { show: "reminders", first: true },
      { show: "watches", needs: "schedule.own" },
      { show: "watch <code>", begin: "watch", needs: "schedule.own" },
    ],
    wishes: [
      { words: "remind me at 15:00 to call Ada" },
      { words: "tell me when it rains in Porto tomorrow", needs: "schedule.own" },
      { words: "every weekday at 8:30 post the weather and open approvals here", needs: "schedule.own" },
      { words: "remind me every Friday at 16:00 to send the report", needs: "schedule.own" },
    ],
  },
  {
    topic: "yours",
    about: "your usage, accounts, keys and data",
    commands: [
      { show: "whoami" },
      { show: "usage", needs: "usage.own", first: true },
      { show: "limits", needs: "usage.own" },
      { show: "ask for more", needs: "quota.request" },
      { show: "credentials", needs: "credential.own", first: true },
      { show: "connect <name>", begin: null, needs: "credential.own" },
      { show: "reconnect <name>", begin: "reconnect", needs: "credential.own" },
      { show: "keys", needs: "key.own" },
      { show: "email <address>", begin: "email", needs: "schedule.own" },
      { show: "link" },
      { show: "unlink" },
      { show: "time zone <city>", begin: "time zone" },
      { show: "undo", first: true },
      { show: "my data", first: true },
      { show: "forget this conversation", needs: "person.erase_own" },
      { show: "forget me", needs: "person.erase_own" },
    ],
  },
  {
    topic: "modules",
    about: "what is installed, and how to have more",
    commands: [
      { show: "modules", needs: "module.read", first: true },
      { show: "modules find <words>", begin: "modules find", needs: "module.read", first: true },
      { show: "enable|disable <module>", begin: null, needs: "module.switch", installs: true, first: true },
      { show: "build a module", begin: null, needs: "module.build", installs: true, first: true },
      { show: "builds", needs: "module.build" },
      { show: "install <module>", begin: null, needs: "module.build", installs: true },
      { show: "undo|versions|uninstall <module>", begin: null, needs: "module.undo", installs: true },
      { show: "pin|revoke <module>", begin: null, needs: "module.pin", installs: true },
      { show: "solo on|off", begin: "solo", needs: "approval.solo" },
    ],
    wishes: [{ words: "turn off gaming here", needs: "policy.manage" }],
  },
  {
    topic: "rules",
    about: "who may do what, and how much",
    commands: [
      { show: "roles", needs: "role.read", first: true },
      { show: "policy", needs: "policy.read", first: true },
      { show: "grants", needs: "module.read", first: true },
      { show: "make <name> operator", begin: "make", needs: "role.grant" },
      { show: "map <group> operator", begin: "maps", needs: "role.map" },
      { show: "grant <module> to operators", begin: null, needs: "module.grant" },
      { show: "policy stay inside on", begin: "policy everywhere", needs: "policy.manage" },
      { show: "limit org 100 a day", begin: "limit", needs: "quota.manage" },
      { show: "sample on|off", begin: "sample", needs: "sample.switch" },
    ],
    wishes: [{ words: "no cloud models here", needs: "routing.manage" }],
  },
  {
    topic: "record",
    about: "what happened, and what I do by myself",
    commands: [
      { show: "audit", needs: "audit.read", first: true },
      { show: "audit verify", needs: "audit.read" },
      { show: "jobs", needs: "job.read" },
      { show: "hooks", needs: "hook.manage" },
      { show: "hook <code>", begin: "hook", needs: "hook.manage" },
      { show: "hooks dead", needs: "hook.manage" },
      { show: "run job <name>", begin: "run job", needs: "job.run" },
    ],
    wishes: [{ words: "let GitHub post here", needs: "hook.manage" }],
  },
];

/** Commands about one thing, as help shows them. */
export interface CommandSection {
  readonly topic: HelpTopic;
  readonly about: string;
  readonly commands: readonly string[];
  /** Those of them that the first page of help names. */
  readonly first: readonly string[];
  /** What can be said in plain words instead. */
  readonly wishes: readonly string[];
}

/** The commands that somebody may give where they are, by what they are about. */
export function commandsFor(role: Role, policy: Pick<ChannelPolicy, "installs">): CommandSection[] {
  return TOPICS.flatMap(({ topic, about, commands, wishes = [] }) => {
    const allowed = commands.filter((one) => isFor(one, role, policy));
    if (allowed.length === 0) return [];
    return {
      topic,
      about,
      commands: allowed.map(({ show }) => show),
      first: allowed.filter(({ first }) => first).map(({ show }) => show),
      wishes: wishes.filter((one) => isFor(one, role, policy)).map(({ words }) => words),
    };
  });
}

/** The same, as sentences begin with them. */
export function beginningsFor(role: Role, policy: Pick<ChannelPolicy, "installs">): string[] {
  const commands = TOPICS.flatMap((topic) => topic.commands)
    .filter((one) => isFor(one, role, policy))
    .flatMap(({ show, begin = show }) => begin ?? []);
  return [...commands, ...commandsFor(role, policy).map(({ topic }) => `help ${topic}`)];
}

function isFor(
  { needs, installs }: Pick<Listed, "needs" | "installs">,
  role: Role,
  policy: Pick<ChannelPolicy, "installs">,
): boolean {
  return (needs === undefined || MATRIX[role].has(needs)) && (policy.installs || installs !== true);
}
