import { readCode } from "#core/contract/short-code.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { channelOf } from "#core/contract/message.ts";
import { channelName, placeName } from "#core/orchestrator/place-name.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { alone } from "#core/orchestrator/wishes/plan-offer.ts";
import { declineBeyond } from "#core/orchestrator/wishes/decline-beyond.ts";
import { planSchedule } from "#core/orchestrator/wishes/plan-schedules.ts";
import { readable } from "#core/orchestrator/wishes/wish-words.ts";
import { readScheduleWish } from "#core/orchestrator/wishes/wish-schedules.ts";
import { adoptSchedule } from "./adopt-schedule.ts";
import { isOthersOwn, scheduleByCode, schedulesSeen } from "./find-schedules.ts";
import { runNow } from "./run-now.ts";
import { lineOf, scheduleCard } from "./schedule-card.ts";
import { endSchedule, pauseSchedule, previewOf } from "./schedule-deeds.ts";
import { askForSchedule } from "./schedule-form.ts";
import { snoozeSchedule } from "./schedule-snooze.ts";
import { endWatch } from "./watches-command.ts";

/** What can be typed about schedules. */
export type SchedulesCommand =
  | { readonly name: "schedules" }
  /** Sets up a briefing: by a form, or in words. */
  | { readonly name: "digest"; readonly words: string }
  | {
      readonly name: "schedule";
      readonly do: "show" | "preview" | "pause" | "resume" | "end" | "adopt" | "run";
      readonly code: string;
    }
  | { readonly name: "schedule"; readonly do: "snooze"; readonly code: string; readonly until: string };

const LIST =
  /^(?:(?:list |show )?(?:me )?(?:all )?(?:of )?(?:the |my |our )?(?:schedules|briefings|digests|recurring reminders)|(?:what|which) (?:schedules|briefings|digests) (?:are there|do (?:i|we) have|are set up)(?: here)?)$/i;
const DIGEST =
  /^(?:digest|set up a (?:briefing|digest)|new (?:briefing|digest|schedule))(?: here)?(?:[: ]+(?<words>.+))?$/i;
const SHOW = /^(?:show )?(?:the )?(?:schedule|briefing|digest) (?<code>[a-z0-9]{4})$/i;
const DEED =
  /^(?<deed>preview|pause|resume|end|stop|adopt|run) (?:(?:the )?(?:schedule|briefing|digest) )?(?<code>[a-z0-9]{4})(?<now> now)?$/i;
const SNOOZE =
  /^snooze (?:(?:the )?(?:schedule|briefing|digest) )?(?<code>[a-z0-9]{4})(?: (?:until |till |for )?(?<until>.{2,40}))?$/i;
/** Words of four letters that codes could be. */
const WORDS =
  /^(?:that|them|they|then|what|when|here|each|much|many|name|team|game|near|date|that|year|hear|read|them)$/i;

/** @param words a text without its closing marks, its letters as they were typed */
export function readSchedulesCommand(words: string): SchedulesCommand | undefined {
  if (LIST.test(words)) return { name: "schedules" };
  const digest = DIGEST.exec(words);
  if (digest !== null) return { name: "digest", words: digest.groups?.["words"] ?? "" };
  const shown = codeIn(SHOW.exec(words)?.groups?.["code"]);
  if (shown !== undefined) return { name: "schedule", do: "show", code: shown };
  const deed = DEED.exec(words)?.groups;
  const code = codeIn(deed?.["code"]);
  const did = deed?.["deed"]?.toLowerCase();
  if (deed !== undefined && code !== undefined && (deed["now"] === undefined || did === "run")) {
    const named = (["preview", "pause", "resume", "end", "adopt", "run"] as const).find((one) => one === did);
    return { name: "schedule", do: named ?? "end", code };
  }
  const snooze = SNOOZE.exec(words)?.groups;
  const put = codeIn(snooze?.["code"]);
  return put === undefined ? undefined : { name: "schedule", do: "snooze", code: put, until: snooze?.["until"] ?? "" };
}

function codeIn(word: string | undefined): string | undefined {
  return word === undefined || WORDS.test(word) ? undefined : readCode(word);
}

/** Shows schedules, or does with one of them what was typed. @throws NexusError schedule_unknown | not_allowed */
export async function onSchedulesCommand(
  deps: OrchestratorDeps,
  scene: Scene,
  command: SchedulesCommand,
): Promise<Outcome> {
  if (command.name === "schedules") return { replies: [await list(deps, scene)] };
  if (command.name === "digest") return digest(deps, scene, command.words);
  const watch = command.do === "end" ? await endWatch(deps, scene, command.code) : undefined;
  if (watch !== undefined) return watch;
  const schedule = await scheduleByCode(deps, scene, command.code);
  switch (command.do) {
    case "show":
      return { replies: [await scheduleCard(deps, scene, schedule)] };
    case "preview":
      return previewOf(deps, scene, schedule);
    case "pause":
    case "resume":
      return pauseSchedule(deps, scene, schedule, command.do === "pause");
    case "snooze":
      return snoozeSchedule(deps, scene, schedule, command.until);
    case "end":
      return endSchedule(deps, scene, schedule);
    case "adopt":
      return adoptSchedule(deps, scene, schedule);
    case "run":
      return runNow(deps, scene, schedule);
    default:
      return command satisfies never;
  }
}

async function digest(deps: OrchestratorDeps, scene: Scene, words: string): Promise<Outcome> {
  if (words === "") return askForSchedule(deps, scene, {});
  // The whole sentence, or only what and when.
  for (const text of [words, `post ${words}`]) {
    const said = readable(text);
    const wish = said === undefined ? undefined : readScheduleWish(said);
    if (wish?.wish === "schedule_beyond") return declineBeyond(wish);
    const planned = wish?.wish === "schedule" ? await planSchedule(deps, scene, wish) : undefined;
    if (planned !== undefined) return planned;
  }
  return askForSchedule(deps, scene, { what: words });
}

const MOST_LISTED = 40;
const MOST_BUTTONS = 3;

async function list(deps: OrchestratorDeps, scene: Scene) {
  const all = await schedulesSeen(deps, scene);
  const { composer } = scene;
  if (all.length === 0) {
    const how = "Say `every weekday at 8:30 post the weather in Lisbon and open approvals here`, or fill in a form.";
    return alone(
      say(`Nothing is done by the clock here yet. ${how}`, [composer.button("Set One Up", { verb: "scf" })]),
    );
  }
  const mine = all.filter(({ person }) => person === scene.person).length;
  const summary = `${countText(all.length, mine)}.`;
  const rows = all.slice(0, MOST_LISTED).map((one) => {
    const { code, plan, person } = one;
    const isHidden = isOthersOwn(scene, one);
    const where = plan.place.audience === "just_me" ? "alone" : whereOf(scene, one);
    const what = isHidden ? "somebody's own" : inert(plan.title);
    return [
      code,
      what,
      lineOf(deps, scene, one),
      where,
      person === scene.person ? "you" : inert(plan.actor.displayName),
    ];
  });
  const columns = ["Code", "What", "When", "Where", "Whose"].map((header) => ({ header }));
  const shown = all.length > MOST_BUTTONS ? [] : all;
  const actions = shown.map(({ id, code }) =>
    composer.button(`Show ${code}`, { verb: "sch", schedule: id, do: "settings" }),
  );
  const rest = all.length > MOST_LISTED ? ` The first ${MOST_LISTED} are shown.` : "";
  return alone(
    say(summary, actions, [
      { type: "table", caption: "Schedules", columns, rows },
      { type: "context", markdown: `\`schedule\` and a code shows one, \`digest\` sets one up.${rest}` },
    ]),
  );
}

/** “3 schedules, 1 of them yours”. */
function countText(all: number, mine: number): string {
  if (all === 1) return mine === 1 ? "1 schedule, yours" : "1 schedule, somebody else's";
  const whose = mine === all ? "all of them yours" : mine === 0 ? "none of them yours" : `${mine} of them yours`;
  return `${all} schedules, ${whose}`;
}

function whereOf(
  { conversation }: Scene,
  { plan }: { readonly plan: { readonly place: Scene["conversation"] } },
): string {
  const { place } = plan;
  return place.name === undefined ? channelName(channelOf(place), conversation) : placeName(place);
}
