import { z } from "zod";
import { wrong, type SlackRefusal } from "#test/platforms/slack/answer.ts";
import type { Delivered, Delivery } from "#test/platforms/slack/delivery.ts";
import { viewObject } from "#test/platforms/slack/objects.ts";
import type { Place } from "#test/platforms/slack/place.ts";
import { checkView } from "#test/platforms/slack/view-rules.ts";
import type { View } from "#test/platforms/slack/views.ts";
import { identity } from "./command.ts";
import { controlsOf, type Control } from "./controls.ts";
import { blocksOf } from "./press.ts";

/** What a person enters, by the label of each input (or its action id). */
export type Entered = Readonly<Record<string, string | readonly string[]>>;

/** How a form was taken: `errors` by label, when the app found some. */
export interface Submitted extends Delivered {
  readonly errors: Readonly<Record<string, string>>;
}

/** What people do in modals; each resolves when the app has acknowledged, or has not in time. */
export interface Filling {
  submit(form: { viewId: string; values: Entered; user: string }): Promise<Submitted>;
  closeView(view: { viewId: string; user: string }): Promise<Delivered | undefined>;
}

/** What an app may say to a submission. https://docs.slack.dev/surfaces/modals#response_actions */
const ResponseAction = z.discriminatedUnion("response_action", [
  z.strictObject({ response_action: z.literal("errors"), errors: z.record(z.string(), z.string().min(1)) }),
  z.strictObject({ response_action: z.literal("clear") }),
  z.strictObject({ response_action: z.literal("update"), view: z.looseObject({ type: z.string() }) }),
  z.strictObject({ response_action: z.literal("push"), view: z.looseObject({ type: z.string() }) }),
]);

/** Creates the forms' keyboard. `complain` hears answers that no correct app gives. */
export function createFilling(place: Place, delivery: Delivery, complain: (refusal: SlackRefusal) => void): Filling {
  const { workspace, app, views } = place;

  function see(viewId: string, user: string): View {
    const view = views.stack(user).at(-1);
    if (view?.id !== viewId) throw new Error(`${user} does not have ${viewId} in front`);
    return view;
  }

  function payload(view: View, values: unknown, type: "view_submission" | "view_closed"): Record<string, unknown> {
    const person = workspace.people.get(view.user);
    const botId = workspace.teams.get(view.teamId)?.botId ?? "";
    if (person === undefined) throw new Error(`there is nobody called ${view.user}`);
    const common = { type, token: "legacy", ...identity(place, view.teamId, person) };
    const seen = viewObject(view, app, botId, values);
    if (type === "view_closed") return { ...common, view: seen, is_cleared: false };
    const triggerId = views.mintTrigger(view.user, view.teamId);
    return { ...common, trigger_id: triggerId, view: seen, response_urls: [] };
  }

  function answer(view: View, raw: unknown): Readonly<Record<string, string>> {
    if (raw === undefined) {
      views.close(view);
      return {};
    }
    const read = ResponseAction.safeParse(raw);
    if (!read.success) {
      complain(wrong("invalid_response_action", z.prettifyError(read.error)));
      return {};
    }
    const response = read.data;
    if (response.response_action === "clear") {
      views.clear(view.user);
      return {};
    }
    if (response.response_action === "errors") return nameErrors(view, response.errors);
    const refusal = checkView(place, response.view, "modal");
    if (refusal !== undefined) complain(refusal);
    else if (response.response_action === "push") views.open(view.user, view.teamId, response.view, true);
    else views.update(view, response.view);
    return {};
  }

  function nameErrors(view: View, errors: Readonly<Record<string, string>>): Record<string, string> {
    const inputs = controlsOf(blocksOf(view)).filter(({ isInput }) => isInput);
    const named: Record<string, string> = {};
    for (const [blockId, message] of Object.entries(errors)) {
      const input = inputs.find((one) => one.blockId === blockId);
      if (input === undefined) complain(wrong("invalid_errors", `${blockId} is no input block of the view`));
      else named[input.label] = message;
    }
    return named;
  }

  return {
    async submit({ viewId, values, user }) {
      const view = see(viewId, user);
      const delivered = await delivery.interaction(
        "interactive",
        payload(view, enter(view, values), "view_submission"),
      );
      return { ...delivered, errors: delivered.acked ? answer(view, delivered.payload) : {} };
    },
    async closeView({ viewId, user }) {
      const view = see(viewId, user);
      views.close(view);
      if (view.body["notify_on_close"] !== true) return undefined;
      return delivery.interaction("interactive", payload(view, {}, "view_closed"));
    },
  };
}

/** `state.values` of a submission; what the client itself would not let through is a mistake of the test. */
function enter(view: View, entered: Entered): Record<string, Record<string, unknown>> {
  const inputs = controlsOf(blocksOf(view)).filter(({ isInput }) => isInput);
  const known = new Set(inputs.flatMap(({ label, element }) => [label, element.action_id ?? ""]));
  const strange = Object.keys(entered).filter((name) => !known.has(name));
  if (strange.length > 0) throw new Error(`there is no input ${strange.join(", ")} among ${[...known].join(", ")}`);
  const values: Record<string, Record<string, unknown>> = {};
  for (const input of inputs) {
    const { element, label, blockId } = input;
    const value = entered[label] ?? entered[element.action_id ?? ""] ?? element.initial_value;
    if (value === undefined && !input.isOptional && element.initial_option === undefined) {
      throw new Error(`Slack does not send the form: "${label}" is empty`);
    }
    if (element.max_length !== undefined && typeof value === "string" && value.length > element.max_length) {
      throw new Error(`Slack does not send the form: "${label}" is too long`);
    }
    values[blockId] = { [element.action_id ?? "generated"]: state(input, value) };
  }
  return values;
}

/** https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload#view_submission_fields */
function state({ element }: Control, value: string | readonly string[] | undefined): Record<string, unknown> {
  const { type } = element;
  const options = element.options ?? [];
  const byLabel = (label: string) => options.find(({ text, value: own }) => text.text === label || own === label);
  switch (type) {
    case "static_select":
    case "radio_buttons": {
      const chosen = typeof value === "string" ? byLabel(value) : element.initial_option;
      return { type, selected_option: chosen ?? null };
    }
    case "checkboxes":
    case "multi_static_select":
      return { type, selected_options: [value ?? []].flat().flatMap((label) => byLabel(label) ?? []) };
    case "datepicker":
      return { type, selected_date: value ?? null };
    case "timepicker":
      return { type, selected_time: value ?? null };
    case "users_select":
      return { type, selected_user: value ?? null };
    default:
      return { type, value: value ?? null };
  }
}
