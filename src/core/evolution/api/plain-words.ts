/**
 * A stranger's text as plain words: one line, without markup, without anything that does not show, pings, hides an
 * address or turns the line, without sentences that give orders to whoever reads them, and cut to length.
 * @param max in UTF-16 units
 */
export function plainWords(text: string, max: number): string {
  const shown = withoutMarkup(text.slice(0, MAX_READ).toWellFormed());
  return cut(withoutOrders(shown), max);
}

/**
 * A sentence of ours that quotes a stranger's words: as `plainWords`, but said to the end.
 * @param max in UTF-16 units
 */
export function plainLine(text: string, max: number): string {
  return cut(withoutMarkup(text.slice(0, MAX_READ).toWellFormed()), max);
}

/** What is read of a text at all: more than any sentence people are shown needs. */
const MAX_READ = 4_000;

function withoutMarkup(text: string): string {
  return text
    .normalize("NFC")
    .replaceAll(/[\t\n\r]+/g, " ")
    .replaceAll(UNSEEN, "")
    .replaceAll(/!?\[([^[\]]{0,200})\]\([^()]{0,300}\)/g, "$1")
    .replaceAll(/<[^<>]{0,300}>/g, " ")
    .replaceAll(/&(?:nbsp|#160);/gi, " ")
    .replaceAll(/&amp;/gi, "&")
    .replaceAll(/[<>]+/g, " ")
    .replaceAll("](", "] (")
    .replaceAll(/@(?=everyone\b|here\b|channel\b)/gi, "")
    .replaceAll(/(?:^|\s)#{1,6}\s/g, " ")
    .replaceAll(/\*\*|__|```/g, "")
    .replaceAll("`", "")
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** Controls, formats, private and unknown letters, odd separators and letters that are blank. */
const UNSEEN =
  // oxlint-disable-next-line no-misleading-character-class -- what does not show is what this removes
  /[\p{C}\p{Zl}\p{Zp}\u034F\u115F\u1160\u17B4\u17B5\u180B-\u180F\u2800\u3164\uFFA0\uFE00-\uFE0F\u{E0100}-\u{E01EF}]/gu;

/** The sentences that say what something is; those that tell a reader or a model what to do are left out. */
function withoutOrders(text: string): string {
  if (!ORDERS.some((order) => order.test(text))) return text;
  const sentences = text.split(/(?<=[.!?;])\s+/);
  const kept = sentences.filter((sentence) => !ORDERS.some((order) => order.test(sentence))).join(" ");
  // an order may be spread over two sentences that are none by themselves
  return ORDERS.some((order) => order.test(kept)) ? "" : kept;
}

/**
 * At least what the sandbox's rules for manifests refuse (`manifest.injection`, `manifest.preference`): honest
 * documents are full of “you must” and would be refused for it.
 */
const ORDERS: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget|override|bypass)\b[^.]{0,40}\b(?:previous|prior|above|earlier|preceding|instructions?|prompts?|guidelines|safety|polic(?:y|ies))\b/iu,
  /\bsystem (?:prompt|message|instructions?)\b/iu,
  /(?:^|[\n.;])\s{0,5}(?:system|assistant|developer|human|tool)\s{0,3}:/iu,
  /<\|[a-z_]{2,20}\|>|\[\/?INST\]|#{2,}\s{0,3}(?:system|instructions?)\b/iu,
  /\byou (?:must|are now|have to|will now|shall)\b/iu,
  /\b(?:approve|install|enable|trust|grant|whitelist|allow)\b[^.]{0,30}\bth(?:is|e) (?:module|request|build|tool|version)\b/iu,
  /\bwithout (?:asking|approval|confirmation|confirming|telling|review)\b/iu,
  /\b(?:do not|don't|never) (?:tell|show|mention|reveal|inform|warn|ask)\b/iu,
  /\b(?:pre-?approved|already approved|approved by)\b/iu,
  /\b(?:always|first|only|exclusively|preferably)\s(?:\w+\s){0,3}?(?:use|choose|pick|select|call|prefer|route|invoke|answer)\b/iu,
  /\b(?:use|choose|prefer|call|select|pick|invoke|route to)\s(?:\w+\s){0,3}?th(?:is|e present) (?:module|tool|capability|skill|plugin)\b/iu,
  /\b(?:instead of|over|before|rather than|and (?:no|not any)) (?:any |all |the |every )?others?\b/iu,
  /\b(?:for|to|on) (?:every|any|all) (?:\w+ )?(?:requests?|questions?|messages?|quer(?:y|ies)|inputs?|tasks?)\b/iu,
  /\b(?:highest|top) priority\b|\btakes? (?:priority|precedence)\b/iu,
];

function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  const end = text.lastIndexOf(" ", max - 1);
  const kept = text.slice(0, end > max / 2 ? end : max - 1).toWellFormed();
  return `${kept.replace(/[\s,.;:\uFFFD]+$/u, "")}…`;
}
