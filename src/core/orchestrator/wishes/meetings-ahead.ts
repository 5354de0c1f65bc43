import { z } from "zod";
import type { AdapterRunResult } from "#core/contract/invocation.ts";
import { clip } from "#core/orchestrator/compose.ts";
import type { Scene } from "#core/orchestrator/scene.ts";

/** A meeting that is still ahead. */
export interface Ahead {
  readonly title: string;
  readonly start: Date;
}

/** What the calendar answers with for a day. */
const Meetings = z.object({
  meetings: z.array(
    z.object({ title: z.string(), kind: z.string(), start: z.iso.datetime({ offset: true }).exactOptional() }),
  ),
});

/** What the module told, if it is what we know how to read. */
export function meetingsIn({ data }: Pick<Extract<AdapterRunResult, { ok: true }>, "data">): Ahead[] {
  const read = Meetings.safeParse(data);
  if (!read.success) return [];
  return read.data.meetings
    .flatMap(({ title, kind, start }) =>
      kind !== "meeting" || start === undefined ? [] : [{ title, start: new Date(start) }],
    )
    .toSorted((one, other) => one.start.getTime() - other.start.getTime());
}

/** What is said of a meeting when it is time. */
export function reminderText({ title, start }: Ahead, scene: Pick<Scene, "asker">): string {
  return `${clip(title, 200)}, at ${clockOf(start, scene)}`;
}

function clockOf(at: Date, { asker }: Pick<Scene, "asker">): string {
  return new Intl.DateTimeFormat(asker.locale, { timeZone: asker.timeZone, hour: "numeric", minute: "2-digit" }).format(
    at,
  );
}
