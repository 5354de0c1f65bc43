import { fieldWordsOf } from "./condition-words.ts";

/** What a clause says must be so, as far as words alone tell. */
export type Condition =
  | {
      readonly kind: "limit";
      readonly side: "above" | "below";
      readonly orEqual: boolean;
      readonly amount: number;
      /** What stood behind the number. */
      readonly unit: string;
      readonly about: readonly string[];
    }
  | { readonly kind: "state"; readonly state: string; readonly isNot: boolean; readonly about: readonly string[] }
  | { readonly kind: "fresh"; readonly about: readonly string[] }
  | { readonly kind: "changed"; readonly about: readonly string[] }
  | { readonly kind: "moved"; readonly about: readonly string[] }
  | { readonly kind: "gone"; readonly entry: string | undefined; readonly about: readonly string[] };

/** A clause as it may be meant: what must be so, and how one would ask for what tells it, the likeliest first. */
export interface ClauseReading {
  readonly condition: Condition;
  readonly questions: readonly string[];
}

/** Reads what stands behind “tell me when”; undefined for what says nothing that could be looked for. */
export function readClause(clause: string): ClauseReading | undefined {
  const said = clause
    .replace(/\b([A-Z]{3})\s?\/\s?([A-Z]{3})\b/g, "1 $1 to $2")
    .replace(/\bit's\b/gi, "it is")
    .replace(/\bthere's\b/gi, "there is")
    .replace(/^(?:the )?moment /i, "")
    .trim();
  for (const read of [readLimit, readMoved, readGone, readFresh, readChanged, readState]) {
    const found = read(said);
    if (found !== undefined) return { ...found, questions: [...new Set([...found.questions, said])] };
  }
  return undefined;
}

const NUMBER = String.raw`(?<sign>minus |-)?(?<money>[$€£¥] ?)?(?<number>\d[\d.,]*|zero|freezing)`;
const UNIT = String.raw`(?: ?(?<unit>%|percent|per cent|°\s?[CF]\b|degrees? (?:celsius|fahrenheit)|degrees?|celsius|fahrenheit|km\/h|kmh|kph|mph|m\/s|knots?|ms|points|cards|dollars|euros|[A-Z]{3}\b))?`;
const OP = String.raw`(?<op>above|over|more than|higher than|greater than|bigger than|warmer than|hotter than|windier than|stronger than|faster than|at least|beyond|past|below|under|less than|lower than|fewer than|smaller than|colder than|cooler than|at most|>=|<=|>|<|exceeds?|reaches|reach|hits?|tops|crosses|passes)`;
const VERB = String.raw`(?:(?:is|are|gets?|goes|go|rises?|climbs?|jumps?|falls?|drops?|sinks?|comes?|moves?|has|have|becomes?)(?: been)?(?: (?:up|down|back))? )`;
const LIMIT = new RegExp(String.raw`^(?<subject>.+?) ${VERB}?${OP} ?${NUMBER}${UNIT}(?<rest> .+)?$`, "i");
/** “Drops to 5”: the way of the verb says on which side. */
const TOWARDS = new RegExp(
  String.raw`^(?<subject>.+?) (?:(?<up>rises?|climbs?|goes up|gets up|jumps?)|(?<down>falls?|drops?|goes down|sinks?)) to ${NUMBER}${UNIT}(?<rest> .+)?$`,
  "i",
);

function readLimit(said: string): ClauseReading | undefined {
  const groups = LIMIT.exec(said)?.groups ?? TOWARDS.exec(said)?.groups;
  const amount = groups && amountIn(groups["number"], groups["sign"] !== undefined);
  if (groups === undefined || amount === undefined) return undefined;
  const { subject = "", op = "", rest = "", unit = "", up, down } = groups;
  const isBelow = down !== undefined || /^(?:below|under|less|lower|fewer|smaller|colder|cooler|at most|<)/i.test(op);
  const orEqual = up !== undefined || down !== undefined || /^(?:at |>=|<=|reach|hit)/i.test(op);
  // “More than 49 members”: what is counted stands behind the number.
  const counted = /^ (?!(?:in|at|on|for|of|to|by|from|today|tonight|tomorrow|this|next)\b)([a-z]+)/i.exec(rest)?.[1];
  const about = [
    ...fieldWordsOf(counted ?? `${subject} ${op}`),
    ...(/^(?:freezing|zero)$/i.test(groups["number"] ?? "") ? ["temperature"] : []),
  ];
  const bare = /^(?:it|the answer|that)$/i.test(subject);
  const questions = bare
    ? [`${howOf(op, unit, groups["number"] ?? "")}${rest}`, `${subject}${rest}`]
    : [`${subject}${rest}`, `what is ${subject}${rest}`];
  const side = isBelow ? "below" : "above";
  return { condition: { kind: "limit", side, orEqual, amount, unit, about }, questions };
}

/** How one asks for what “it” is: “it gets warmer than 25” asks for warmth. */
function howOf(op: string, unit: string, number: string): string {
  if (/^(?:windier|stronger)/i.test(op) || /^(?:km|kph|mph|m\/s|knot)/i.test(unit)) return "how windy is it";
  if (/^(?:warmer|hotter|colder|cooler)/i.test(op) || /^(?:°|degree|celsius|fahrenheit)/i.test(unit))
    return "how warm is it";
  return /freezing/i.test(number) ? "how cold is it" : "what is it";
}

function amountIn(text = "", isMinus: boolean): number | undefined {
  if (/^(?:zero|freezing)$/i.test(text)) return 0;
  const bare = text.replace(/[.,]+$/, "");
  const plain = /^\d{1,3}(?:,\d{3})+(?:\.\d+)?$/.test(bare) ? bare.replaceAll(",", "") : bare.replace(",", ".");
  const amount = Number(plain);
  return Number.isFinite(amount) ? (isMinus ? -amount : amount) : undefined;
}

const MOVED =
  /^(?:(?:a|an|any|one|some)(?: of)? )?(?:my |our |the )?(?<what>(?:next )?(?:meetings?|calls?|appointments?|events?))(?<day> .+?)?(?: (?:is|are|gets?|has been|have been|was) (?:moved|rescheduled|postponed|shifted|pushed(?: back)?|cancelled|canceled|called off|put off)| moves?| changes(?: time)?)(?<rest> .+)?$/i;

function readMoved(said: string): ClauseReading | undefined {
  const groups = MOVED.exec(said)?.groups;
  if (groups === undefined) return undefined;
  const { day = "", rest = "" } = groups;
  const when = `${day}${rest}`.trim() || "today";
  return {
    condition: { kind: "moved", about: ["meetings"] },
    questions: [`my meetings ${when}`, `what meetings do I have ${when}`],
  };
}

const GONE =
  /^(?<subject>(?:.*?[\s(])?(?:#|no\.? ?|number )(?<entry>\d{1,9})(?:[\s)].*?)?) (?:is|gets|has been|was)(?: finally)? (?<how>merged|closed|resolved|done|fixed|finished|completed|gone|removed|answered)(?<rest> .+)?$/i;

function readGone(said: string): ClauseReading | undefined {
  const groups = GONE.exec(said)?.groups;
  if (groups === undefined) return undefined;
  const { subject = "", entry, how = "", rest = "" } = groups;
  const where = /(?:\b(?:of|in|on|at|from) )?([\w.-]+\/[\w./-]+)/.exec(`${subject}${rest}`)?.[1];
  const place = where === undefined ? "" : ` in ${where}`;
  const isPull = /merge/i.test(how) || /\b(?:pr|pull|merge)\b/i.test(subject);
  const pulls = [`open pull requests${place}`, `open merge requests${place}`];
  const issues = [`open issues${place}`];
  return {
    condition: { kind: "gone", entry, about: [] },
    questions: isPull ? [...pulls, ...issues] : [...issues, ...pulls],
  };
}

const FRESH =
  /^(?:there (?:is|are) )?(?:(?:a|an|any|some) )?(?:new|another|fresh|further) (?<subject>.+?)(?<rest> (?:of|in|for|on|at|from|by|to) .+)?$/i;

/** What something new does when it is there. */
const COMES =
  / (?:is|are|has been|have been|gets?|comes?|appears?|arrives?|lands?|shows?)(?: (?:out|up|in|there|available|published|posted|released|opened|made|open))?$/i;

function readFresh(said: string): ClauseReading | undefined {
  const groups = FRESH.exec(said.replace(COMES, ""))?.groups;
  if (groups === undefined) return undefined;
  const { subject = "", rest = "" } = groups;
  const about = fieldWordsOf(subject);
  return { condition: { kind: "fresh", about }, questions: [`latest ${subject}${rest}`, `${subject}${rest}`] };
}

const CHANGED =
  /^(?<subject>.+?) (?:changes?|is changed|are changed|has changed|have changed|gets changed|is updated|gets updated|updates|is different)(?<rest> .+)?$/i;

function readChanged(said: string): ClauseReading | undefined {
  const groups = CHANGED.exec(said)?.groups;
  if (groups === undefined) return undefined;
  const { subject = "", rest = "" } = groups;
  return {
    condition: { kind: "changed", about: fieldWordsOf(subject) },
    questions: [`${subject}${rest}`, `what is ${subject}${rest}`],
  };
}

const REST = String.raw`(?<rest> (?:in|at|on|for|of|today|tonight|tomorrow|this|next|the day after)\b.*)?`;
/** “It rains”, “it is going to snow”, “it stops raining”. */
const SKY = new RegExp(
  String.raw`^(?:it|there)(?: is going to| will(?: be)?| starts?(?: to)?| begins?(?: to)?| is)? (?<sky>rain|snow|storm|hail|thunder|fog|drizzle)(?:s|ing|y|storms?)?${REST}$`,
  "i",
);
const STATE = new RegExp(
  String.raw`^(?<subject>.+?) (?:(?<not>isn't|is not|aren't|are not|is no longer|stops being)|is|are|gets?|becomes?|turns?|goes|has been|have been|has|have|will be) (?<state>(?!in\b|at\b|on\b|for\b|of\b)[\w'-]+(?: (?:again|out|up|down|back|over))?)${REST}$`,
  "i",
);
/** “The race starts”. */
const BEGINS = new RegExp(
  String.raw`^(?<subject>.+?) (?<state>starts?|begins?|ends?|finishes|opens?|closes|stops?|fails?|breaks?|recovers?)${REST}$`,
  "i",
);

function readState(said: string): ClauseReading | undefined {
  const sky = SKY.exec(said)?.groups;
  if (sky !== undefined) {
    const { sky: state = "", rest = "" } = sky;
    const isAhead =
      /\b(?:tomorrow|tonight|next|this|on|day after)\b/i.test(rest) || /\b(?:will|going to)\b/i.test(said);
    const [ahead, current] = [`will it ${state}${rest}`, `is it ${state}ing${rest}`];
    const condition = {
      kind: "state",
      state: state.toLowerCase(),
      isNot: false,
      about: [state.toLowerCase()],
    } as const;
    return { condition, questions: isAhead ? [ahead] : [current, ahead] };
  }
  const groups = STATE.exec(said)?.groups ?? BEGINS.exec(said)?.groups;
  if (groups === undefined) return undefined;
  const { subject = "", state = "", rest = "", not } = groups;
  const condition = {
    kind: "state",
    state: state.toLowerCase(),
    isNot: not !== undefined,
    about: fieldWordsOf(`${subject} ${state}`),
  } as const;
  const questions = [`is ${subject} ${state}${rest}`, `${subject}${rest}`, `how is ${subject}${rest}`];
  return { condition, questions: subject.toLowerCase() === "it" ? questions.slice(0, 1) : questions };
}
