import { z } from "zod";

/** Where an application's token, intents and permissions are changed. */
export const PORTAL = "https://discord.com/developers/applications";

/** Whose token it is. */
export interface KnownBot {
  readonly id: string;
  /** The application's name. */
  readonly name: string;
  readonly username: string;
  /** Whether Message Content Intent is on. */
  readonly mayReadContent: boolean;
}

/** What Discord says of a token; `say` is why it does not do. */
export type TriedToken =
  | { readonly outcome: "works"; readonly bot: KnownBot }
  | { readonly outcome: "refused"; readonly say: string; readonly detail: string }
  | { readonly outcome: "unreachable"; readonly detail: string; readonly cause?: unknown };

/** Tries a bot token with two calls; no connection is opened. */
export async function tryToken(token: string, apiUrl: string, signal: AbortSignal): Promise<TriedToken> {
  const application = await ask(apiUrl, "/applications/@me", token, Application, signal);
  if (application.outcome !== "answered") return application;
  const user = await ask(apiUrl, "/users/@me", token, User, signal);
  if (user.outcome !== "answered") return user;
  const { id, name, flags } = application.answer;
  const bot = { id, name, username: user.answer.username, mayReadContent: (flags & MAY_READ_CONTENT) !== 0 };
  return { outcome: "works", bot };
}

/** Application flags GATEWAY_MESSAGE_CONTENT and its limited form: https://docs.discord.com/developers/resources/application */
const MAY_READ_CONTENT = (1 << 18) | (1 << 19);

const Application = z.object({ id: z.string().regex(/^\d{1,20}$/), name: z.string(), flags: z.number().default(0) });
const User = z.object({ username: z.string() });

type Asked<Answer> =
  | { readonly outcome: "answered"; readonly answer: Answer }
  | Exclude<TriedToken, { outcome: "works" }>;

async function ask<Answer>(
  apiUrl: string,
  path: string,
  token: string,
  schema: z.ZodType<Answer>,
  signal: AbortSignal,
): Promise<Asked<Answer>> {
  let response: Response;
  try {
    response = await fetch(`${apiUrl}/v10${path}`, {
      headers: { authorization: `Bot ${token}` },
      redirect: "error",
      signal,
    });
  } catch (cause) {
    return { outcome: "unreachable", detail: "no answer", cause };
  }
  const detail = `Discord answered ${response.status}`;
  if (response.status === 401) {
    return { outcome: "refused", say: "Discord does not know that token: it is mistyped, or was reset since.", detail };
  }
  if (response.status === 429 || response.status >= 500) return { outcome: "unreachable", detail };
  const answer = schema.safeParse(await response.json().catch(() => undefined));
  if (response.ok && answer.success) return { outcome: "answered", answer: answer.data };
  return { outcome: "refused", say: "Discord's answer to that token is not that of a bot.", detail };
}
