import { inspect } from "node:util";
import { DiscordAPIError, HTTPError, RateLimitError } from "discord.js";
import { expect, test } from "vitest";
import { codeOf, failureOf, isDenied } from "./failure.ts";

const url = "https://discord.com/api/v10/interactions/1/aW50ZXJhY3Rpb24-secret/callback";
const request = { body: { content: "you spent $812" }, files: undefined };

test("an error for the log holds neither what was said nor the token in the address", () => {
  const refused = new DiscordAPIError(
    { code: 50_013, message: "Missing Permissions" },
    50_013,
    403,
    "POST",
    url,
    request,
  );
  const broken = new HTTPError(503, "Service Unavailable", "POST", url, request);
  for (const error of [failureOf(refused), failureOf(broken)]) {
    expect(inspect(error, { depth: 10, showHidden: true })).not.toMatch(/secret|812/);
  }
  expect(isDenied(failureOf(refused))).toBe(true);
  expect(codeOf(failureOf(refused))).toBe(50_013);
});

test("only what may pass by itself is tried again", () => {
  const limited = { global: false, hash: "h", limit: 5, majorParameter: "1", method: "POST", retryAfter: 9_000 };
  const limit = new RateLimitError({
    ...limited,
    route: "/x",
    scope: "user",
    sublimitTimeout: 0,
    timeToReset: 9_000,
    url,
  });
  expect(failureOf(limit)).toMatchObject({ code: "rate_limited", retryable: true });
  expect(failureOf(new Error("connect ECONNREFUSED"))).toMatchObject({ code: "upstream_unavailable", retryable: true });
  const gone = new DiscordAPIError({ code: 10_003, message: "Unknown Channel" }, 10_003, 404, "POST", url, request);
  expect(failureOf(gone)).toMatchObject({ code: "platform_refused", retryable: false });
});
