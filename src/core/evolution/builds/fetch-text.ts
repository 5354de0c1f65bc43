import { NexusError } from "#core/contract/errors.ts";
import type { Egress, EgressPolicy } from "#core/contract/sandbox.ts";
import type { FetchText } from "#core/evolution/api/fetch-text.ts";

/**
 * Makes the way to addresses that somebody names: through the broker, so that none leads into the building, wherever it
 * redirects to. It carries no credential, and a redirect leads to no other host.
 * @throws NexusError egress_denied | file_too_large | upstream_unavailable, from what it makes
 */
export function createFetchText(egress: Pick<Egress, "request">): FetchText {
  return async ({ url, ...init }, signal) => {
    const at = URL.canParse(url) ? new URL(url) : undefined;
    if (at === undefined || at.protocol !== "https:" || at.username !== "" || at.password !== "") throw noAddress(url);
    const policy: EgressPolicy = {
      hosts: [{ host: at.hostname, methods: ["GET", "POST"], pathPrefixes: ["/"] }],
      maxResponseBytes: MOST_BYTES,
      timeoutMs: TIMEOUT_MS,
    };
    const { result } = await egress.request(url, init, policy, [], signal);
    signal.throwIfAborted();
    if (result.ok) return { status: result.status, headers: result.headers, text: result.body, url };
    const { host } = at;
    switch (result.code) {
      case "denied":
        throw new NexusError("egress_denied", `${host}: ${result.detail}`, {
          say: `I may not read from there: ${result.detail}.`,
          hint: "Give an https address that everybody on the internet can reach, or hand in the document as a file.",
        });
      case "too_large":
        throw new NexusError("file_too_large", `${host} sent more than ${MOST_BYTES} bytes`, {
          say: `${host} sent more than 20 MB: that is more than I read.`,
          hint: "Give the address of a smaller document, or only the part of it that is needed.",
        });
      case "timeout":
      case "unreachable":
      case "bad_response":
      case "too_many_calls":
      case "credential_missing":
      case "aborted":
        throw new NexusError("upstream_unavailable", `${host}: ${result.detail}`, {
          say: `I could not read from ${host}: ${result.detail}.`,
          hint: "Look whether the address is right, try again later, or hand in the document as a file.",
        });
      default:
        return result.code satisfies never;
    }
  };
}

/** As large as the documents of large vendors are. */
const MOST_BYTES = 20_000_000;
const TIMEOUT_MS = 30_000;

function noAddress(url: string): NexusError {
  return new NexusError("egress_denied", `no https address: ${url.slice(0, 100)}`, {
    say: "I only read from https addresses without a name or password in them.",
    hint: "Give such an address, or hand in the document as a file.",
  });
}
