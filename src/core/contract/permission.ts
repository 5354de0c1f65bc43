import { includesRole, type Role } from "./gate.ts";

/** Everything a role can allow: the least role that has it, and what it is, as in “only admins can …”. */
export const PERMISSIONS = {
  "self.read": { least: "viewer", what: "see who they are here and what they may do" },
  "chat.ask": { least: "viewer", what: "ask me anything" },
  "effect.request": { least: "viewer", what: "ask for something to be changed outside" },
  "gate.read": { least: "viewer", what: "see what waits for a decision" },
  "gate.decide": { least: "operator", what: "decide on requests" },
  "module.read": { least: "viewer", what: "see which modules are installed" },
  "module.switch": { least: "viewer", what: "ask for a module to be switched on or off" },
  "module.grant": { least: "admin", what: "say who may use a module" },
  "module.build": { least: "operator", what: "have modules built or installed" },
  "module.undo": { least: "operator", what: "take a module back to its version before, or away" },
  "module.pin": { least: "admin", what: "keep a module at its version, or let it go" },
  "module.revoke": { least: "admin", what: "forbid exact bytes of a module for good" },
  "proposal.read": { least: "viewer", what: "see which modules are proposed" },
  "proposal.decide": { least: "operator", what: "decide on proposed modules" },
  "approval.solo": { least: "owner", what: "let who asks for a module also approve it" },
  "credential.own": { least: "viewer", what: "connect an account of their own" },
  "credential.share": { least: "admin", what: "connect, share or disconnect sources for everybody here" },
  "people.read": { least: "operator", what: "see who is known here" },
  "role.read": { least: "viewer", what: "see who may do what" },
  "role.grant": { least: "admin", what: "say who is an operator" },
  "role.map": { least: "owner", what: "say which groups of the platform have which role" },
  "policy.read": { least: "viewer", what: "see what a channel allows" },
  "policy.manage": { least: "admin", what: "say what a channel allows" },
  "schedule.own": { least: "viewer", what: "set up briefings, reminders and watches of their own" },
  "schedule.manage": { least: "admin", what: "change or stop everybody's schedules" },
  "hook.manage": { least: "admin", what: "let programs outside post here" },
  "job.read": { least: "operator", what: "see what NEXUS does by itself" },
  "job.run": { least: "admin", what: "have NEXUS do its regular work at once" },
  "key.own": { least: "operator", what: "make API keys" },
  "key.manage": { least: "admin", what: "see and revoke everybody's API keys" },
  "usage.own": { least: "viewer", what: "see their own usage" },
  "usage.read": { least: "admin", what: "see everybody's usage" },
  "quota.request": { least: "viewer", what: "ask for more units" },
  "quota.manage": { least: "admin", what: "set limits on usage" },
  "audit.read": { least: "admin", what: "read and export the audit" },
  "routing.read": { least: "operator", what: "see how requests are routed" },
  "routing.manage": { least: "admin", what: "change how requests are routed" },
  "sample.switch": { least: "admin", what: "switch sample data on or off" },
  "platform.join": { least: "owner", what: "connect or leave a platform" },
  "org.export": { least: "admin", what: "export the configuration" },
  "org.import": { least: "owner", what: "import a configuration" },
  "org.link": { least: "owner", what: "join two workspaces into one" },
  "person.erase_own": { least: "viewer", what: "have everything about themselves deleted" },
  "person.erase": { least: "owner", what: "delete everything about a person" },
  "health.read": { least: "viewer", what: "see how NEXUS is doing" },
} as const satisfies Record<string, { readonly least: Role; readonly what: string }>;

export type Permission = keyof typeof PERMISSIONS;

/** Every permission by name, for schemas and tables. */
export const PERMISSION_NAMES = Object.keys(PERMISSIONS).filter((name): name is Permission => name in PERMISSIONS);

/** Whoever has at least a role, in words: “admins and owners”. */
export function whoMay(role: Role): string {
  return {
    viewer: "anybody here",
    operator: "operators, admins and owners",
    admin: "admins and owners",
    owner: "owners",
  }[role];
}

/** Which role allows what: the whole matrix. */
export const MATRIX: Readonly<Record<Role, ReadonlySet<Permission>>> = {
  viewer: allowedTo("viewer"),
  operator: allowedTo("operator"),
  admin: allowedTo("admin"),
  owner: allowedTo("owner"),
};

function allowedTo(role: Role): ReadonlySet<Permission> {
  return new Set(PERMISSION_NAMES.filter((name) => includesRole(role, PERMISSIONS[name].least)));
}
