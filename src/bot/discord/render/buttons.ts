import {
  type APIActionRowComponent,
  type APIButtonComponent,
  type APIComponentInMessageActionRow,
  ButtonStyle,
  ComponentType,
} from "discord-api-types/v10";
import type { Action, Part, Reply } from "#core/contract/reply.ts";
import { cleanLine } from "#bot/clean-text.ts";
import { LIMITS } from "#bot/discord/limits.ts";
import { withWrittenMoments } from "#bot/written-moments.ts";
import { clipText } from "./clip.ts";
import { bareAddress, plainLine } from "./neutral.ts";
import type { Confirmation } from "./rendering.ts";

export type ButtonRow = APIActionRowComponent<APIComponentInMessageActionRow>;

/** The controls of a reply. */
export interface Controls {
  readonly rows: readonly ButtonRow[];
  readonly confirmations: ReadonlyMap<string, Confirmation>;
  /** Links that no button can hold, as markdown. */
  readonly links: readonly string[];
}

/** All buttons of a reply in order, five to a row, and last the two that rate it. */
export function readControls(reply: Pick<Reply, "parts">): Controls {
  const confirmations = new Map<string, Confirmation>();
  const taken = new Set<string>();
  const links: string[] = [];
  const groups = reply.parts.map((part) =>
    itemsOf(part).flatMap((action): APIButtonComponent[] => {
      if (action.type === "link") {
        if (isButtonLink(action.url)) return [linkButton(action.label, action.url)];
        links.push(`${plainLine(action.label)}: ${bareAddress(action.url)}`);
        return [];
      }
      if (action.confirm !== undefined) confirmations.set(action.token, action.confirm);
      const style = { primary: ButtonStyle.Primary, danger: ButtonStyle.Danger, plain: ButtonStyle.Secondary } as const;
      return [pressButton(action.label, customIdOf(action, taken), style[action.style ?? "plain"])];
    }),
  );
  const rows = groups.flatMap(toRows);
  return { rows: rows.length <= LIMITS.rows ? rows : toRows(groups.flat()), confirmations, links };
}

/** A press, read back from the button's custom_id. */
export interface Press {
  readonly token: string;
  /** Whether it only counts once it was confirmed. */
  readonly mustConfirm: boolean;
}

/** What a custom_id of ours says; undefined for the button that calls a confirmation off. */
export function readPress(customId: string): Press | undefined {
  if (customId === CANCEL) return undefined;
  const mustConfirm = customId.startsWith(ASK_FIRST);
  const [token = ""] = (mustConfirm ? customId.slice(ASK_FIRST.length) : customId).split(AGAIN);
  return { token, mustConfirm };
}

/** One button that can be pressed. */
export function pressButton(
  label: string,
  customId: string,
  style: PressStyle = ButtonStyle.Secondary,
): APIButtonComponent {
  return { type: ComponentType.Button, style, label: labelOf(label), custom_id: customId };
}

/** The buttons in rows of five. */
export function toRows(buttons: readonly APIButtonComponent[]): ButtonRow[] {
  const size = LIMITS.buttonsPerRow;
  return Array.from({ length: Math.ceil(buttons.length / size) }, (_, row) => ({
    type: ComponentType.ActionRow,
    components: buttons.slice(row * size, (row + 1) * size),
  }));
}

/** The custom_id of the button that leaves everything as it is. */
export const CANCEL = "cancel";

type PressStyle = ButtonStyle.Primary | ButtonStyle.Secondary | ButtonStyle.Success | ButtonStyle.Danger;

const ASK_FIRST = "?";
/** No two buttons of a message may have one custom_id, though two may do the same thing. */
const AGAIN = "*";

function itemsOf(part: Part): Action[] {
  if (part.type === "actions") return part.items;
  if (part.type !== "feedback") return [];
  return [
    { type: "button", label: "Helpful", token: part.helpful },
    { type: "button", label: "Not Helpful", token: part.notHelpful },
  ];
}

function customIdOf({ token, confirm }: Extract<Action, { type: "button" }>, taken: Set<string>): string {
  const id = confirm === undefined ? token : `${ASK_FIRST}${token}`;
  let own: string = id;
  for (let count = 2; taken.has(own); count += 1) own = `${id}${AGAIN}${count}`;
  taken.add(own);
  return own;
}

function linkButton(label: string, url: string): APIButtonComponent {
  return { type: ComponentType.Button, style: ButtonStyle.Link, label: labelOf(label), url };
}

function isButtonLink(url: string): boolean {
  return url.length <= LIMITS.buttonUrl && /^https?:/i.test(url);
}

function labelOf(label: string): string {
  const text = clipText(cleanLine(withWrittenMoments(label)), LIMITS.buttonLabel);
  return text === "" ? "Continue" : text;
}
