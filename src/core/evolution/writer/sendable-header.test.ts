import { expect, test } from "vitest";
import { checkHeaders } from "#sandbox/egress/headers.ts";
import { isSendable } from "./sendable-header.ts";

const NAMES = [
  ..."accept accept-language if-match if-none-match if-modified-since prefer x-api-version notion-version".split(" "),
  ..."mcp-session-id mcp-protocol-version x-request-id x-tenant x-auth-token x-forwarded-for x-real-ip".split(" "),
  ..."authorization cookie host origin referer range content-range content-length user-agent x-api-key".split(" "),
  ..."x-http-method-override x-user-id x-amz-date x-google-key x-secret x-author x-port dnt api-version".split(" "),
];

test("a header that the broker refuses is never asked for, and one that it lets through may be", () => {
  const brokers = NAMES.filter((name) => checkHeaders({ [name]: "1" }).ok);
  expect(NAMES.filter(isSendable)).toEqual(brokers);
  expect(brokers.length).toBeGreaterThan(10);
});
