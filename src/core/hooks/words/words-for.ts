import type { HookFormat } from "#core/contract/hook.ts";
import type { Json } from "#core/contract/json.ts";
import { alertmanagerWords } from "./alertmanager.ts";
import { anyWords } from "./any.ts";
import { githubWords } from "./github.ts";
import { gitlabWords } from "./gitlab.ts";
import type { HookWords } from "./hook-words.ts";
import { slackWords } from "./slack.ts";

/** Puts into words what came; what its kind does not know is told by its own fields. */
export function wordsFor(format: HookFormat, event: string | undefined, body: Json): HookWords {
  switch (format) {
    case "github":
      return githubWords(event, body) ?? anyWords(body, event);
    case "gitlab":
      return gitlabWords(body) ?? anyWords(body, event);
    case "slack":
      return slackWords(body) ?? anyWords(body, event);
    case "alertmanager":
      return alertmanagerWords(body) ?? anyWords(body, event);
    case "any":
      return anyWords(body, event);
    default:
      return format satisfies never;
  }
}
