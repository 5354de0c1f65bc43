import type { Logger } from "@slack/bolt";
import { WebClient } from "@slack/web-api";
import { z } from "zod";

/** https://docs.slack.dev/reference/methods/auth.test */
const AuthTest = z.object({
  team: z.string(),
  team_id: z.string(),
  user_id: z.string(),
  bot_id: z.string().optional(),
  response_metadata: z.object({ scopes: z.array(z.string()).optional() }).optional(),
});

/** Whose token it is. */
export interface Self {
  readonly teamId: string;
  readonly teamName: string;
  readonly botUserId: string;
  /** False for a token that speaks for a person. */
  readonly isBot: boolean;
  readonly scopes: readonly string[];
}

/** Asks Slack whose token this is and what it may do. Throws what the SDK throws. */
export async function whoAmI(token: string, apiUrl: string, logger: Logger, timeout = 10_000): Promise<Self> {
  const client = new WebClient(token, { slackApiUrl: apiUrl, logger, timeout, retryConfig: { retries: 0 } });
  const me = AuthTest.parse(await client.auth.test());
  return {
    teamId: me.team_id,
    teamName: me.team,
    botUserId: me.user_id,
    isBot: me.bot_id !== undefined,
    scopes: me.response_metadata?.scopes ?? [],
  };
}
