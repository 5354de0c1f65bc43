import { z } from "zod";
import { success, unable } from "#test/platforms/slack/answer.ts";
import { flag, method, type Method } from "#test/platforms/slack/method.ts";
import { botUserObject, userObject } from "#test/platforms/slack/objects.ts";
import type { Place } from "#test/platforms/slack/place.ts";

/** Who people are. */
export function peopleMethods(
  place: Place,
  usergroups: ReadonlyMap<string, readonly string[]>,
): Record<string, Method> {
  const { app, workspace } = place;
  return {
    "users.info": method(
      { scopes: ["users:read"] },
      { user: z.string(), include_locale: flag.optional() },
      (args, { team }) => {
        if (args.user === team.botUserId) return success({ user: botUserObject(team, app) });
        const person = workspace.people.get(args.user);
        if (person === undefined || person.teamId !== team.id) return unable("user_not_found", args.user);
        const { locale, ...user } = userObject(person);
        return success({ user: args.include_locale === true ? { ...user, locale } : user });
      },
    ),
    "usergroups.users.list": method(
      { scopes: ["usergroups:read"] },
      { usergroup: z.string(), include_disabled: flag.optional(), team_id: z.string().optional() },
      (args) => {
        const users = usergroups.get(args.usergroup);
        return users === undefined ? unable("no_such_subteam", args.usergroup) : success({ users });
      },
    ),
    "usergroups.list": method(
      { scopes: ["usergroups:read"] },
      {
        include_users: flag.optional(),
        include_count: flag.optional(),
        include_disabled: flag.optional(),
        team_id: z.string().optional(),
      },
      (args, { team }) =>
        success({
          usergroups: [...usergroups].map(([id, users]) => ({
            id,
            team_id: team.id,
            is_usergroup: true,
            name: id,
            handle: id.toLowerCase(),
            ...(args.include_users === true ? { users } : {}),
          })),
        }),
    ),
  };
}
