import { createServer } from "node:http";
import { once } from "node:events";
import type { LoopbackSlack } from "#test/platforms/slack/slack.ts";

/** How the Slack door is connected over HTTP, at a port that is free now. */
export async function connectionTo({ signingSecret, clientId, clientSecret }: LoopbackSlack) {
  const port = await freePort();
  return { mode: "http", signingSecret, clientId, clientSecret, host: "127.0.0.1", port } as const;
}

/** What a person's browser does on the install page, cookies included. */
export async function install(origin: string): Promise<Response> {
  const start = await fetch(`${origin}/slack/install`, { redirect: "manual" });
  const cookie = start.headers
    .getSetCookie()
    .map((one) => one.split(";")[0])
    .join("; ");
  const allowed = await fetch(start.headers.get("location") ?? "", { redirect: "manual" });
  return await fetch(allowed.headers.get("location") ?? "", { headers: { cookie } });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
