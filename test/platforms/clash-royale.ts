import { readFileSync } from "node:fs";
import { join } from "node:path";
import { startVendor, type LoopbackVendor, type VendorAnswer } from "./loopback-vendor.ts";

/** How the Clash Royale API behaves from now on, beside the ways in which any source misbehaves. */
export type ClashRoyaleMode = "ok" | "401" | "invalid-ip" | "429" | "500" | "maintenance" | "empty";

export interface ClashRoyaleOptions {
  readonly key: string;
}

/** Starts a Clash Royale API that knows one player and one clan and wants tags with their `#` escaped, as the real one does. */
export function startClashRoyale(options: ClashRoyaleOptions): Promise<LoopbackVendor<ClashRoyaleMode>> {
  return startVendor<ClashRoyaleMode>("ok", (request, mode) => {
    if (mode === "empty") return { status: 200, body: { items: [] } };
    if (mode !== "ok") return FAILURES[mode];
    const authorization = request.headers["authorization"];
    if (authorization === undefined) return problem(403, "accessDenied", "Missing authorization");
    if (authorization !== `Bearer ${options.key}`) return FAILURES["401"];
    const file = KNOWN[request.path];
    if (request.method !== "GET" || file === undefined) return problem(404, "notFound");
    return { status: 200, body: JSON.parse(readFileSync(join(fixtures, file), "utf8")) };
  });
}

/** https://developer.clashroyale.com/#/documentation */
const FAILURES: Readonly<Record<Exclude<ClashRoyaleMode, "ok" | "empty">, VendorAnswer>> = {
  "401": problem(403, "accessDenied", "Invalid authorization"),
  "invalid-ip": problem(
    403,
    "accessDenied.invalidIp",
    "Invalid authorization: API key does not allow access from IP 203.0.113.7",
  ),
  "429": { ...problem(429, "requestThrottled", "Request was throttled"), headers: { "retry-after": "3" } },
  "500": problem(500, "unknownException"),
  maintenance: problem(503, "inMaintenance", "API is currently in maintenance, please come back later"),
};

const fixtures = join(import.meta.dirname, "..", "..", "src", "modules", "gaming", "fixtures");

const KNOWN: Readonly<Record<string, string>> = {
  "/v1/players/%232PP0LYQ9": "player.json",
  "/v1/players/%232PP0LYQ9/upcomingchests": "upcoming-chests.json",
  "/v1/clans/%23QQUV8L0": "clan.json",
  "/v1/clans/%23QQUV8L0/currentriverrace": "river-race.json",
};

function problem(status: number, reason: string, message?: string): VendorAnswer {
  return { status, body: { reason, ...(message === undefined ? {} : { message }) } };
}
