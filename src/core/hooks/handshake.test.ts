import { describe, expect, test } from "vitest";
import { asNexusError } from "#core/contract/errors.ts";
import { handshakeIn } from "./handshake.ts";

const body = new Uint8Array();
const slack = { headers: { "x-slack-signature": "v0=1" }, body };
const asked = (challenge: unknown) => ({ type: "url_verification", token: "old", challenge: String(challenge) });

describe("a sender that tries an address", () => {
  test("Slack's challenge is said back, GitHub's and Stripe's pings are noted", () => {
    expect(handshakeIn("timestamped", slack, asked("3eZbrw1aBm2rZgRNFdxV"))).toEqual({
      event: "url_verification",
      challenge: "3eZbrw1aBm2rZgRNFdxV",
    });
    const github = { headers: { "x-github-event": "ping" }, body };
    expect(handshakeIn("github", github, { zen: "Keep it simple.", hook_id: 1 })).toEqual({ event: "ping" });
    const stripe = { headers: { "stripe-signature": "t=1,v1=2" }, body };
    expect(handshakeIn("timestamped", stripe, { type: "v2.core.event_destination.ping" })).toEqual({ event: "ping" });
  });

  test("what is news to another kind of hook, or only says that it is a ping, is news", () => {
    expect(handshakeIn("shared", slack, asked("abc"))).toBeUndefined();
    expect(handshakeIn("standard", slack, asked("abc"))).toBeUndefined();
    expect(handshakeIn("timestamped", { headers: {}, body }, asked("abc"))).toBeUndefined();
    expect(handshakeIn("timestamped", slack, { type: "event_callback" })).toBeUndefined();
    // The name of the event is not signed.
    const renamed = { headers: { "x-github-event": "ping" }, body };
    expect(handshakeIn("github", renamed, { action: "opened", issue: { number: 1 } })).toBeUndefined();
  });

  test.each([
    "",
    "<script>alert(1)</script>",
    "a b",
    "https://evil.example",
    "x".repeat(201),
    "ä",
    "a\r\nset-cookie: b",
    "{}",
  ])("“%s” is no challenge, and is not said back", (challenge) => {
    let code: string | undefined;
    try {
      handshakeIn("timestamped", slack, asked(challenge));
    } catch (thrown) {
      code = asNexusError(thrown).code;
    }
    expect(code).toBe("request_invalid");
  });
});
