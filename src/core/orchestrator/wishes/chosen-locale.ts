import type { Scene } from "#core/orchestrator/scene.ts";

/** Under which name a person's way of writing dates and numbers is kept. */
export const LOCALE = "nexus.locale";

/** How somebody said their dates and numbers are to be written. */
export function chosenLocale({ [LOCALE]: chosen }: Scene["remembered"]): string | undefined {
  return typeof chosen === "string" ? chosen : undefined;
}
