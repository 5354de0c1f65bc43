import type { StatusLine } from "#core/contract/door.ts";

/** What the first-run screen and `status` say of Slack. */
export interface DoorState {
  line(): StatusLine;
  connected(where: string): void;
  /** It does not work, or not all of it; `detail` says what to do. */
  failing(detail: string): void;
  /** Not connected now, and being tried again. */
  reconnecting(): void;
  missingScope(scope: string): void;
  missingEvent(event: string): void;
  /** Whether Slack was seen not to send an event. */
  lacksEvent(event: string): boolean;
}

/** Where an app's permissions and events are changed. */
export const APP_SETTINGS = "https://api.slack.com/apps";

/** Creates the state of a door that has not been opened yet. */
export function createDoorState(): DoorState {
  const scopes = new Set<string>();
  const events = new Set<string>();
  let state: StatusLine["state"] = "off";
  let detail = "connecting";

  return {
    line() {
      if (state !== "on") return { state, name: "Slack", detail };
      const missing = whatIsMissing([...scopes], [...events]);
      if (missing === undefined) return { state, name: "Slack", detail };
      return { state: "failing", name: "Slack", detail: `${detail}; ${missing}` };
    },
    connected(where) {
      state = "on";
      detail = where;
    },
    failing(why) {
      state = "failing";
      detail = why;
    },
    reconnecting() {
      state = "failing";
      detail = "the connection is lost; trying again";
    },
    missingScope: (scope) => void scopes.add(scope),
    missingEvent: (event) => void events.add(event),
    lacksEvent: (event) => events.has(event),
  };
}

/** What `status` says when Slack refuses a token for good. */
export function tokenRefused(which: string, error: string): string {
  return `Slack refuses the ${which}: ${error}. Say \`connect slack\` with fresh ones`;
}

/** What to add, and where; undefined when nothing is missing. */
export function whatIsMissing(scopes: readonly string[], events: readonly string[]): string | undefined {
  const steps = [
    ...(scopes.length > 0
      ? [`add the bot scope ${scopes.join(", ")} under OAuth & Permissions, then reinstall the app`]
      : []),
    ...(events.length > 0 ? [`subscribe to the bot event ${events.join(", ")} under Event Subscriptions`] : []),
  ];
  return steps.length === 0 ? undefined : `at ${APP_SETTINGS}: ${steps.join("; ")}`;
}
