import { isTimed, type Meeting } from "./meeting.ts";
import type { CalendarSource } from "./source.ts";
import { addDays, dayOf, instantAt } from "./zone.ts";

/** A made-up but plausible calendar: the same day always brings the same meetings. */
export function createSample(timeZone: string): CalendarSource {
  const between = (from: Date, to: Date): Meeting[] => {
    const found: Meeting[] = [];
    for (let day = dayOf(from, timeZone); day <= dayOf(to, timeZone); day = addDays(day, 1)) {
      found.push(...meetingsOf(day, timeZone).filter((meeting) => overlaps(meeting, from, to)));
    }
    return found;
  };
  return {
    meetings: async (from, to) => ({ ok: true, value: { meetings: between(from, to), complete: true } }),
    busy: async (from, to) => ({
      ok: true,
      value: between(from, to)
        .filter(isTimed)
        .map(({ when }) => ({ start: when.start, end: when.end })),
    }),
  };
}

const ROOMS = ["Room Ada", "Room Turing", "Google Meet", "Google Meet", ""];
const TOPICS = [
  { title: "Design review", minutes: 60, people: 5 },
  { title: "1:1 with Sam", minutes: 30, people: 2 },
  { title: "Customer call: Northwind", minutes: 45, people: 4 },
  { title: "Interview: backend engineer", minutes: 60, people: 3 },
  { title: "Budget check-in", minutes: 30, people: 3 },
  { title: "Roadmap", minutes: 60, people: 8 },
];

function meetingsOf(day: string, timeZone: string): Meeting[] {
  const weekday = new Date(`${day}T00:00Z`).getUTCDay();
  if (weekday === 0 || weekday === 6) return [];
  const draw = drawFrom(day);
  const entry = (time: string, minutes: number, title: string, people: number, place: string): Meeting => {
    const start = instantAt(day, time, timeZone);
    const end = new Date(start.getTime() + minutes * 60_000);
    return { title, kind: "meeting", when: { type: "timed", start, end }, tentative: draw(6) === 0, place, people };
  };
  const topics = [...TOPICS];
  const drawn = ["11:00", "14:00", "15:30"].slice(0, 1 + draw(3)).flatMap((time) => {
    const [topic] = topics.splice(draw(topics.length), 1);
    return topic === undefined
      ? []
      : [entry(time, topic.minutes, topic.title, topic.people, ROOMS[draw(ROOMS.length)] ?? "")];
  });
  const closing = weekday === 5 ? [entry("16:30", 45, "Week in review", 9, "Google Meet")] : [];
  const offsite: Meeting[] =
    weekday === 5 && Number(day.slice(8)) <= 7
      ? [
          {
            title: "Team day",
            kind: "meeting",
            when: { type: "allDay", firstDay: day, lastDay: day },
            tentative: false,
            place: "",
            people: 9,
          },
        ]
      : [];
  return [...offsite, entry("09:30", 15, "Stand-up", 6, "Google Meet"), ...drawn, ...closing];
}

function overlaps(meeting: Meeting, from: Date, to: Date): boolean {
  return !isTimed(meeting) || (meeting.when.start < to && meeting.when.end > from);
}

/** Draws whole numbers below a limit, in an order that depends on the seed alone (FNV-1a, then xorshift32). */
function drawFrom(seed: string): (limit: number) => number {
  let state = 0x811c9dc5;
  for (const letter of seed) state = Math.imul(state ^ letter.charCodeAt(0), 0x01000193);
  return (limit) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % limit;
  };
}
