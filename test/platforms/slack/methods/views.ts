import { z } from "zod";
import { success, unable, wrong, type SlackRefusal } from "#test/platforms/slack/answer.ts";
import { method, structure, type Caller, type Method } from "#test/platforms/slack/method.ts";
import { viewObject } from "#test/platforms/slack/objects.ts";
import type { Place } from "#test/platforms/slack/place.ts";
import { checkView } from "#test/platforms/slack/view-rules.ts";
import type { View } from "#test/platforms/slack/views.ts";

const ViewArgument = structure(z.looseObject({ type: z.string() }));
/** https://docs.slack.dev/surfaces/modals: "an app can have up to three views open at once" */
const MOST_VIEWS = 3;

/** Modals and App Home. */
export function viewMethods(place: Place): Record<string, Method> {
  const { app, views, workspace } = place;

  function useTrigger(trigger: string, { team }: Caller): { user: string } | SlackRefusal {
    const used = views.useTrigger(trigger);
    if (used === "invalid") return wrong("invalid_trigger_id", trigger);
    if (used === "exchanged") return wrong("exchanged_trigger_id", "a trigger opens one view");
    if (used === "expired") return wrong("expired_trigger_id", "older than 3 s");
    return used.teamId === team.id ? used : wrong("invalid_trigger_id", "of another workspace");
  }
  const shown = (view: View, { team }: Caller) => success({ view: viewObject(view, app, team.botId) });

  return {
    "views.open": method(
      {},
      { trigger_id: z.string(), view: ViewArgument, interactivity_pointer: z.string().optional() },
      (args, caller) => {
        const refusal = checkView(place, args.view, "modal");
        if (refusal !== undefined) return refusal;
        const trigger = useTrigger(args.trigger_id, caller);
        return "error" in trigger ? trigger : shown(views.open(trigger.user, caller.team.id, args.view, false), caller);
      },
    ),
    "views.push": method({}, { trigger_id: z.string(), view: ViewArgument }, (args, caller) => {
      const refusal = checkView(place, args.view, "modal");
      if (refusal !== undefined) return refusal;
      const trigger = useTrigger(args.trigger_id, caller);
      if ("error" in trigger) return trigger;
      const open = views.stack(trigger.user).length;
      if (open === 0) return wrong("invalid_trigger_id", "no view is open to push upon");
      if (open >= MOST_VIEWS) return wrong("push_limit_reached", `${MOST_VIEWS} views are open`);
      return shown(views.open(trigger.user, caller.team.id, args.view, true), caller);
    }),
    "views.update": method(
      {},
      {
        view: ViewArgument,
        view_id: z.string().optional(),
        external_id: z.string().optional(),
        hash: z.string().optional(),
      },
      (args, caller) => {
        const refusal = checkView(place, args.view, args.view.type === "home" ? "home" : "modal");
        if (refusal !== undefined) return refusal;
        const view = args.view_id === undefined ? undefined : views.find(args.view_id);
        if (args.view_id === undefined) return wrong("invalid_arguments", "view_id is how views are found here");
        if (view === undefined || view.teamId !== caller.team.id) return unable("not_found", args.view_id);
        if (args.hash !== undefined && args.hash !== view.hash) return unable("hash_conflict", "the view has moved on");
        views.update(view, args.view);
        return shown(view, caller);
      },
    ),
    "views.publish": method(
      {},
      { user_id: z.string(), view: ViewArgument, hash: z.string().optional() },
      (args, caller) => {
        const refusal = checkView(place, args.view, "home");
        if (refusal !== undefined) return refusal;
        if (!workspace.people.has(args.user_id)) return unable("user_not_found", args.user_id);
        const home = views.home(args.user_id, caller.team.id);
        if (args.hash !== undefined && args.hash !== home?.hash)
          return unable("hash_conflict", "the Home has moved on");
        return shown(views.publish(args.user_id, caller.team.id, args.view), caller);
      },
    ),
  };
}
