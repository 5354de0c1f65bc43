import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { text } from "./json.ts";
import { type Ended, refusal, unreadable } from "./refusals.ts";
import { type Roll, rollOf } from "./sample.ts";
import type { Tag } from "./tag.ts";

/** What the API says of a tag, or its generated likeness when there is no key. */
export async function source(
  { tag, slot }: Tag,
  what: keyof typeof PATHS,
  generated: (roll: Roll, tag: string, nexus: Nexus) => unknown,
  nexus: Nexus,
): Promise<{ readonly value: unknown } | Ended> {
  if (nexus.sample === "required") return { value: generated(rollOf(tag), tag, nexus) };
  const answer = await nexus.fetch(`https://api.clashroyale.com${PATHS[what](encodeURIComponent(tag))}`);
  if (!answer.ok) return { output: notReached(answer.code) };
  const value = parse(answer.body);
  if (answer.status === 200) return value === undefined ? { output: unreadable() } : { value };
  const reason = text(value, "reason") ?? "";
  nexus.log(`Clash Royale answered ${answer.status} ${reason}: ${text(value, "message") ?? ""}`);
  if (answer.status === 404) {
    const say =
      what === "race"
        ? `Clash Royale knows no river race for the clan ${tag}.`
        : `Clash Royale knows no ${slot === "clanTag" ? "clan" : "player"} ${tag}.`;
    const hint = "Check the tag, and that it is a clan's where a clan is meant and a player's where a player is.";
    return { output: refusal("not_found", say, { slot, hint }) };
  }
  return { output: refused(answer.status, reason, answer.headers["retry-after"]) };
}

const PATHS = {
  player: (tag: string) => `/v1/players/${tag}`,
  chests: (tag: string) => `/v1/players/${tag}/upcomingchests`,
  clan: (tag: string) => `/v1/clans/${tag}`,
  race: (tag: string) => `/v1/clans/${tag}/currentriverrace`,
};

function parse(body: string): unknown {
  try {
    const value: unknown = JSON.parse(body);
    return value;
  } catch {
    return undefined;
  }
}

function refused(status: number, reason: string, retryAfter: string | undefined): ModuleOutput {
  if (status === 403 || status === 401) {
    const byAddress = reason.endsWith("invalidIp");
    return refusal(
      "credential_rejected",
      byAddress
        ? "Clash Royale refused the key: it was made for another internet address."
        : "Clash Royale refused the key.",
      {
        hint: "A key works only from the addresses it was made for. Make one for this server's public address at developer.clashroyale.com, then `connect gaming`.",
      },
    );
  }
  if (status === 429) {
    const seconds = Number(retryAfter);
    const retryAfterS = Number.isInteger(seconds) && seconds > 0 ? Math.min(seconds, 86_400) : 10;
    return refusal("rate_limited", "Clash Royale asks for fewer requests.", { retryAfterS });
  }
  if (status === 503 && reason === "inMaintenance") {
    return refusal("maintenance", "Clash Royale is down for maintenance.", { retryAfterS: 600 });
  }
  if (status >= 500) return refusal("upstream_unavailable", "Clash Royale is not answering.");
  return refusal("upstream_invalid", `Clash Royale did not accept the question (status ${status}).`);
}

function notReached(code: string): ModuleOutput {
  if (code === "credential_missing") return refusal("credential_missing", "Clash Royale needs an API key.");
  if (code === "too_large" || code === "bad_response") return unreadable();
  if (code === "timeout") return refusal("upstream_unavailable", "Clash Royale took too long to answer.");
  return refusal("upstream_unavailable", "Clash Royale cannot be reached.");
}
