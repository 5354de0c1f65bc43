import { z } from "zod";
import { NexusError } from "#core/contract/errors.ts";
import { toMessage } from "./compose.ts";
import type { Mail, MailTransport } from "./mail.ts";

export interface GmailSettings {
  readonly clientId: string;
  readonly clientSecret: string;
  /** With the scope `https://www.googleapis.com/auth/gmail.send`; with `gmail.readonly` too, what was interrupted can be looked up. */
  readonly refreshToken: string;
  readonly from: string;
  /** The vendor's, or one on this machine in a test. */
  readonly apiUrl?: string | undefined;
  readonly tokenUrl?: string | undefined;
}

const TIMEOUT_MS = 25_000;

/** Makes what hands mails to Gmail, as the account that allowed it. https://developers.google.com/workspace/gmail/api */
export function createGmail({ from, apiUrl, tokenUrl, ...account }: GmailSettings): MailTransport {
  const open = once(async () => {
    const { gmail, auth } = await import("@googleapis/gmail");
    const client = new auth.OAuth2({
      clientId: account.clientId,
      clientSecret: account.clientSecret,
      ...(tokenUrl !== undefined && { endpoints: { oauth2TokenUrl: tokenUrl } }),
    });
    client.setCredentials({ refresh_token: account.refreshToken });
    return gmail({ version: "v1", auth: client, ...(apiUrl !== undefined && { rootUrl: apiUrl }) });
  });

  const composer = once(async () => {
    const { createTransport } = await import("nodemailer");
    return createTransport({ streamTransport: true, buffer: true, newline: "windows" });
  });

  async function raw(mail: Mail): Promise<string> {
    const { message } = Composed.parse(await (await composer()).sendMail(toMessage(mail, from)));
    return message.toString("base64url");
  }

  return {
    name: "Gmail",
    async send(mail, signal) {
      const { users } = await open();
      const requestBody = { raw: await raw(mail) };
      await answered(
        users.messages.send({ userId: "me", requestBody }, { signal, timeout: TIMEOUT_MS, retry: false }),
        signal,
      );
    },
    async probe(messageId, signal) {
      const { users } = await open();
      const q = `rfc822msgid:${messageId.replaceAll(/[<>]/g, "")}`;
      const options = { signal, timeout: TIMEOUT_MS, retry: false };
      try {
        const { data } = await answered(users.messages.list({ userId: "me", q, maxResults: 1 }, options), signal);
        return (Found.parse(data).messages ?? []).length > 0 ? "delivered" : "absent";
      } catch (error) {
        // It may be allowed to send, and not to look.
        if (error instanceof NexusError && error.code === "mail_refused") return "unknown";
        throw error;
      }
    },
    async verify(signal) {
      const { users } = await open();
      const options = { signal, timeout: TIMEOUT_MS, retry: false };
      await answered(users.getProfile({ userId: "me" }, options), signal).catch((error: unknown) => {
        // Whoever may only send may not read the profile: the token was taken, which is what was asked.
        if (!(error instanceof NexusError) || error.message !== NOT_ALLOWED) throw error;
      });
    },
  };
}

const Composed = z.object({ message: z.instanceof(Buffer) });
const Found = z.object({ messages: z.array(z.unknown()).optional() });
const NOT_ALLOWED = "gmail 403";

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

const GoogleFailure = z.object({
  status: z.number().optional(),
  code: z.union([z.string(), z.number()]).optional(),
  message: z.string().optional(),
});

async function answered<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    signal.throwIfAborted();
    const read = GoogleFailure.safeParse(cause);
    const { status = 0, message = "" } = read.success ? read.data : {};
    if (/invalid_grant|invalid_client|unauthorized_client/.test(message) || status === 401) {
      throw new NexusError("mail_refused", `gmail ${status}: ${message}`, {
        cause,
        say: "Google does not take NEXUS's access to that mail account any more.",
        hint: "Whoever runs NEXUS allows it again and sets NEXUS_MAIL_GMAIL_REFRESH_TOKEN.",
      });
    }
    if (status === 403 && !/rate|quota|limit/i.test(message)) {
      throw new NexusError("mail_refused", NOT_ALLOWED, {
        cause,
        say: `Google did not allow that: ${message.slice(0, 150)}`,
      });
    }
    if (status === 400 || status === 413) {
      throw new NexusError("mail_refused", `gmail ${status}: ${message}`, {
        cause,
        say: "Google did not take that mail.",
      });
    }
    throw new NexusError("mail_unreachable", `gmail ${status}: ${message}`, { cause });
  }
}
