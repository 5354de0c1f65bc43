import { App, LogLevel } from "@slack/bolt";
import { WebClient } from "@slack/web-api";
import { onTestFinished } from "vitest";
import { startSlack, type LoopbackSlack, type SlackOptions } from "./slack.ts";

/** A Slack with Kim in #ops and in a direct message; it ends with the test. */
export async function slackWithKim(options: SlackOptions = {}): Promise<LoopbackSlack> {
  const slack = await startSlack(options);
  onTestFinished(() => slack[Symbol.asyncDispose]());
  slack.addPerson({ id: "U0KIM", name: "Kim" });
  slack.addChannel({ id: "C0OPS", name: "ops", kind: "channel", members: ["U0KIM"] });
  slack.addChannel({ id: "D0KIM", name: "", kind: "im", members: ["U0KIM"] });
  return slack;
}

/** The real client, which gives up at once. */
export function clientOf(slack: LoopbackSlack, token = slack.botToken): WebClient {
  const quiet = { logLevel: LogLevel.ERROR, logger: SILENT };
  return new WebClient(token, { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 }, ...quiet });
}

/** A bare Bolt app; `prepare` gives it its listeners before it connects, by socket or by HTTP. */
export async function startBolt(
  slack: LoopbackSlack,
  mode: "socket" | "http",
  prepare: (app: App) => void,
): Promise<App> {
  const app = new App({
    token: slack.botToken,
    ...(mode === "socket" ? { socketMode: true, appToken: slack.appToken } : { signingSecret: slack.signingSecret }),
    logger: SILENT,
    clientOptions: { slackApiUrl: slack.apiUrl, retryConfig: { retries: 0 } },
  });
  prepare(app);
  // The app goes before the platform: one hook, since a platform that vanishes is an error to the client.
  onTestFinished(async () => {
    await app.stop();
  });
  if (mode === "socket") await app.start();
  else {
    const server = await app.start({ port: 0, host: "127.0.0.1" });
    const address = "address" in server ? server.address() : null;
    if (address === null || typeof address === "string") throw new Error("Bolt has no port");
    if (!(await slack.useHttp(`http://127.0.0.1:${address.port}/slack/events`)))
      throw new Error("url_verification failed");
  }
  return app;
}

const SILENT = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  setLevel: () => undefined,
  getLevel: () => LogLevel.ERROR,
  setName: () => undefined,
};
