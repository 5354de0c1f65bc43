import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import PostalMime, { type Email } from "postal-mime";
import { z } from "zod";

/** How Gmail behaves from now on. https://developers.google.com/workspace/gmail/api/guides/handle-errors */
export type GmailMode = "ok" | "revoked" | "send_only" | "rate_limited" | "unavailable" | "takes_and_hangs_up";

/** Gmail on loopback: one account that allowed NEXUS to send for it. */
export interface LoopbackGmail extends AsyncDisposable {
  readonly apiUrl: string;
  readonly tokenUrl: string;
  readonly mails: readonly Email[];
  mode: GmailMode;
}

export const GMAIL_ACCOUNT = {
  clientId: "client.apps.googleusercontent.com",
  clientSecret: "client-secret",
  refreshToken: "1//refresh",
} as const;

const ACCESS = "ya29.access";

/** Starts it. It takes what the vendor takes, and refuses the rest. */
export async function startGmail(): Promise<LoopbackGmail> {
  const mails: Email[] = [];
  const state: { mode: GmailMode } = { mode: "ok" };
  const server = createServer((request, response) => void answer(request, response));

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(Buffer.from(chunk));
    const body = Buffer.concat(chunks).toString();
    const url = new URL(request.url ?? "/", "http://gmail.invalid");
    if (url.pathname === "/token") return token(body, response);
    if (request.headers.authorization !== `Bearer ${ACCESS}`) return refuse(response, 401, "Invalid Credentials");
    if (state.mode === "rate_limited") return refuse(response, 429, "User-rate limit exceeded.");
    if (state.mode === "unavailable") return refuse(response, 503, "The service is currently unavailable.");
    const route = `${request.method} ${url.pathname}`;
    if (route === "POST /gmail/v1/users/me/messages/send") return send(body, response);
    if (state.mode === "send_only") {
      return refuse(response, 403, "Request had insufficient authentication scopes.");
    }
    if (route === "GET /gmail/v1/users/me/profile") return reply(response, 200, { emailAddress: "nexus@gmail.com" });
    if (route === "GET /gmail/v1/users/me/messages") {
      const wanted = /^rfc822msgid:(.+)$/.exec(url.searchParams.get("q") ?? "")?.[1];
      const found = mails.filter(({ messageId }) => messageId === `<${wanted}>`);
      // Where nothing is found the list is not there at all.
      const messages = found.map((_, index) => ({ id: `m${index}`, threadId: `t${index}` }));
      return reply(response, 200, {
        ...(messages.length > 0 && { messages }),
        resultSizeEstimate: messages.length,
      });
    }
    return refuse(response, 404, "Not Found");
  }

  function token(body: string, response: ServerResponse): void {
    const given = new URLSearchParams(body);
    const isKnown =
      given.get("grant_type") === "refresh_token" &&
      given.get("refresh_token") === GMAIL_ACCOUNT.refreshToken &&
      given.get("client_id") === GMAIL_ACCOUNT.clientId &&
      given.get("client_secret") === GMAIL_ACCOUNT.clientSecret;
    if (!isKnown || state.mode === "revoked") {
      return reply(response, 400, { error: "invalid_grant", error_description: "Token has been expired or revoked." });
    }
    return reply(response, 200, { access_token: ACCESS, expires_in: 3_599, token_type: "Bearer" });
  }

  async function send(body: string, response: ServerResponse): Promise<void> {
    const read = Message.safeParse(JSON.parse(body));
    if (!read.success)
      return refuse(
        response,
        400,
        "'raw' RFC822 payload message string or uploading message via /upload/* URL required",
      );
    const mail = await PostalMime.parse(Buffer.from(read.data.raw, "base64url"));
    if ((mail.to ?? []).length === 0) return refuse(response, 400, "Recipient address required");
    mails.push(mail);
    if (state.mode === "takes_and_hangs_up") return void response.destroy();
    return reply(response, 200, { id: `m${mails.length}`, threadId: `t${mails.length}`, labelIds: ["SENT"] });
  }

  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the loopback Gmail has no port");
  const origin = `http://127.0.0.1:${address.port}`;
  return {
    apiUrl: `${origin}/`,
    tokenUrl: `${origin}/token`,
    mails,
    get mode() {
      return state.mode;
    },
    set mode(mode) {
      state.mode = mode;
    },
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

const Message = z.strictObject({ raw: z.base64url().min(10) });

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { "content-type": "application/json; charset=UTF-8" }).end(JSON.stringify(body));
}

function refuse(response: ServerResponse, code: number, message: string): void {
  reply(response, code, { error: { code, message, errors: [{ message, domain: "global" }] } });
}
