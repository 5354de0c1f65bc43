import { z } from "zod";
import { refuseForm, type Answer, type FormError } from "./answer.ts";
import type { UploadedFile } from "./http-server.ts";
import type { Live } from "./interaction-record.ts";
import { Component, everyComponent, FLAGS } from "./message-body.ts";
import { customIdFaults } from "./message-rules.ts";
import { isAnswer, type Messages } from "./messages.ts";
import type { Message, World } from "./world.ts";

const DeferData = z.looseObject({ flags: z.int().nullish() });
const Choices = z.looseObject({
  choices: z.array(z.looseObject({ name: z.string(), value: z.union([z.string(), z.number()]) })).nullish(),
});
const ModalData = z.looseObject({ custom_id: z.string(), title: z.string(), components: z.array(Component) });

/** The first answer to an interaction, carried out; or what is wrong with it. */
export function respond(
  world: World,
  messages: Messages,
  state: Live,
  { type, data, files }: { type: number; data: unknown; files: readonly UploadedFile[] },
): Answer | undefined {
  const isAutocomplete = state.record.type === 4;
  if (isAutocomplete !== (type === 8) || (!state.fromComponent && (type === 6 || type === 7))) {
    return invalid(
      "type",
      "INTERACTION_CALLBACK_TYPE",
      `an interaction of type ${state.record.type} has no answer ${type}`,
    );
  }
  switch (type) {
    case 4: {
      const said = speak(messages, state, data, files);
      if (isAnswer(said)) return said;
      state.original = said;
      state.ephemeral = said.ephemeralFor !== undefined;
      return undefined;
    }
    case 5: {
      const { flags, ...rest } = DeferData.parse(data);
      if (((flags ?? 0) & ~FLAGS.EPHEMERAL) !== 0 || Object.keys(rest).length > 0) {
        return invalid("data.flags", "INTERACTION_DEFER_FLAGS", "A deferral may say EPHEMERAL and nothing else.");
      }
      state.ephemeral = ((flags ?? 0) & FLAGS.EPHEMERAL) !== 0;
      state.original = messages.add({
        ...emptyMessage(world, state),
        flags: FLAGS.LOADING | (state.ephemeral ? FLAGS.EPHEMERAL : 0),
        ephemeralFor: state.ephemeral ? state.record.userId : undefined,
      });
      return undefined;
    }
    case 6:
      state.original = state.source;
      return undefined;
    case 7: {
      if (state.source === undefined)
        return invalid("type", "INTERACTION_CALLBACK_TYPE", "there is no message to update");
      const edited = messages.edit(state.source, data, files);
      if (edited.status !== 200) return edited;
      state.original = state.source;
      return undefined;
    }
    case 8: {
      const choices = Choices.parse(data).choices ?? [];
      if (choices.length > 25) return invalid("data.choices", "BASE_TYPE_MAX_LENGTH", "Must be 25 or fewer in length.");
      state.choices = choices;
      return undefined;
    }
    case 9:
      return showModal(state, data);
    default:
      return invalid("type", "INTERACTION_CALLBACK_TYPE", `no answer of type ${type}`);
  }
}

function showModal(state: Live, data: unknown): Answer | undefined {
  if (state.record.type === 5) {
    return invalid("type", "INTERACTION_CALLBACK_TYPE", "a modal cannot answer a modal");
  }
  const { custom_id, title, components } = ModalData.parse(data);
  const faults = modalFaults(title, components);
  if (faults.length > 0) return refuseForm(faults);
  const { id, channelId, userId } = state.record;
  state.modal = { interactionId: id, channelId, userId, customId: custom_id, title, components };
  return undefined;
}

function emptyMessage(world: World, { channel }: Live): Parameters<Messages["add"]>[0] {
  return {
    channelId: channel.id,
    authorId: world.botUserId,
    nonce: undefined,
    replyTo: undefined,
    webhookId: world.applicationId,
    ephemeralFor: undefined,
    content: "",
    embeds: [],
    components: [],
    attachments: [],
    flags: 0,
    mentions: [],
    mentionsEveryone: false,
    pings: [],
  };
}

/** A message through an interaction, as private as its flags say. */
export function speak(
  messages: Messages,
  { channel, record }: Live,
  data: unknown,
  files: readonly UploadedFile[],
): Message | Answer {
  const asked = ((DeferData.parse(data).flags ?? 0) & FLAGS.EPHEMERAL) !== 0;
  return messages.say(channel, data, files, {
    viaInteraction: true,
    ...(asked ? { ephemeralFor: record.userId } : {}),
  });
}

function invalid(path: string, code: string, message: string): Answer {
  return refuseForm([{ path, code, message }]);
}

/** Source: https://discord.com/developers/docs/interactions/receiving-and-responding#interaction-response-object-modal */
function modalFaults(title: string, components: readonly Component[]): FormError[] {
  const faults = [...customIdFaults(components)];
  if (title.trim() === "" || title.length > 45) {
    faults.push({ path: "data.title", code: "BASE_TYPE_BAD_LENGTH", message: "Must be between 1 and 45 in length." });
  }
  if (components.length < 1 || components.length > 5) {
    faults.push({
      path: "data.components",
      code: "BASE_TYPE_BAD_LENGTH",
      message: "Must be between 1 and 5 in length.",
    });
  }
  for (const { at, component } of everyComponent(components)) {
    const { label, value } = component;
    if (typeof label === "string" && (label.trim() === "" || label.length > 45)) {
      faults.push({
        path: `${at}.label`,
        code: "BASE_TYPE_BAD_LENGTH",
        message: "Must be between 1 and 45 in length.",
      });
    }
    const most = component["max_length"];
    const least = component["min_length"];
    if (typeof most === "number" && typeof least === "number" && least > most) {
      faults.push({ path: `${at}.min_length`, code: "TEXT_INPUT_LENGTH", message: "min_length is above max_length." });
    }
    if (typeof value === "string" && typeof most === "number" && value.length > most) {
      faults.push({ path: `${at}.value`, code: "BASE_TYPE_MAX_LENGTH", message: "The value is above max_length." });
    }
  }
  return faults;
}
