import type { FormError } from "./answer.ts";
import { everyComponent, FLAGS, type Component, type Embed, type MessageBody } from "./message-body.ts";

const TYPES = { row: 1, button: 2, textInput: 4, text: 10, gallery: 12, file: 13, thumbnail: 11 } as const;
/** An action row and what it may hold: all that a message without IS_COMPONENTS_V2 may use. */
const CLASSIC = [1, 2, 3, 5, 6, 7, 8];
const LINK_STYLE = 5;
const PREMIUM_STYLE = 6;

/** What a message would be if the body were accepted. */
export interface Proposal {
  readonly content: string;
  readonly embeds: readonly Embed[];
  readonly components: readonly Component[];
  readonly flags: number;
  readonly filenames: readonly string[];
}

/**
 * The published limits that the specification does not hold.
 * Sources: https://discord.com/developers/docs/resources/message and /components/reference
 * @param wasV2 whether the message that is edited is made of components already
 */
export function messageFaults(body: MessageBody, proposal: Proposal, wasV2: boolean): FormError[] {
  const faults: FormError[] = [];
  const add = (path: string, code: string, message: string): number => faults.push({ path, code, message });
  const isV2 = (proposal.flags & FLAGS.IS_COMPONENTS_V2) !== 0;

  if (proposal.content.length > 2000) {
    add("content", "BASE_TYPE_MAX_LENGTH", "Must be 2000 or fewer in length.");
  }
  if (typeof body.nonce === "string" && body.nonce.length > 25) {
    add("nonce", "NONCE_TYPE_TOO_LONG", "Must be 25 or fewer in length.");
  }
  if (body.enforce_nonce === true && (body.nonce ?? "") === "") {
    add("nonce", "BASE_TYPE_REQUIRED", "enforce_nonce needs a nonce.");
  }
  if (wasV2 && typeof body.flags === "number" && (body.flags & FLAGS.IS_COMPONENTS_V2) === 0) {
    add("flags", "MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG", "The flag cannot be removed from a message.");
  }
  if (embedLength(proposal.embeds) > 6000) {
    add("embeds", "MAX_EMBED_SIZE_EXCEEDED", "Embed size exceeds maximum size of 6000.");
  }
  if (isV2) faults.push(...componentsV2Faults(proposal));
  else faults.push(...classicFaults(proposal));
  faults.push(...customIdFaults(proposal.components), ...buttonFaults(proposal.components));
  faults.push(...attachmentFaults(proposal, isV2));
  return faults;
}

/** What every layout of components, a modal's included, has to keep. */
export function customIdFaults(components: readonly Component[]): FormError[] {
  const seen = new Set<string>();
  return everyComponent(components).flatMap(({ at, component }) => {
    const id = component.custom_id;
    if (typeof id !== "string") return [];
    if (id.length < 1 || id.length > 100) {
      return [
        { path: `${at}.custom_id`, code: "BASE_TYPE_BAD_LENGTH", message: "Must be between 1 and 100 in length." },
      ];
    }
    if (seen.has(id)) {
      return [
        {
          path: `${at}.custom_id`,
          code: "COMPONENT_CUSTOM_ID_DUPLICATED",
          message: "Component custom id cannot be duplicated",
        },
      ];
    }
    seen.add(id);
    return [];
  });
}

function componentsV2Faults({ content, embeds, components }: Proposal): FormError[] {
  const faults: FormError[] = [];
  const legacy = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2";
  const because = "The field cannot be used when using MessageFlags.IS_COMPONENTS_V2";
  if (content !== "") faults.push({ path: "content", code: legacy, message: because });
  if (embeds.length > 0) faults.push({ path: "embeds", code: legacy, message: because });
  const all = everyComponent(components).map(({ component }) => component);
  if (all.length > 40) {
    const message = `The total number of components is ${all.length}; it cannot exceed 40.`;
    faults.push({ path: "components", code: "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", message });
  }
  const text = all.reduce((sum, { type, content }) => sum + (type === TYPES.text ? (content ?? "").length : 0), 0);
  if (text > 4000) {
    const message = `The displayable text is ${text} long; it cannot exceed 4000.`;
    faults.push({ path: "components", code: "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message });
  }
  return faults;
}

function classicFaults({ components }: Proposal): FormError[] {
  const faults: FormError[] = [];
  if (components.length > 5) {
    faults.push({ path: "components", code: "BASE_TYPE_BAD_LENGTH", message: "Must be between 1 and 5 in length." });
  }
  for (const { at, component } of everyComponent(components)) {
    const isTop = at.split(".").length === 2;
    if (!CLASSIC.includes(component.type) || (isTop && component.type !== TYPES.row)) {
      faults.push({ path: `${at}.type`, code: "UNION_TYPE_CHOICES", message: "Needs IS_COMPONENTS_V2." });
    }
  }
  return faults;
}

function buttonFaults(components: readonly Component[]): FormError[] {
  const faults: FormError[] = [];
  for (const { at, component } of everyComponent(components)) {
    if (component.type === TYPES.row) {
      const inside = component.components ?? [];
      const buttons = inside.filter(({ type }) => type === TYPES.button).length;
      const others = inside.length - buttons;
      if (inside.length === 0 || buttons > 5 || others > 1 || (others === 1 && buttons > 0)) {
        faults.push({ path: at, code: "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message: "At most 5 buttons or 1 select." });
      }
    }
    if (component.type !== TYPES.button || component.style === PREMIUM_STYLE) continue;
    const isLink = component.style === LINK_STYLE;
    if (isLink === ((component.url ?? "") === "")) {
      faults.push({
        path: `${at}.url`,
        code: "BUTTON_COMPONENT_URL",
        message: "A link button, and no other, has a url.",
      });
    }
    if (isLink === ((component.custom_id ?? "") !== "")) {
      const message = "Every button but a link has a custom id.";
      faults.push({ path: `${at}.custom_id`, code: "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", message });
    }
    if ((component.label ?? "") === "" && (component["emoji"] ?? undefined) === undefined) {
      const message = "A button needs a label or an emoji.";
      faults.push({ path: `${at}.label`, code: "BUTTON_COMPONENT_LABEL_OR_EMOJI", message });
    }
  }
  return faults;
}

/** A file nobody sent cannot be shown; a file that no component shows is lost to the readers of a message made of components. */
function attachmentFaults({ components, embeds, filenames }: Proposal, isV2: boolean): FormError[] {
  const shown = new Set(
    [...JSON.stringify([components, embeds]).matchAll(/attachment:\/\/([^"\\]+)/g)].map(([, name]) => name ?? ""),
  );
  const faults: FormError[] = [...shown]
    .filter((name) => !filenames.includes(name))
    .map((name) => ({
      path: "components",
      code: "UNFURLED_MEDIA_ITEM_NOT_FOUND",
      message: `no attachment is named ${name}`,
    }));
  if (!isV2) return faults;
  for (const name of filenames.filter((each) => !shown.has(each))) {
    faults.push({ path: "attachments", code: "ATTACHMENT_NOT_SHOWN", message: `no component shows ${name}` });
  }
  return faults;
}

function embedLength(embeds: readonly Embed[]): number {
  const texts = embeds.flatMap(({ title, description, fields, footer, author }) => [
    title,
    description,
    footer?.text,
    author?.name,
    ...(fields ?? []).flatMap(({ name, value }) => [name, value]),
  ]);
  return texts.reduce((sum, text) => sum + (text ?? "").length, 0);
}
