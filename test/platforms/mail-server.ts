import { once } from "node:events";
import type { AddressInfo } from "node:net";
import PostalMime, { type Email } from "postal-mime";
import { SMTPServer } from "smtp-server";

/** How the mail server behaves from now on. */
export type MailMode =
  | "ok"
  /** Asks to come back later, as greylisting does. https://www.rfc-editor.org/rfc/rfc6647 */
  | "later"
  | "refused"
  /** It has taken the mail, and goes before it says so. */
  | "dies_after_data";

/** A mail server on loopback that speaks SMTP, and keeps what it takes. */
export interface MailServer extends AsyncDisposable {
  readonly url: string;
  /** Whatever it took, the oldest first; also what it took and did not say. */
  readonly mails: readonly (Email & { readonly raw: string; readonly recipients: readonly string[] })[];
  mode: MailMode;
}

export interface MailServerOptions {
  /** Whoever else does not know these is refused. */
  readonly user?: string;
  readonly password?: string;
}

/** Starts a mail server on a free port. */
export async function startMailServer({ user, password }: MailServerOptions = {}): Promise<MailServer> {
  const mails: (Email & { raw: string; recipients: readonly string[] })[] = [];
  const state: { mode: MailMode } = { mode: "ok" };
  const server = new SMTPServer({
    hideSTARTTLS: true,
    authOptional: user === undefined,
    allowInsecureAuth: true,
    size: 10 * 1024 * 1024,
    onAuth(auth, _, done) {
      const isKnown = auth.username === user && auth.password === password;
      if (isKnown) return done(null, { user: auth.username });
      return done(new Error("535 5.7.8 Authentication credentials invalid"));
    },
    onRcptTo(_, __, done) {
      if (state.mode === "later") return done(answer(451, "4.7.1 Greylisted, try again later"));
      if (state.mode === "refused") return done(answer(550, "5.1.1 No such mailbox here"));
      return done();
    },
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        const raw = Buffer.concat(parts).toString();
        const recipients = session.envelope.rcptTo.map(({ address }) => address);
        void keep(raw, recipients, done);
      });
    },
  });
  async function keep(raw: string, recipients: readonly string[], taken: () => void): Promise<void> {
    mails.push({ ...(await PostalMime.parse(raw)), raw, recipients });
    if (state.mode !== "dies_after_data") return taken();
    // The connection ends without a word.
    for (const connection of server.connections) connection.close();
    return undefined;
  }
  server.on("error", () => undefined);
  server.listen(0, "127.0.0.1");
  await once(server.server, "listening");
  const address: AddressInfo | string | null = server.server.address();
  if (address === null || typeof address === "string") throw new Error("the mail server has no port");
  const account = user === undefined ? "" : `${encodeURIComponent(user)}:${encodeURIComponent(password ?? "")}@`;
  return {
    url: `smtp://${account}127.0.0.1:${address.port}`,
    mails,
    get mode() {
      return state.mode;
    },
    set mode(mode) {
      state.mode = mode;
    },
    async [Symbol.asyncDispose]() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      await closed.promise;
    },
  };
}

function answer(responseCode: number, message: string): Error {
  return Object.assign(new Error(message), { responseCode });
}
