import type { Log } from "#core/contract/ports.ts";
import type { DiscordApi } from "./api.ts";

/** “NEXUS is typing…”, from soon after a message until its turn is over. */
export interface Typing extends Disposable {
  /** Begins for a message or turn named `key`; again for the same one changes nothing. */
  start(key: string, channelId: string): void;
  stop(key: string): void;
}

/** Makes the indicator. It is a courtesy: when Discord refuses it, nothing else happens. */
export function createTyping(api: DiscordApi, log: Log): Typing {
  const running = new Map<string, { timer: NodeJS.Timeout; controller: AbortController }>();

  const stop = (key: string) => {
    const held = running.get(key);
    if (held === undefined) return;
    running.delete(key);
    clearTimeout(held.timer);
    held.controller.abort();
  };

  return {
    start(key, channelId) {
      if (running.has(key)) return;
      const controller = new AbortController();
      let shown = 0;
      const show = () => {
        shown += 1;
        if (shown > MOST_SHOWN) return stop(key);
        running.set(key, { timer: setTimeout(show, RENEWED_MS).unref(), controller });
        api.typing(channelId, controller.signal).catch((err: unknown) => {
          if (!controller.signal.aborted) log.debug({ err, channel: channelId }, "typing could not be shown");
        });
      };
      running.set(key, { timer: setTimeout(show, SOON_MS).unref(), controller });
    },
    stop,
    [Symbol.dispose]() {
      for (const key of running.keys()) stop(key);
    },
  };
}

/** Most answers are there sooner; then an indicator would only come after the answer, and stay for 10 s. */
const SOON_MS = 200;
/** Discord shows it for 10 s: https://docs.discord.com/developers/resources/channel#trigger-typing-indicator */
const RENEWED_MS = 8_000;
/** Whatever takes longer says in words what it does; and nothing that was lost goes on typing. */
const MOST_SHOWN = 15;
