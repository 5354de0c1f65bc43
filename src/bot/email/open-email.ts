import type { ChartRenderer } from "#bot/chart-png.ts";
import type { Conversation } from "#core/contract/message.ts";
import type { FrontEnd, StatusLine } from "#core/contract/door.ts";
import type { Log } from "#core/contract/ports.ts";
import { createEmailDoor } from "./door.ts";
import { createGmail } from "./gmail.ts";
import type { MailTransport } from "./mail.ts";
import { createSmtp } from "./smtp.ts";

/** How mails go out, as the settings have it. */
export interface MailSettings {
  readonly url?: string | undefined;
  readonly from?: string | undefined;
  readonly gmail?:
    | { readonly clientId: string; readonly clientSecret: string; readonly refreshToken: string }
    | undefined;
}

export interface OpenEmailDeps {
  readonly unsubscribe: (place: Conversation) => string | undefined;
  readonly renderer: ChartRenderer;
  readonly log: Log;
}

/** The door for mail, when the settings say how mails go out. */
export function openEmail(
  settings: MailSettings,
  deps: OpenEmailDeps,
): (FrontEnd & { state(): StatusLine }) | undefined {
  const transport = mailTransport(settings);
  const { from } = settings;
  if (transport === undefined || from === undefined) return undefined;
  const address = /<(?<address>[^>]+)>$/.exec(from)?.groups?.["address"] ?? from;
  return createEmailDoor({ ...deps, transport, from: address });
}

/** What takes mails, when the settings say so. */
export function mailTransport({ url, from, gmail }: MailSettings): MailTransport | undefined {
  if (from === undefined) return undefined;
  if (gmail !== undefined) return createGmail({ ...gmail, from });
  return url === undefined ? undefined : createSmtp({ url, from });
}
