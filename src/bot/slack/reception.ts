import type { DoorCore } from "#core/contract/door.ts";
import { asNexusError } from "#core/contract/errors.ts";
import type { Inbound } from "#core/contract/message.ts";
import type { Clock, Log } from "#core/contract/ports.ts";
import type { Answer } from "./connect/intake.ts";
import type { SlackLink } from "./connect/link.ts";
import type { HomePages } from "./home.ts";
import type { Attention } from "./live/attention.ts";
import { type Answering, type Parsed } from "./parse/parsed.ts";
import { parsePayload, type Payload, readPayload } from "./parse/payload.ts";
import { firstInput } from "./parse/submission.ts";
import { whoWhere } from "./show/manner.ts";
import type { Triggers } from "./triggers.ts";
import type { ResponseUrls } from "./web/response-url.ts";

export interface ReceptionDeps {
  readonly attention: Attention;
  readonly home: HomePages;
  readonly link: SlackLink;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  readonly closing: AbortSignal;
  readonly clock: Clock;
  readonly log: Log;
}

/** Where payloads are taken in, whichever way they come. */
export interface Reception {
  /**
   * Resolves when the payload may be acknowledged: what it asks is on disk, or it asks nothing.
   * @throws NexusError when it could not be written and Slack has to send it again
   */
  takeIn(core: DoorCore, body: unknown): Promise<Answer | undefined>;
}

/** Creates the reception. */
export function createReception(deps: ReceptionDeps): Reception {
  const { attention, home, link, triggers, responseUrls, clock, log } = deps;

  async function receive(core: DoorCore, inbound: Inbound, answering: Answering | undefined): Promise<void> {
    const { conversation, source } = inbound;
    const who = whoWhere(inbound);
    // The turn may begin, and end, before `receive` returns here.
    if (answering?.triggerId !== undefined) triggers.keep(who, answering.triggerId);
    if (answering?.responseUrl !== undefined) responseUrls.keep(who, answering.responseUrl, answering.pressedTs);
    const isFirst = attention.expect(conversation);
    try {
      const received = await core.receive(inbound);
      if (received.accepted) attention.show(conversation, source);
      else if (isFirst) attention.clear(conversation);
    } catch (thrown) {
      if (isFirst) attention.clear(conversation);
      throw thrown;
    }
  }

  async function act(core: DoorCore, parsed: Parsed): Promise<void> {
    switch (parsed.kind) {
      case "ignored":
        log.debug({ reason: parsed.reason }, "a payload of Slack's was let pass");
        return;
      case "inbound":
        return receive(core, parsed.inbound, parsed.answering);
      case "follow_up":
        if (await core.isFollowing(parsed.inbound.conversation, parsed.inbound.sentAtMs)) {
          await receive(core, parsed.inbound, undefined);
        }
        return;
      case "home_opened":
        home.opened(core, parsed.actor, parsed.place, parsed.tab).catch((thrown: unknown) => {
          log.warn({ err: asNexusError(thrown) }, "a home page could not be shown");
        });
        return;
      case "stopped":
        core.stop(parsed.place);
        attention.clear(parsed.place);
        return;
      case "left":
        for (const tenantId of await link.forget(parsed.tenantId, parsed.enterpriseId)) {
          await core.left("slack", tenantId);
        }
        return;
      default:
        parsed satisfies never;
    }
  }

  return {
    async takeIn(core, body) {
      const payload = readPayload(body);
      try {
        await act(core, parsePayload(payload, link.ownUserId(), clock()));
        return undefined;
      } catch (thrown) {
        const error = asNexusError(thrown);
        const answer = payload && refuse(payload, `${error.say} ${error.hint}`);
        if (answer === undefined) throw error;
        log.error({ err: error }, "a command or form of Slack's could not be taken in");
        return answer;
      }
    },
  };
}

/** What Slack sends only once, a person has to be told of; the rest is sent again when it is not acknowledged. */
function refuse(payload: Payload, say: string): Answer | undefined {
  if ("command" in payload) return say;
  if (payload.type !== "view_submission") return undefined;
  const block = firstInput(payload);
  return block === undefined ? undefined : { response_action: "errors", errors: { [block]: say } };
}
