import type { Delivered, Delivery } from "#test/platforms/slack/delivery.ts";
import { messageObject, viewObject } from "#test/platforms/slack/objects.ts";
import type { Place } from "#test/platforms/slack/place.ts";
import type { Origin, ResponseUrls } from "#test/platforms/slack/response-url.ts";
import type { View } from "#test/platforms/slack/views.ts";
import type { Channel, Message } from "#test/platforms/slack/workspace.ts";
import { channelName, identity, type Reaction } from "./command.ts";
import { controlsOf, type Control } from "./controls.ts";

/** Which button: by what it says, or by its action id. */
export type Which = { readonly label: string } | { readonly actionId: string };
/** Where it is: in a message, in an open modal, or in the person's Home. */
export type Where =
  | { readonly channel: string; readonly ts: string }
  | { readonly viewId: string }
  | { readonly home: true };

/** What people press and choose; each resolves when the app has acknowledged, or has not in time. */
export interface Pressing {
  /** `value` presses a button as if it carried another value than it does: a forged one. */
  press(what: Where & Which & { user: string; value?: string }): Promise<Reaction>;
  /** Chooses an option of a menu, by what it says. */
  select(what: Where & Which & { user: string; option: string }): Promise<Reaction>;
}

/** Creates the fingers. */
export function createPressing(place: Place, delivery: Delivery, responses: ResponseUrls): Pressing {
  const { workspace, app, views } = place;

  function locate(where: Where, user: string): Located {
    const person = workspace.people.get(user);
    if (person === undefined) throw new Error(`there is nobody called ${user}`);
    if ("channel" in where) {
      const channel = workspace.channels.get(where.channel);
      const message = workspace.find(where.channel, where.ts);
      const isHidden = message?.ephemeralTo !== undefined && message.ephemeralTo !== user;
      if (channel === undefined || message === undefined || isHidden || !channel.members.has(user)) {
        throw new Error(`${user} sees no message ${where.ts} in ${where.channel}`);
      }
      return { person, teamId: channel.teamId, blocks: message.blocks, at: inMessage(channel, message) };
    }
    const view = "viewId" in where ? views.find(where.viewId) : views.home(user, person.teamId);
    if (view === undefined || view.user !== user) throw new Error(`${user} sees no such view`);
    return { person, teamId: view.teamId, blocks: blocksOf(view), at: inView(view) };
  }

  function inMessage(channel: Channel, message: Message) {
    const isEphemeral = message.ephemeralTo !== undefined;
    const { ts, threadTs } = message;
    const thread = threadTs === undefined ? {} : { thread_ts: threadTs };
    return {
      container: { type: "message", message_ts: ts, channel_id: channel.id, is_ephemeral: isEphemeral, ...thread },
      channel: { id: channel.id, name: channelName(channel) },
      // https://docs.slack.dev/reference/interaction-payloads/block_actions-payload: not there for ephemeral messages
      ...(isEphemeral ? {} : { message: messageObject(message, place, true) }),
      state: { values: {} },
      origin: { channel: channel.id, message },
    };
  }

  function inView(view: View) {
    const botId = workspace.teams.get(view.teamId)?.botId ?? "";
    return { container: { type: "view", view_id: view.id }, view: viewObject(view, app, botId), origin: undefined };
  }

  async function act(where: Where, user: string, control: Control, action: Record<string, unknown>): Promise<Reaction> {
    const { person, teamId, at } = locate(where, user);
    const { origin, ...rest } = at;
    const from: Origin | undefined = origin === undefined ? undefined : { teamId, user, ...origin };
    const responseUrl = from === undefined ? "" : responses.mint(from);
    const triggerId = views.mintTrigger(user, teamId);
    const delivered: Delivered = await delivery.interaction("interactive", {
      type: "block_actions",
      token: "legacy",
      ...identity(place, teamId, person),
      trigger_id: triggerId,
      ...(responseUrl === "" ? {} : { response_url: responseUrl }),
      ...rest,
      actions: [
        {
          type: control.element.type,
          action_id: control.element.action_id ?? "generated",
          block_id: control.blockId,
          ...action,
          action_ts: workspace.mintTs(),
        },
      ],
    });
    return { ...delivered, triggerId, responseUrl };
  }

  return {
    press(what) {
      const { blocks } = locate(what, what.user);
      const control = find(controlsOf(blocks), what, what.user);
      const { element } = control;
      const answer = [element.positive_button, element.negative_button].find(
        (one) => one !== undefined && "label" in what && one.text.text === what.label,
      );
      const text = answer?.text ?? element.text;
      const value = what.value ?? answer?.value ?? element.value;
      return act(what, what.user, control, {
        ...(text === undefined ? {} : { text }),
        ...(value === undefined ? {} : { value }),
        ...(element.style === undefined ? {} : { style: element.style }),
      });
    },
    select(what) {
      const { blocks } = locate(what, what.user);
      const control = find(controlsOf(blocks), what, what.user);
      const { options = [], option_groups: groups = [] } = control.element;
      const all = [...options, ...groups.flatMap((group) => group.options)];
      const selected = all.find(({ text }) => text.text === what.option);
      if (selected === undefined) throw new Error(`there is no option "${what.option}"`);
      return act(what, what.user, control, { selected_option: selected });
    },
  };
}

interface Located {
  readonly person: NonNullable<ReturnType<Place["workspace"]["people"]["get"]>>;
  readonly teamId: string;
  readonly blocks: readonly unknown[];
  readonly at: {
    readonly origin: { readonly channel: string; readonly message: Message } | undefined;
    readonly [field: string]: unknown;
  };
}

/** The blocks a person sees in a view. */
export function blocksOf(view: View): readonly unknown[] {
  const { blocks } = view.body;
  return Array.isArray(blocks) ? blocks : [];
}

function find(controls: readonly Control[], which: Which, user: string): Control {
  const seen = controls.filter(({ element }) => element.visible_to_user_ids?.includes(user) ?? true);
  const found = seen.find(({ element, label }) => {
    if ("actionId" in which) return element.action_id === which.actionId;
    const answers = [element.positive_button?.text.text, element.negative_button?.text.text];
    return label === which.label || answers.includes(which.label);
  });
  if (found !== undefined) return found;
  throw new Error(`there is no ${JSON.stringify(which)} among ${JSON.stringify(seen.map(({ label }) => label))}`);
}
