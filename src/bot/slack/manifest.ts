import { readFileSync } from "node:fs";
import { z } from "zod";

/** https://docs.slack.dev/reference/app-manifest */
const Manifest = z.object({
  oauth_config: z.object({ scopes: z.object({ bot: z.array(z.string()) }) }),
  settings: z.object({ event_subscriptions: z.object({ bot_events: z.array(z.string()) }) }),
});

export interface SlackManifest {
  readonly botScopes: readonly string[];
  readonly botEvents: readonly string[];
  /** Opens Slack's “create an app” page with everything filled in. */
  readonly creationUrl: string;
}

/** The app as Slack is told to make it: `deploy/slack-manifest.json`. */
export function readManifest(): SlackManifest {
  const file: unknown = JSON.parse(
    readFileSync(new URL("../../../deploy/slack-manifest.json", import.meta.url), "utf8"),
  );
  const { oauth_config, settings } = Manifest.parse(file);
  const url = new URL("https://api.slack.com/apps");
  url.searchParams.set("new_app", "1");
  url.searchParams.set("manifest_json", JSON.stringify(file));
  return {
    botScopes: oauth_config.scopes.bot,
    botEvents: settings.event_subscriptions.bot_events,
    creationUrl: url.href,
  };
}
