import type { ChartRenderer } from "#bot/chart-png.ts";
import { NexusError } from "#core/contract/errors.ts";
import { SLACK_LIMITS } from "#bot/slack/limits.ts";
import { escapeSlack } from "#bot/slack/render/escape.ts";
import type { SlackFile, SlackMessage } from "#bot/slack/render/rendering.ts";
import type { Line, SlackApi } from "#bot/slack/web/slack-api.ts";

export interface UploadDeps {
  readonly api: SlackApi;
  readonly renderer: ChartRenderer;
}

export interface Destination {
  readonly channelId: string;
  readonly threadTs?: string;
}

/** A file that Slack will not have, and why. */
interface NotAttached {
  readonly name: string;
  readonly why: NexusError;
}

/**
 * Puts a reply's files beside it, those whose number is in `done` excepted, which each joins when it is there.
 * @returns the files that Slack refused
 * @throws NexusError when it may take them later
 */
export async function uploadFiles(
  { api, renderer }: UploadDeps,
  line: Line,
  files: readonly SlackFile[],
  to: Destination,
  done: Set<number>,
  signal: AbortSignal,
): Promise<NotAttached[]> {
  const refused: NotAttached[] = [];
  for (const [index, { name, title, altText, content }] of files.entries()) {
    if (done.has(index)) continue;
    const bytes = "chart" in content ? await renderer.render(content.chart, signal) : Buffer.from(content.text, "utf8");
    try {
      await api.upload(line, { ...to, name, title, altText, bytes }, signal);
      done.add(index);
    } catch (thrown) {
      if (!(thrown instanceof NexusError) || thrown.retryable) throw thrown;
      refused.push({ name, why: thrown });
    }
  }
  return refused;
}

/** Says which files are not there, and why; undefined when all are. */
export function withoutFiles(refused: readonly NotAttached[]): SlackMessage | undefined {
  const [first] = refused;
  if (first === undefined) return undefined;
  const names = refused.map(({ name }) => `\`${name}\``).join(", ");
  const text = `I could not attach ${names}. ${first.why.say} ${first.why.hint}`;
  return { text: escapeSlack(text).slice(0, SLACK_LIMITS.text), blocks: [] };
}
