import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { ask, unreadable } from "./ask.ts";
import { get, textAt } from "./json.ts";

/** Who is on call now, the first level of each policy first. https://developer.pagerduty.com/api-reference */
export async function onCall(input: { policy?: string }, nexus: Nexus): Promise<ModuleOutput> {
  const answer = await ask("/oncalls?limit=100&earliest=true", nexus);
  if ("output" in answer) return answer.output;
  const list = get(answer.value, "oncalls");
  if (!Array.isArray(list)) return unreadable().output;
  const wanted = typeof input.policy === "string" ? input.policy.trim().toLowerCase() : "";
  const shifts = list.flatMap(toShift).filter((shift) => namesOf(shift).includes(wanted));
  const [first] = shifts.toSorted((one, other) => one.level - other.level);
  if (first === undefined) {
    const whom = wanted === "" ? "Nobody is on call right now." : `Nobody is on call for anything called “${wanted}”.`;
    return { summary: whom, data: { onCall: [] } };
  }
  const rows = shifts
    .toSorted((one, other) =>
      one.policy === other.policy ? one.level - other.level : one.policy < other.policy ? -1 : 1,
    )
    .slice(0, MOST_ROWS)
    .map(({ policy, level, person, until }) => [policy, level, person, until ?? "always"]);
  return {
    summary: `${first.person} is on call for ${first.policy}${first.until === undefined ? "" : ` until ${first.until}`}.`,
    parts: [
      {
        type: "table",
        caption: "On call now",
        columns: [{ header: "Policy" }, { header: "Level", align: "right" }, { header: "Who" }, { header: "Until" }],
        rows,
      },
    ],
    data: { onCall: shifts.slice(0, MOST_ROWS).map(({ policy, level, person }) => ({ policy, level, person })) },
  };
}

/** Incidents that nobody has resolved. */
export async function incidents(_input: object, nexus: Nexus): Promise<ModuleOutput> {
  const answer = await ask("/incidents?statuses%5B%5D=triggered&statuses%5B%5D=acknowledged&limit=25", nexus);
  if ("output" in answer) return answer.output;
  const list = get(answer.value, "incidents");
  if (!Array.isArray(list)) return unreadable().output;
  const rows = list.flatMap((incident): string[][] => {
    const title = textAt(incident, "title");
    if (title === undefined) return [];
    const service = textAt(get(incident, "service"), "summary") ?? "";
    return [[title, textAt(incident, "status") ?? "open", textAt(incident, "urgency") ?? "", service]];
  });
  if (rows.length === 0) return { summary: "No incident is open.", data: { open: 0 } };
  return {
    summary: rows.length === 1 ? "One incident is open." : `${rows.length} incidents are open.`,
    parts: [
      {
        type: "table",
        caption: "Open incidents",
        columns: [{ header: "Incident" }, { header: "State" }, { header: "Urgency" }, { header: "Service" }],
        rows,
      },
    ],
    data: { open: rows.length },
  };
}

const MOST_ROWS = 25;

interface Shift {
  readonly policy: string;
  readonly schedule: string;
  readonly level: number;
  readonly person: string;
  /** `2026-11-29 18:00 UTC`; absent for who is always on call. */
  readonly until: string | undefined;
}

function toShift(value: unknown): Shift[] {
  const person = textAt(get(value, "user"), "summary");
  const policy = textAt(get(value, "escalation_policy"), "summary");
  const level = get(value, "escalation_level");
  if (person === undefined || policy === undefined || typeof level !== "number") return [];
  const schedule = textAt(get(value, "schedule"), "summary") ?? "";
  return [{ policy, schedule, level, person, until: minuteOf(textAt(value, "end")) }];
}

/** PagerDuty writes times with their offset; what people compare with each other is one zone. */
function minuteOf(moment: string | undefined): string | undefined {
  const at = moment === undefined ? Number.NaN : Date.parse(moment);
  return Number.isNaN(at) ? undefined : `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function namesOf({ policy, schedule }: Shift): string {
  return `${policy}\n${schedule}`.toLowerCase();
}
