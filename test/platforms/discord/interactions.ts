import { z } from "zod";
import { DONE, refuse, reply, type Answer } from "./answer.ts";
import type { Gateway } from "./gateway.ts";
import { DEADLINE_MS, interactionWire, openInteraction } from "./interaction-record.ts";
import type { Interaction, Live, Modal, NewInteraction } from "./interaction-record.ts";
import { respond, speak } from "./interaction-responses.ts";
import { FLAGS } from "./message-body.ts";
import { isAnswer, type Messages } from "./messages.ts";
import type { Handlers, RestRequest } from "./rest.ts";
import type { Message, World } from "./world.ts";

/** How long an interaction's token lives. Source: https://discord.com/developers/docs/interactions/receiving-and-responding#followup-messages */
const TOKEN_LIFETIME_MS = 15 * 60_000;
const Callback = z.looseObject({ type: z.int(), data: z.unknown().optional() });

export interface Interactions extends Disposable {
  readonly all: readonly Interaction[];
  readonly modals: readonly Modal[];
  /** The message that was clicked. */
  sourceOf(id: string): Message | undefined;
  /** Sends it to the bot; resolves with its record at the first answer, or when the deadline has passed. */
  start(interaction: NewInteraction): Promise<Interaction>;
  readonly routes: Pick<Handlers, keyof Handlers & `${string} /${"interactions" | "webhooks"}/${string}`>;
}

/** The interactions of `world`, sent through `gateway`. */
export function createInteractions(world: World, gateway: Gateway, messages: Messages): Interactions {
  const live = new Map<string, Live>();

  function callback({ parameters, body, files, query }: RestRequest): Answer {
    const state = live.get(parameters["interaction_id"] ?? "");
    if (state === undefined || state.record.token !== parameters["interaction_token"]) {
      return refuse(404, 10062, "Unknown interaction");
    }
    if (state.ackType !== undefined) return refuse(400, 40060, "Interaction has already been acknowledged.");
    if (state.late || performance.now() - state.startedAt > DEADLINE_MS)
      return refuse(404, 10062, "Unknown interaction");
    const { type, data = {} } = Callback.parse(body);
    const refused = respond(world, messages, state, { type, data, files });
    if (refused !== undefined) return refused;
    clearTimeout(state.timer);
    state.ackType = type;
    state.ackMs = performance.now() - state.startedAt;
    state.answered.resolve();
    if (query.get("with_response") !== "true") return DONE;
    return reply({
      interaction: {
        id: state.record.id,
        type: state.record.type,
        ...(state.original === undefined
          ? {}
          : {
              response_message_id: state.original.id,
              response_message_loading: type === 5,
              response_message_ephemeral: state.ephemeral,
            }),
      },
      ...(state.original === undefined ? {} : { resource: { type, message: messages.wire(state.original) } }),
    });
  }

  /** The interaction that a webhook's token belongs to, for as long as it lives. */
  function byToken({ parameters }: RestRequest, act: (state: Live) => Answer): Answer {
    const state = live.values().find(({ record }) => record.token === parameters["webhook_token"]);
    if (state === undefined || parameters["webhook_id"] !== world.applicationId) {
      return refuse(404, 10015, "Unknown Webhook");
    }
    if (world.clock().getTime() - state.startedAtMs > TOKEN_LIFETIME_MS)
      return refuse(401, 50027, "Invalid Webhook Token");
    return state.ackType === undefined ? refuse(404, 10015, "Unknown Webhook") : act(state);
  }

  function onMessage(request: RestRequest, act: (message: Message, state: Live) => Answer): Answer {
    return byToken(request, (state) => {
      const id = request.parameters["message_id"] ?? "@original";
      const wanted =
        id === "@original" ? state.original : [state.original, ...state.followups].find((each) => each?.id === id);
      const exists =
        wanted !== undefined &&
        (world.ephemerals.has(wanted.id) || world.channels.get(wanted.channelId)?.messages.has(wanted.id) === true);
      return exists ? act(wanted, state) : refuse(404, 10008, "Unknown Message");
    });
  }

  function followUp(request: RestRequest): Answer {
    return byToken(request, (state) => {
      const { original } = state;
      // The first follow-up of a deferred reply becomes that reply, as public or private as it was deferred.
      if (original !== undefined && (original.flags & FLAGS.LOADING) !== 0) return fill(original, request);
      const said = speak(messages, state, request.body, request.files);
      if (isAnswer(said)) return said;
      state.followups.push(said);
      return reply(messages.wire(said));
    });
  }

  function fill(message: Message, { body, files }: RestRequest): Answer {
    const before = message.flags;
    message.flags &= ~FLAGS.LOADING;
    const edited = messages.edit(message, body, files);
    if (edited.status !== 200) message.flags = before;
    return edited;
  }

  const get = (request: RestRequest): Answer => onMessage(request, (message) => reply(messages.wire(message)));
  const patch = (request: RestRequest): Answer => onMessage(request, (message) => fill(message, request));
  const remove = (request: RestRequest): Answer =>
    onMessage(request, (message) => {
      messages.remove(message);
      return DONE;
    });

  return {
    get all() {
      return [...live.values()].map(({ record }) => record);
    },
    get modals() {
      return [...live.values()].flatMap(({ modal }) => modal ?? []);
    },
    sourceOf: (id) => live.get(id)?.source,
    async start(interaction) {
      const state = openInteraction(world, messages.origin, interaction);
      live.set(state.record.id, state);
      const body = interactionWire(world, messages.origin(), state, interaction);
      gateway.dispatch("INTERACTION_CREATE", 0, () => body);
      await state.answered.promise;
      return state.record;
    },
    routes: {
      "POST /interactions/{interaction_id}/{interaction_token}/callback": callback,
      "POST /webhooks/{webhook_id}/{webhook_token}": followUp,
      "GET /webhooks/{webhook_id}/{webhook_token}/messages/@original": get,
      "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original": patch,
      "DELETE /webhooks/{webhook_id}/{webhook_token}/messages/@original": remove,
      "GET /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": get,
      "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": patch,
      "DELETE /webhooks/{webhook_id}/{webhook_token}/messages/{message_id}": remove,
    },
    [Symbol.dispose]() {
      for (const { timer, answered } of live.values()) {
        clearTimeout(timer);
        answered.resolve();
      }
    },
  };
}
