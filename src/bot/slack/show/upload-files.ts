import type { ChartRenderer } from "#bot/chart-png.ts";
import type { SlackFile } from "#bot/slack/render/rendering.ts";
import type { Line, SlackApi } from "#bot/slack/web/slack-api.ts";

export interface UploadDeps {
  readonly api: SlackApi;
  readonly renderer: ChartRenderer;
}

export interface Destination {
  readonly channelId: string;
  readonly threadTs?: string;
}

/**
 * Puts a reply's files beside it, those in `done` excepted, which each file joins when it is there.
 * @throws NexusError
 */
export async function uploadFiles(
  { api, renderer }: UploadDeps,
  line: Line,
  files: readonly SlackFile[],
  to: Destination,
  done: Set<string>,
  signal: AbortSignal,
): Promise<void> {
  for (const { name, title, altText, content } of files) {
    if (done.has(name)) continue;
    const bytes = "chart" in content ? await renderer.render(content.chart, signal) : Buffer.from(content.text, "utf8");
    await api.upload(line, { ...to, name, title, altText, bytes }, signal);
    done.add(name);
  }
}
