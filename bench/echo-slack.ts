import bolt from "@slack/bolt";

/** The baseline: Bolt in Socket Mode with one listener that answers. Nothing is kept, ordered or understood. */
const {
  NEXUS_SLACK_BOT_TOKEN: token = "",
  NEXUS_SLACK_APP_TOKEN: appToken = "",
  NEXUS_SLACK_API_URL: slackApiUrl = "",
} = process.env;
const clientOptions = { slackApiUrl };
const app = new bolt.App({ token, appToken, socketMode: true, clientOptions, logLevel: bolt.LogLevel.ERROR });
app.event("app_mention", async ({ event, client }) => {
  await client.chat.postMessage({
    channel: event.channel,
    thread_ts: event.ts,
    text: event.text.replace(/<@[^>]+>\s*/, ""),
    unfurl_links: false,
    unfurl_media: false,
  });
});
await app.start();
