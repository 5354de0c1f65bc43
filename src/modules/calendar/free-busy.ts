import { z } from "zod";
import type { JsonObject } from "#core/contract/json.ts";
import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import type { Busy } from "./meeting.ts";
import type { CalendarSource } from "./source.ts";
import { dayInWords, length, listed, spanOf, timeOf, todayOf } from "./words.ts";
import { addDays, dayOf, instantAt, startOfDay } from "./zone.ts";

const Input = z.object({ at: z.iso.datetime({ offset: true }).optional(), date: z.iso.date().optional() });

/** What is offered as free time lies between these, by the asker's clock. */
const WORKDAY = { from: "09:00", to: "18:00" } as const;
const SHORTEST_GAP_MS = 15 * 60_000;
const ROUND_MS = 5 * 60_000;

/** Whether the asker is free at a moment, or when on a day. */
export async function freeBusy(input: JsonObject, nexus: Nexus, source: CalendarSource): Promise<ModuleOutput> {
  const { at, date } = Input.parse(input);
  return at === undefined ? freeOn(date ?? todayOf(nexus), nexus, source) : freeAt(new Date(at), nexus, source);
}

async function freeAt(at: Date, nexus: Nexus, source: CalendarSource): Promise<ModuleOutput> {
  const { asker } = nexus;
  const day = dayOf(at, asker.timeZone);
  const end = startOfDay(addDays(day, 1), asker.timeZone);
  const answer = await source.busy(at, end);
  if (!answer.ok) return { error: answer.error };
  const moment = `${dayInWords(day, todayOf(nexus))} at ${timeOf(at, asker)}`;
  const freeFrom = endOfBusy(at, answer.value);
  const isFree = freeFrom.getTime() === at.getTime();
  const nextBusy = answer.value.find(({ start }) => start >= freeFrom)?.start ?? end;
  const until = nextBusy < end ? `until ${timeOf(nextBusy, asker)}` : "for the rest of that day";
  const again = freeFrom < end ? `until ${timeOf(freeFrom, asker)}, then free ${until}` : "for the rest of that day";
  return {
    summary: isFree ? `Yes, you are free ${moment}, ${until}.` : `No, you are busy ${moment}, ${again}.`,
    shared: isFree ? `Free ${moment}, ${until}.` : `Busy ${moment}, ${again}.`,
    data: { at: at.toISOString(), free: isFree, freeFrom: freeFrom.toISOString(), freeUntil: nextBusy.toISOString() },
    parts: [{ type: "context", markdown: `Times are in ${asker.timeZone}.` }],
    next: isFree ? ["what is my next meeting?"] : ["when am I free today?", "when am I free tomorrow?"],
  };
}

async function freeOn(day: string, nexus: Nexus, source: CalendarSource): Promise<ModuleOutput> {
  const { asker } = nexus;
  const words = dayInWords(day, todayOf(nexus));
  const opens = instantAt(day, WORKDAY.from, asker.timeZone);
  const closes = instantAt(day, WORKDAY.to, asker.timeZone);
  const hours = spanOf({ start: opens, end: closes }, asker);
  const from = day === todayOf(nexus) ? new Date(Math.max(opens.getTime(), roundedUp(nexus.now()))) : opens;
  if (from >= closes) {
    return {
      summary: `The working day (${hours}) is over.`,
      data: { date: day, free: [] },
      next: ["when am I free tomorrow?"],
    };
  }
  const answer = await source.busy(from, closes);
  if (!answer.ok) return { error: answer.error };
  const gaps = gapsBetween({ start: from, end: closes }, answer.value);
  const rows = gaps.map(({ start, end }) => [
    timeOf(start, asker),
    timeOf(end, asker),
    length(end.getTime() - start.getTime()),
  ]);
  const columns = [{ header: "From" }, { header: "To" }, { header: "Length", align: "right" as const }];
  return {
    summary: sentence(gaps, { start: from, end: closes }, words, nexus),
    shared: gaps.length === 0 ? `No free time ${words}.` : `Free ${words}: ${spansOf(gaps, asker)}.`,
    data: { date: day, free: gaps.map(({ start, end }) => ({ start: start.toISOString(), end: end.toISOString() })) },
    parts: [
      ...(rows.length < 2 ? [] : [{ type: "table" as const, caption: `Free ${words}`, columns, rows }]),
      { type: "context", markdown: `Looked at ${hours}, ${asker.timeZone}.` },
    ],
    next: ["what meetings do I have today?"],
  };
}

function sentence(gaps: readonly Busy[], window: Busy, words: string, { asker }: Nexus): string {
  const [first] = gaps;
  if (first === undefined)
    return `You have no free time ${words} between ${spanOf(window, asker).replace("–", " and ")}.`;
  if (first.start.getTime() === window.start.getTime() && first.end.getTime() === window.end.getTime()) {
    return `You are free ${words} from ${spanOf(window, asker).replace("–", " to ")}.`;
  }
  return `You are free ${words}: ${spansOf(gaps, asker)}.`;
}

function spansOf(gaps: readonly Busy[], asker: Nexus["asker"]): string {
  const shown = gaps.slice(0, 5).map((gap) => spanOf(gap, asker));
  return listed(gaps.length > 5 ? [...shown, `${gaps.length - 5} more times`] : shown);
}

/** When the stretch of busy time that holds `at` ends; `at` itself when it is free. */
function endOfBusy(at: Date, busy: readonly Busy[]): Date {
  let end = at;
  for (const taken of busy) if (taken.start <= end && taken.end > end) end = taken.end;
  return end;
}

function gapsBetween(window: Busy, busy: readonly Busy[]): Busy[] {
  const gaps: Busy[] = [];
  let free = window.start;
  for (const taken of [...busy, { start: window.end, end: window.end }]) {
    if (taken.start.getTime() - free.getTime() >= SHORTEST_GAP_MS) gaps.push({ start: free, end: taken.start });
    if (taken.end > free) free = taken.end;
  }
  return gaps;
}

function roundedUp(instant: Date): number {
  return Math.ceil(instant.getTime() / ROUND_MS) * ROUND_MS;
}
