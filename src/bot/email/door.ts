import type { ChartRenderer } from "#bot/chart-png.ts";
import { cleanLine } from "#bot/clean-text.ts";
import { drawReplyMoments, momentsFor } from "#bot/reader-moments.ts";
import type { FrontEnd, Outbound, StatusLine } from "#core/contract/door.ts";
import { asNexusError, NexusError } from "#core/contract/errors.ts";
import type { Conversation, MessageRef } from "#core/contract/message.ts";
import type { Log } from "#core/contract/ports.ts";
import { drawMailHtml } from "./draw-html.ts";
import { drawMailText } from "./draw-text.ts";
import type { Mail, MailTransport } from "./mail.ts";

export interface EmailDoorDeps {
  readonly transport: MailTransport;
  /** The address that mails come from. */
  readonly from: string;
  /** What ends mails to an address with one press; undefined where no browser can reach NEXUS. */
  readonly unsubscribe: (place: Conversation) => string | undefined;
  readonly renderer: ChartRenderer;
  readonly log: Log;
}

/** A door that is written to, and hears nothing: what is sent to an address goes out as mail. */
export function createEmailDoor(deps: EmailDoorDeps): FrontEnd & { state(): StatusLine } {
  const { transport, from, renderer, log } = deps;
  const domain = from.slice(from.lastIndexOf("@") + 1).replaceAll(/[^a-zA-Z0-9.-]/g, "");
  let trouble: string | undefined;
  let isClosed = false;
  const closing = new AbortController();

  const idOf = ({ id }: Outbound): string => `<${id}@${domain}>`;

  async function drawn(outbound: Outbound, signal: AbortSignal): Promise<Mail> {
    const { reply: given, actor, conversation, delayedMs } = outbound;
    // Who reads mail has no platform that draws a time in their own zone.
    const reply = drawReplyMoments(given, momentsFor(actor));
    const { html, charts } = await drawMailHtml(reply, delayedMs);
    const pictures = await Promise.all(
      charts.map(async ({ cid, chart }, index) => ({
        cid,
        name: `chart-${index + 1}.png`,
        png: await renderer.render(chart, signal),
      })),
    );
    const unsubscribe = deps.unsubscribe(conversation);
    return {
      messageId: idOf(outbound),
      to: conversation.channelId,
      subject: cleanLine(reply.summary).slice(0, LONGEST_SUBJECT),
      text: drawMailText(reply, delayedMs),
      html,
      pictures,
      files: reply.parts.flatMap((part) => (part.type === "file" ? [part] : [])),
      ...(unsubscribe !== undefined && { unsubscribe }),
    };
  }

  function refOf(outbound: Outbound): MessageRef {
    const { platform, tenantId, channelId } = outbound.conversation;
    return { platform, tenantId, channelId, messageId: idOf(outbound), ephemeral: false };
  }

  return {
    platform: "email",
    start() {
      // Mails wait until it can be reached, and nobody else does.
      void transport.verify(closing.signal).catch((error: unknown) => {
        if (isClosed) return;
        trouble = asNexusError(error).say;
        log.warn({ err: error }, "the mail server does not take mails now");
      });
      return Promise.resolve();
    },
    async deliver(outbound, signal) {
      if (isClosed) throw new NexusError("mail_unreachable", "the door is closed");
      // A mail that was sent cannot be redrawn.
      if (outbound.edits !== undefined) return refOf(outbound);
      const both = AbortSignal.any([signal, closing.signal]);
      try {
        await transport.send(await drawn(outbound, both), both);
        trouble = undefined;
      } catch (error) {
        const known = asNexusError(error);
        if (known.code === "mail_unreachable" || known.code === "mail_refused") trouble = known.say;
        throw error;
      }
      return refOf(outbound);
    },
    async probe(outbound, signal) {
      const state = await transport.probe(idOf(outbound), signal);
      return state === "delivered" ? { state, ref: refOf(outbound) } : { state };
    },
    read: () => Promise.reject(new NexusError("file_unreadable", "mail brings no files")),
    stream: () => ({ text: () => undefined, step: () => undefined, end: () => undefined }),
    state: () => ({
      state: trouble === undefined ? "ready" : "failing",
      name: "mail",
      detail: trouble === undefined ? transport.name : `${transport.name}: ${trouble}`,
    }),
    [Symbol.asyncDispose]: () => {
      isClosed = true;
      closing.abort();
      return Promise.resolve();
    },
  };
}

/** In characters; mail programs show far fewer. */
const LONGEST_SUBJECT = 180;
