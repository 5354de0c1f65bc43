import type { Transporter } from "nodemailer";
import { z } from "zod";
import { NexusError } from "#core/contract/errors.ts";
import { toMessage } from "./compose.ts";
import type { MailTransport } from "./mail.ts";

export interface SmtpSettings {
  /** `smtps://user:password@host:465`, or `smtp://…:587`, which is made secure before anything is said. */
  readonly url: string;
  readonly from: string;
}

const CONNECT_MS = 10_000;
const GREETING_MS = 10_000;
/** Between the server's answers. */
const SILENCE_MS = 25_000;

/** Makes what hands mails to a mail server by SMTP. To any machine but this one nothing is said in the clear. */
export function createSmtp({ url, from }: SmtpSettings): MailTransport {
  const server = new URL(url);
  const isHere = LOOPBACK.has(server.hostname);
  const secure = server.protocol === "smtps:";
  let opened: Promise<Transporter> | undefined;
  const transporter = (): Promise<Transporter> =>
    (opened ??= import("nodemailer").then(({ createTransport }) =>
      createTransport({
        host: server.hostname.replaceAll(/^\[|\]$/g, ""),
        port: server.port === "" ? (secure ? 465 : 587) : Number(server.port),
        secure,
        requireTLS: !secure && !isHere,
        ignoreTLS: !secure && isHere,
        connectionTimeout: CONNECT_MS,
        greetingTimeout: GREETING_MS,
        socketTimeout: SILENCE_MS,
        ...(server.username !== "" && {
          auth: { user: decodeURIComponent(server.username), pass: decodeURIComponent(server.password) },
        }),
      }),
    ));

  return {
    name: `SMTP through ${server.host}`,
    async send(mail, signal) {
      const open = await transporter();
      signal.throwIfAborted();
      await settled(open.sendMail(toMessage(mail, from)), signal);
    },
    // A mail server cannot be asked what it took.
    probe: () => Promise.resolve("unknown"),
    async verify(signal) {
      const open = await transporter();
      signal.throwIfAborted();
      await settled(open.verify(), signal);
    },
  };
}

const LOOPBACK: ReadonlySet<string> = new Set(["127.0.0.1", "localhost", "[::1]"]);

async function settled(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const aborted = Promise.withResolvers<never>();
  const abort = (): void => aborted.reject(signal.reason);
  signal.addEventListener("abort", abort, { once: true });
  try {
    await Promise.race([work, aborted.promise]);
  } catch (thrown) {
    signal.throwIfAborted();
    throw smtpError(thrown);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** As nodemailer's errors are. Codes of replies: https://www.rfc-editor.org/rfc/rfc5321#section-4.2 */
const SmtpFailure = z.object({
  code: z.string().optional(),
  responseCode: z.number().optional(),
  response: z.string().optional(),
});

function smtpError(cause: unknown): NexusError {
  const read = SmtpFailure.safeParse(cause);
  const { code = "", responseCode = 0, response = "" } = read.success ? read.data : {};
  const detail = `the mail server: ${code} ${responseCode} ${cause instanceof Error ? cause.message : ""}`.trim();
  const said = response.replaceAll(/\s+/g, " ").slice(0, 200);
  if (code === "EAUTH" || responseCode === 535 || responseCode === 530) {
    return new NexusError("mail_refused", detail, {
      cause,
      say: "The mail server does not take NEXUS's user and password.",
      hint: "Whoever runs NEXUS corrects NEXUS_MAIL_URL.",
    });
  }
  if (code === "ETLS") {
    return new NexusError("mail_refused", detail, {
      cause,
      say: "The mail server offers no secure connection, so nothing was sent.",
      hint: "Use the server's smtps:// address, or one that offers STARTTLS.",
    });
  }
  if (responseCode >= 500) {
    return new NexusError("mail_refused", detail, { cause, say: `The mail server did not take that mail: ${said}` });
  }
  return new NexusError("mail_unreachable", detail, { cause });
}
