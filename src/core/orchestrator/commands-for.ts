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
}

/** What commands are about, as help groups them. */
const SECTIONS: readonly { readonly about: string; readonly commands: readonly Listed[] }[] = [
  {
    about: "Ask",
    commands: [
      { show: "help" },
      { show: "status" },
      { show: "modules", needs: "module.read" },
      { show: "modules find <words>", begin: "modules find", needs: "module.read" },
      { show: "approvals", needs: "gate.read" },
      { show: "proposals", needs: "proposal.read" },
      { show: "who approved this?", begin: "who approved this", needs: "gate.read" },
      { show: "why" },
      { show: "route explain <sentence>", begin: "route explain" },
      { show: "stop" },
    ],
  },
  {
    about: "Yours",
    commands: [
      { show: "whoami" },
      { show: "usage", needs: "usage.own" },
      { show: "limits", needs: "usage.own" },
      { show: "ask for more", needs: "quota.request" },
      { show: "credentials", needs: "credential.own" },
      { show: "connect <name>", begin: null, needs: "credential.own" },
      { show: "keys", needs: "key.own" },
      { show: "link" },
      { show: "unlink" },
      { show: "time zone <city>", begin: "time zone" },
      { show: "reminders" },
      { show: "undo" },
      { show: "my data" },
      { show: "forget this conversation", needs: "person.erase_own" },
      { show: "forget me", needs: "person.erase_own" },
    ],
  },
  {
    about: "Rules here",
    commands: [
      { show: "roles", needs: "role.read" },
      { show: "policy", needs: "policy.read" },
      { show: "grants", needs: "module.read" },
    ],
  },
  {
    about: "Change",
    commands: [
      { show: "enable|disable <module>", begin: null, needs: "module.switch", installs: true },
      { show: "build a module", begin: null, needs: "module.build", installs: true },
      { show: "builds", needs: "module.build" },
      { show: "install <module>", begin: null, needs: "module.build", installs: true },
      { show: "undo|versions|uninstall <module>", begin: null, needs: "module.undo", installs: true },
      { show: "pin|revoke <module>", begin: null, needs: "module.pin", installs: true },
      { show: "solo on|off", begin: "solo", needs: "approval.solo" },
      { show: "make <name> operator", begin: "make", needs: "role.grant" },
      { show: "map <group> operator", begin: "maps", needs: "role.map" },
      { show: "grant <module> to operators", begin: null, needs: "module.grant" },
      { show: "policy stay inside on", begin: "policy everywhere", needs: "policy.manage" },
      { show: "limit org 100 a day", begin: "limit", needs: "quota.manage" },
      { show: "sample on|off", begin: "sample", needs: "sample.switch" },
    ],
  },
  {
    about: "Record",
    commands: [
      { show: "audit", needs: "audit.read" },
      { show: "audit verify", needs: "audit.read" },
    ],
  },
];

/** Commands about one thing, as help shows them. */
export interface CommandSection {
  readonly about: string;
  readonly commands: readonly string[];
}

/** The commands that somebody may give where they are, by what they are about. */
export function commandsFor(role: Role, policy: Pick<ChannelPolicy, "installs">): CommandSection[] {
  return SECTIONS.flatMap(({ about, commands }) => {
    const allowed = commands.filter((one) => isFor(one, role, policy)).map(({ show }) => show);
    return allowed.length === 0 ? [] : [{ about, commands: allowed }];
  });
}

/** The same, as sentences begin with them. */
export function beginningsFor(role: Role, policy: Pick<ChannelPolicy, "installs">): string[] {
  return SECTIONS.flatMap(({ commands }) => commands)
    .filter((one) => isFor(one, role, policy))
    .flatMap(({ show, begin = show }) => begin ?? []);
}

function isFor({ needs, installs }: Listed, role: Role, policy: Pick<ChannelPolicy, "installs">): boolean {
  return (needs === undefined || MATRIX[role].has(needs)) && (policy.installs || installs !== true);
}
