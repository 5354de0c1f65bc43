import { randomBytes } from "node:crypto";
import type { InstallURLOptions, StateStore } from "@slack/bolt";

const LIFE_MS = 10 * 60_000;
const MOST_KEPT = 1_000;

/** The `state` of each installation under way: good once, for ten minutes, and only from here. */
export function createOauthStates(): StateStore {
  const open = new Map<string, { options: InstallURLOptions; untilMs: number }>();
  return {
    async generateStateParam(options, now) {
      const state = randomBytes(24).toString("base64url");
      open.set(state, { options, untilMs: now.getTime() + LIFE_MS });
      for (const oldest of open.keys()) {
        if (open.size <= MOST_KEPT) break;
        open.delete(oldest);
      }
      return state;
    },
    async verifyStateParam(now, state) {
      const known = open.get(state);
      open.delete(state);
      if (known === undefined || known.untilMs < now.getTime()) throw new Error("the state is not known, or too old");
      return known.options;
    },
  };
}
