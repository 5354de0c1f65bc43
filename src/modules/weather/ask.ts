import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { type Ended, refusal, unreadable } from "./refusals.ts";

/** One question to OpenWeather: its answer as parsed, or what to say instead. */
export async function ask(path: string, nexus: Nexus): Promise<{ readonly value: unknown } | Ended> {
  const answer = await nexus.fetch(`https://api.openweathermap.org${path}`);
  if (!answer.ok) return { output: notReached(answer.code) };
  if (answer.status === 200) {
    try {
      const value: unknown = JSON.parse(answer.body);
      return { value };
    } catch {
      return { output: unreadable() };
    }
  }
  nexus.log(`OpenWeather answered ${answer.status} to ${path.split("?")[0] ?? ""}`);
  return { output: refused(answer.status, answer.headers["retry-after"]) };
}

/** https://openweathermap.org/faq#error401 and the sections after it. */
function refused(status: number, retryAfter: string | undefined): ModuleOutput {
  switch (status) {
    case 401:
    case 403:
      return refusal("credential_rejected", "OpenWeather refused the API key.", {
        hint: "A new key can take two hours to become active. Otherwise replace it with `connect weather`.",
      });
    case 404:
      return refusal("not_found", "OpenWeather has no weather for that place.", { slot: "place" });
    case 429: {
      const seconds = Number(retryAfter);
      const retryAfterS = Number.isInteger(seconds) && seconds > 0 ? Math.min(seconds, 86_400) : 60;
      return refusal("rate_limited", "OpenWeather's limit of requests is used up for the moment.", { retryAfterS });
    }
    default:
      return status >= 500
        ? refusal("upstream_unavailable", "OpenWeather is not answering.")
        : refusal("upstream_invalid", `OpenWeather did not accept the question (status ${status}).`);
  }
}

function notReached(code: string): ModuleOutput {
  if (code === "credential_missing") return refusal("credential_missing", "OpenWeather needs an API key.");
  if (code === "too_large" || code === "bad_response") return unreadable();
  if (code === "timeout") return refusal("upstream_unavailable", "OpenWeather took too long to answer.");
  return refusal("upstream_unavailable", "OpenWeather cannot be reached.");
}
