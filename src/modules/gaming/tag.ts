import type { Nexus } from "#core/contract/module.ts";
import { type Ended, refusal } from "./refusals.ts";

/** A tag, and the slot it was given for. */
export interface Tag {
  readonly slot: "playerTag" | "clanTag";
  /** With its `#`. */
  readonly tag: string;
  /** Nobody named one, and a sample needs none. */
  readonly isDemo: boolean;
}

/** The clan of the samples, to which sample players belong. */
export const DEMO_CLAN = "#QQUV8L0";

const DEMO = { playerTag: "#2PP0LYQ9", clanTag: DEMO_CLAN };
const QUESTIONS = {
  playerTag: "Which player? Give the tag from the profile, such as #2PP0LYQ9.",
  clanTag: "Which clan? Give the tag from the clan page, such as #QQUV8L0.",
};

/**
 * Reads a tag: fourteen letters and digits are used; people type the letter O for the digit 0. Without one, a sample is
 * of the demo clan or player; otherwise the person is asked.
 */
export function readTag(value: unknown, slot: Tag["slot"], nexus: Nexus): Tag | Ended {
  const typed = typeof value === "string" ? value.trim() : "";
  const bare = typed.replace(/^#+/, "").replace(/\s+/g, "").toUpperCase().replaceAll("O", "0");
  const strange = [...new Set(bare.replace(/[0289PYLQGRJCUV]/g, ""))];
  const hint = "The tag is under the name in the game, such as #2PP0LYQ9.";
  const bad = (say: string): Ended => ({ output: refusal("slot_invalid", say, { slot, hint }) });
  if (bare === "") {
    return nexus.sample === "required" ? { slot, tag: DEMO[slot], isDemo: true } : bad(QUESTIONS[slot]);
  }
  if (strange.length > 0) {
    const named = strange.slice(0, 5).join(", ");
    return bad(`“${typed.slice(0, 30)}” is not a tag: tags use only 0289PYLQGRJCUV, and this has ${named}.`);
  }
  if (bare.length < 3 || bare.length > 14) {
    return bad(`“${typed.slice(0, 30)}” is not a tag: tags have 3 to 14 letters and digits.`);
  }
  return { slot, tag: `#${bare}`, isDemo: false };
}
