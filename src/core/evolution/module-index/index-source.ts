import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isAbort, NexusError } from "#core/contract/errors.ts";
import type { Egress } from "#core/contract/sandbox.ts";

/** Where an index lies: a folder, of a checkout say, or an https address. Only its own files are asked for. */
export interface IndexSource {
  /** @throws NexusError index_unavailable */
  read(path: string, signal: AbortSignal): Promise<string>;
}

/** A source for the location of a setting: what begins with `https://` is fetched, anything else is a folder. */
export function indexSource(location: string, egress: Egress): IndexSource {
  return location.startsWith("https://") ? fetched(location, egress) : folder(location);
}

function folder(location: string): IndexSource {
  return {
    async read(path, signal) {
      try {
        const bytes = await readFile(join(location, path), { signal });
        if (bytes.length > MOST_BYTES) throw unavailable(location, `${path} is larger than any file of an index`);
        return bytes.toString("utf8");
      } catch (cause) {
        if (isAbort(cause) || cause instanceof NexusError) throw cause;
        throw unavailable(location, `${path} cannot be read there`, cause);
      }
    },
  };
}

/** Through the broker, as modules are: private addresses are refused, redirects looked at again, sizes held. */
function fetched(location: string, egress: Egress): IndexSource {
  const base = location.endsWith("/") ? location : `${location}/`;
  return {
    async read(path, signal) {
      const url = new URL(path, base);
      const { result } = await egress.request(
        url.href,
        { method: "GET", headers: { accept: "application/json, text/plain" } },
        {
          hosts: [{ host: url.hostname, methods: ["GET"], pathPrefixes: [new URL(base).pathname] }],
          maxResponseBytes: MOST_BYTES,
          timeoutMs: TIMEOUT_MS,
        },
        [],
        signal,
      );
      signal.throwIfAborted();
      if (!result.ok) throw unavailable(location, `${path}: ${result.detail}`);
      if (result.status !== 200) throw unavailable(location, `${path} is answered with status ${result.status}`);
      return result.body;
    },
  };
}

/** A pack whose code and tests are all as large as they may be is smaller than this. */
const MOST_BYTES = 16 * 1024 * 1024;
const TIMEOUT_MS = 20_000;

function unavailable(location: string, why: string, cause?: unknown): NexusError {
  return new NexusError("index_unavailable", `${location}: ${why}`, {
    say: `The module index at ${location} does not answer: ${why}.`,
    cause,
  });
}
