import { writeAge } from "#bot/age.ts";
import { writeWhole } from "#bot/whole-text.ts";
import type { Part, Reply } from "#core/contract/reply.ts";

/** A reply as the plain text of a mail: all that it says, and no button, for a mail cannot be pressed. */
export function drawMailText(reply: Reply, delayedMs: number | undefined): string {
  const late = delayedMs === undefined ? "" : `(delayed ${writeAge(delayedMs)})\n\n`;
  // Plain text knows no bold type, and its marks are noise to whoever has it read out.
  return (
    late +
    writeWhole(reply)
      .replaceAll(/\*\*(?=\S)([^*\n]+)\*\*/g, "$1")
      .replaceAll(/(?<![\w*])\*(?=\S)([^*\n]+)(?<=\S)\*(?![\w*])/g, "$1")
      .replaceAll(/^## /gm, "")
  );
}

/** The parts that a mail can hold: links stay, buttons and ratings go. */
export function withoutButtons(parts: readonly Part[]): Part[] {
  return parts.flatMap((part): Part[] => {
    if (part.type === "feedback") return [];
    if (part.type !== "actions") return [part];
    const links = part.items.filter(({ type }) => type === "link");
    return links.length === 0 ? [] : [{ ...part, items: links }];
  });
}
