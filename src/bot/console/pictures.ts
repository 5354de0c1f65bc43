import type { ChartRenderer } from "#bot/chart-png.ts";
import type { Outbound } from "#core/contract/door.ts";
import type { Log } from "#core/contract/ports.ts";
import type { OutFolder } from "./out-folder.ts";
import type { Session } from "./session.ts";

/**
 * Saves the charts of a reply as pictures, after its text is on the screen, and tells the terminals where each is or
 * that there is none. Never throws: the text stands without them.
 */
export async function sendPictures(
  outbound: Outbound,
  sessions: readonly Session[],
  { renderer, outFolder, log }: { renderer: ChartRenderer; outFolder: OutFolder; log: Log },
  signal: AbortSignal,
): Promise<void> {
  if (sessions.length === 0) return;
  const charts = outbound.reply.parts.filter((part) => part.type === "chart");
  for (const [index, chart] of charts.entries()) {
    const about = { type: "picture", outboxId: outbound.id, index } as const;
    try {
      const png = await renderer.render(chart, signal);
      const path = await outFolder.savePicture(chart.title, png);
      for (const session of sessions) session.send({ ...about, path });
    } catch (error) {
      if (!signal.aborted) log.warn({ err: error }, "a chart could not be drawn as a picture");
      for (const session of sessions) session.send(about);
    }
  }
}
