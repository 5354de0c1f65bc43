import type { Platform } from "#core/contract/message.ts";

/** What a platform is called inside a sentence. */
export const PLATFORM_NAMES: Readonly<Record<Platform, string>> = {
  slack: "Slack",
  discord: "Discord",
  console: "the terminal",
  email: "email",
  api: "the API",
  test: "the test platform",
};
