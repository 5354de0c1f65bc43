import { includesRole, type Role } from "#core/contract/gate.ts";
import type { OrgId, PersonId } from "#core/contract/ids.ts";
import type { Member, Repositories, Store } from "#core/store/store.ts";

/** What came of a wish to change somebody's role. */
export type Grant =
  | { readonly state: "granted"; readonly before: Role }
  | { readonly state: "unchanged" }
  /** Above what the one who grants may give or take. */
  | { readonly state: "not_allowed" }
  /** An org that has an owner keeps one. */
  | { readonly state: "last_owner" };

/** Who may do what in an org. Read anew at each question: a right that was taken is gone at the next press. */
export interface Roles {
  roleOf(org: OrgId, person: PersonId): Promise<Role>;
  /** Gives `person` a role, or takes one, as far as the role of `by` goes. */
  grant(org: OrgId, by: PersonId, person: PersonId, role: Role): Promise<Grant>;
  /** Whoever may do more than anybody, or has been told that they may not. */
  list(org: OrgId): Promise<readonly Required<Member>[]>;
  /** Those among them whose role includes `role`. */
  withRole(org: OrgId, role: Role): Promise<readonly Required<Member>[]>;
  /** The people meant by a name or mention: `@ada`, `<@U123>`, `U123`. */
  find(org: OrgId, name: string): Promise<readonly Member[]>;
}

/** Makes the roles of all orgs. The one at the terminal of the machine that runs NEXUS owns that org. */
export function createRoles({ store }: { readonly store: Store }): Roles {
  const list: Roles["list"] = async (org) => {
    const granted = await store.forOrg(org).roles.granted();
    return granted.flatMap(({ role, ...member }) => (role === undefined ? [] : [{ ...member, role }]));
  };
  return {
    roleOf: (org, person) => roleIn(store, org, person),
    grant: (org, by, person, role) =>
      store.transaction(async (inside) => {
        const verdict = await judge(inside, org, by, person, role);
        if (verdict.state === "granted") await inside.forOrg(org).roles.set(person, role, by);
        return verdict;
      }),
    list,
    withRole: async (org, role) => (await list(org)).filter((member) => includesRole(member.role, role)),
    find: (org, name) => store.forOrg(org).roles.find(bareName(name)),
  };
}

async function roleIn(repositories: Repositories, org: OrgId, person: PersonId): Promise<Role> {
  if ((await repositories.people.orgOf("console", "local")) === org) return "owner";
  return (await repositories.forOrg(org).roles.get(person)) ?? "viewer";
}

async function judge(inside: Repositories, org: OrgId, by: PersonId, person: PersonId, role: Role): Promise<Grant> {
  const own = await roleIn(inside, org, by);
  const before = await roleIn(inside, org, person);
  if (!mayChange(own, before, role)) return { state: "not_allowed" };
  if (before === role) return { state: "unchanged" };
  if (before === "owner") {
    const owners = (await inside.forOrg(org).roles.granted()).filter((member) => member.role === "owner");
    if (!owners.some((owner) => owner.person !== person)) return { state: "last_owner" };
  }
  return { state: "granted", before };
}

/** An owner may change anything; an admin whatever is below their own role. */
function mayChange(own: Role, before: Role, after: Role): boolean {
  if (own === "owner") return true;
  return own === "admin" && includesRole("operator", before) && includesRole("operator", after);
}

/** The id or name inside a mention, as the platforms write them: `<@U123>`, `<@U123|ada>`, `<@!123>`, `@ada`. */
function bareName(name: string): string {
  const mention = /^<@!?([^|>]+)(?:\|[^>]*)?>$/.exec(name.trim());
  return mention?.[1] ?? name.trim().replace(/^@/, "");
}
