import type { Nexus } from "#core/contract/module.ts";

/** The asker's region, such as US; empty when their locale names none. */
export function region(nexus: Nexus): string {
  try {
    return new Intl.Locale(nexus.asker.locale).region ?? "";
  } catch {
    return "";
  }
}

/** The asker's language, or English when it is none that exists. */
export function language(nexus: Nexus): string {
  try {
    return new Intl.Locale(nexus.asker.locale).toString();
  } catch {
    return "en";
  }
}
