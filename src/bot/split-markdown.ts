/**
 * Cuts markdown into pieces of at most `limit` UTF-16 units, each whole in itself: a code fence that is cut is closed,
 * and opened again with its info string. Paragraphs are kept together where they can be, else lines, sentences, words,
 * and always graphemes. Text is neither lost nor repeated; only blank edges are trimmed.
 * @param limit at least 100
 */
export function splitMarkdown(markdown: string, limit: number): string[] {
  if (limit < MIN_LIMIT) throw new RangeError(`${limit} characters leave no room for a code fence`);
  const pieces: string[] = [];
  let fence: Fence | undefined;
  let rest = tidyFences(markdown).replace(BLANK_START, "").trimEnd();
  while (rest !== "") {
    const head: string = fence === undefined ? "" : `${fence.opening}\n`;
    const cut = findCut(rest, limit - head.length, fence);
    const body = head + rest.slice(0, cut.at);
    pieces.push(cut.fence === undefined ? body.trimEnd() : `${body.replace(/\n$/, "")}\n${cut.fence.mark}`);
    const closing = closingLine(rest.slice(cut.at), cut.fence);
    fence = closing === undefined ? cut.fence : undefined;
    rest = rest.slice(cut.at + (closing?.length ?? 0));
    if (fence === undefined) rest = rest.replace(cut.isLineEnd ? BLANK_START : /^\s+/, "");
  }
  return pieces.filter((piece) => piece !== "");
}

const MIN_LIMIT = 100;
/** A longer info string is text: it goes into the block, so that opening a fence again stays cheap. */
const MAX_INFO = 20;
const FENCE = /^ {0,3}(`{3,16}(?!`)|~{3,16}(?!~))([^\n]*)$/;
const BLANK_START = /^(?:[^\S\n]*\n)+/;
/** What would come to mean something else if a line began with it. */
const BLOCK_START = /^(?:`{3}|~{3}|#{1,6}(?:\s|$)|[-*+>](?:\s|$)|\d{1,9}[.)](?:\s|$))/;

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });

interface Fence {
  readonly mark: string;
  readonly opening: string;
}

/** A place to cut: how good it is, and the fence that is open there. */
interface Cut {
  readonly rank: "paragraph" | "line" | "sentence" | "word" | "grapheme";
  readonly at: number;
  readonly fence: Fence | undefined;
  readonly isLineEnd: boolean;
}

/** From the best place to the worst, with the share of the room that must be used for it to be taken. */
const PREFERENCES = [
  { rank: "paragraph", share: 0.5 },
  { rank: "line", share: 0.4 },
  { rank: "sentence", share: 0.4 },
  { rank: "word", share: 0 },
] as const;

function findCut(text: string, room: number, open: Fence | undefined): Cut {
  const segments = graphemes.segment(text.slice(0, room + 100));
  const fits = ({ at, fence }: Cut) =>
    at + closingLength(fence) <= room && (at === text.length || segments.containing(at)?.index === at);
  const { cuts, lines } = listCuts(text, room, open);
  const whole = cuts.at(-1);
  if (whole !== undefined && whole.at === text.length && fits(whole)) return whole;
  for (const { rank, share } of PREFERENCES) {
    const found = cuts.findLast((cut) => cut.rank === rank && cut.at >= share * room && fits(cut));
    if (found !== undefined) return found;
  }
  const line = lines.findLast(({ from, fence }) => from < room - closingLength(fence)) ?? { from: 0, fence: open };
  return cuts.findLast(fits) ?? cutGrapheme(text, room - closingLength(line.fence), line, segments);
}

interface Line {
  readonly from: number;
  /** The fence within it. */
  readonly fence: Fence | undefined;
}

/** The lines that begin within `room`, and the places where `text` may be cut there, in order. */
function listCuts(text: string, room: number, open: Fence | undefined) {
  const cuts: Cut[] = [];
  const lines: Line[] = [];
  let fence = open;
  for (let from = 0; from < text.length && from <= room;) {
    const feed = text.indexOf("\n", from);
    const end = feed === -1 ? text.length : feed + 1;
    const line = text.slice(from, feed === -1 ? text.length : feed);
    const before = fence;
    fence = fenceAfter(line, before);
    const opens = before === undefined && fence !== undefined;
    const closes = before !== undefined && fence === undefined;
    if (opens && from > 0) cuts.push({ rank: "paragraph", at: from, fence: before, isLineEnd: true });
    if (!opens && !closes) cuts.push(...cutsInLine(line.slice(0, room + 1 - from), from, fence));
    // Directly after an opening there is nothing to close yet.
    if (!opens || end === text.length) {
      const isParagraph = closes || (fence === undefined && line.trim() === "");
      cuts.push({ rank: isParagraph ? "paragraph" : "line", at: end, fence, isLineEnd: true });
    }
    lines.push({ from, fence: fence ?? before });
    from = end;
  }
  return { cuts, lines };
}

function cutsInLine(line: string, from: number, fence: Fence | undefined): Cut[] {
  return Array.from(line.matchAll(/\s+/g))
    .filter(
      ({ index, 0: { length } }) => index > 0 && !BLOCK_START.test(line.slice(index + length, index + length + 12)),
    )
    .map(({ index, 0: { length } }) => {
      const isSentence = /[.!?…]["'”’)\]]?$/.test(line.slice(Math.max(0, index - 2), index));
      return { rank: isSentence ? "sentence" : "word", at: from + index + length, fence, isLineEnd: false };
    });
}

/** Within a word without end; and within a grapheme only when that is longer than all the room there is. */
function cutGrapheme(text: string, room: number, { from, fence }: Line, segments: Intl.Segments): Cut {
  const start = segments.containing(room)?.index ?? room;
  const splitsPair = /[\uD800-\uDBFF]/.test(text.charAt(room - 1)) && /[\uDC00-\uDFFF]/.test(text.charAt(room));
  const at = start > from ? start : room - (splitsPair ? 1 : 0);
  return { rank: "grapheme", at, fence, isLineEnd: false };
}

function closingLength(fence: Fence | undefined): number {
  return fence === undefined ? 0 : fence.mark.length + 1;
}

/** The fence that is open after a line. */
function fenceAfter(line: string, open: Fence | undefined): Fence | undefined {
  const [, mark = "", info = ""] = FENCE.exec(line) ?? [];
  if (mark === "") return open;
  if (open !== undefined) return mark.startsWith(open.mark) && info.trim() === "" ? undefined : open;
  return mark.startsWith("`") && info.includes("`") ? undefined : { mark, opening: mark + info };
}

/** The line with which `text` closes the fence, when it begins with that: the cut has closed it already. */
function closingLine(text: string, fence: Fence | undefined): string | undefined {
  const line = /^[^\n]*\n?/.exec(text)?.[0] ?? "";
  return fence !== undefined && fenceAfter(line.replace(/\n$/, ""), fence) === undefined ? line : undefined;
}

/** Fences without blanks around them, and with info strings short enough to be repeated. */
function tidyFences(markdown: string): string {
  let fence: Fence | undefined;
  const lines = markdown.split("\n").map((line) => {
    const before = fence;
    fence = fenceAfter(line, before);
    if (fence === before) return line;
    if (fence === undefined) return line.trim();
    const info = fence.opening.slice(fence.mark.length).trim();
    fence = { mark: fence.mark, opening: fence.mark + (info.length > MAX_INFO ? "" : info) };
    return info.length > MAX_INFO ? `${fence.mark}\n${info}` : fence.opening;
  });
  return lines.join("\n");
}
