import type { App } from "@slack/bolt";
import type { Log } from "#core/contract/ports.ts";

type ReceiverEvent = Parameters<App["processEvent"]>[0];

/** What Slack is told with the acknowledgement: nothing, words for the one who gave a command, or errors of a form. */
export type Answer = string | { readonly response_action: "errors"; readonly errors: Readonly<Record<string, string>> };

/** Takes a payload in. Resolves when it is safe to acknowledge it; rejects when it is not, and Slack then repeats it. */
export type TakeIn = (body: unknown) => Promise<Answer | undefined>;

/** The name under which the answer travels through Bolt to the listener that acknowledges. */
const ANSWER = "nexusAnswer";

/**
 * Puts `takeIn` before Bolt: by itself Bolt acknowledges an event before any code of an app has run, and a crash after
 * that loses the event for good.
 */
export function takeInFirst(app: App, takeIn: TakeIn): void {
  const process = app.processEvent.bind(app);
  app.processEvent = async (event: ReceiverEvent) => {
    const answer = await takeIn(event.body);
    const customProperties = { ...event.customProperties, ...(answer !== undefined && { [ANSWER]: answer }) };
    await process({ ...event, customProperties });
  };
}

/** Acknowledges what Bolt leaves to the app: commands, presses, forms and shortcuts. All work is done elsewhere. */
export function acknowledgeAll(app: App, log: Log): void {
  const every = /^[^]*$/;
  app.command(every, async ({ ack, context }) => {
    const answer: unknown = context[ANSWER];
    await ack(typeof answer === "string" ? { response_type: "ephemeral", text: answer } : undefined);
  });
  app.action(every, async ({ ack }) => ack());
  app.shortcut(every, async ({ ack }) => ack());
  app.view(every, async ({ ack, context }) => {
    const errors = errorsOf(context[ANSWER]);
    await (errors === undefined ? ack() : ack({ response_action: "errors", errors }));
  });
  app.error(async (err) => log.warn({ err }, "a payload of Slack's was not processed to its end"));
}

function errorsOf(answer: unknown): Record<string, string> | undefined {
  if (typeof answer !== "object" || answer === null || !("errors" in answer)) return undefined;
  const { errors } = answer;
  if (typeof errors !== "object" || errors === null) return undefined;
  return Object.fromEntries(Object.entries(errors).map(([block, say]) => [block, String(say)]));
}
