/** What tries to give orders to whoever reads it, a person or a model. */
const INJECTIONS: readonly RegExp[] = [
  /\b(?:ignore|disregard|forget|override|bypass)\b[^.]{0,40}\b(?:previous|prior|above|earlier|preceding|instructions?|prompts?|guidelines|safety|polic(?:y|ies))\b/iu,
  /\bsystem (?:prompt|message|instructions?)\b/iu,
  /(?:^|[\n.])\s{0,5}(?:system|assistant|developer|human|tool)\s{0,3}:/iu,
  /<\s{0,3}\/?\s{0,3}(?:system|assistant|user|tool|tool_call|function|instructions?|important|admin)\b/iu,
  /<\|[a-z_]{2,20}\|>|\[\/?INST\]|#{2,}\s{0,3}(?:system|instructions?)\b/iu,
  /\byou (?:must|are now|have to|will now|shall)\b/iu,
  /\b(?:approve|install|enable|trust|grant|whitelist|allow)\b[^.]{0,30}\bth(?:is|e) (?:module|request|build|tool|version)\b/iu,
  /\bwithout (?:asking|approval|confirmation|confirming|telling|review)\b/iu,
  /\b(?:do not|don't|never) (?:tell|show|mention|reveal|inform|warn|ask)\b/iu,
  /\b(?:pre-?approved|already approved|approved by)\b/iu,
];

/** What calls people, or shows one address and leads to another. */
const CALLS: readonly RegExp[] = [
  /@(?:everyone|here|channel)\b|<!(?:channel|here|everyone|subteam)|<[@#][!&]?[A-Z0-9]{2,20}>/iu,
  /\[[^\]]{1,80}\]\(\s{0,3}[a-z]{2,12}:/iu,
];

/** What wants to be chosen before others rather than say what it is for. */
const PREFERENCES: readonly RegExp[] = [
  /\b(?:always|first|only|exclusively|preferably)\s(?:\w+\s){0,3}?(?:use|choose|pick|select|call|prefer|route|invoke|answer)\b/iu,
  /\b(?:use|choose|prefer|call|select|pick|invoke|route to)\s(?:\w+\s){0,3}?th(?:is|e present) (?:module|tool|capability|skill|plugin)\b/iu,
  /\b(?:instead of|over|before|rather than|and (?:no|not any)) (?:any |all |the |every )?others?\b(?: (?:modules?|tools?|capabilit(?:y|ies)|skills?))?/iu,
  /\b(?:for|to|on) (?:every|any|all) (?:\w+ )?(?:requests?|questions?|messages?|quer(?:y|ies)|inputs?|tasks?)\b/iu,
  /\b(?:highest|top) priority\b|\btakes? (?:priority|precedence)\b/iu,
];

/** The part of a text that gives orders; undefined when it only says what something is. */
export function findInjection(text: string): string | undefined {
  return firstMatch(INJECTIONS, text);
}

/** The part of a text that mentions people, or holds a link under another name. */
export function findCall(text: string): string | undefined {
  return firstMatch(CALLS, text);
}

/** The part of a text that asks to be preferred. */
export function findPreference(text: string): string | undefined {
  return firstMatch(PREFERENCES, text);
}

function firstMatch(patterns: readonly RegExp[], text: string): string | undefined {
  for (const pattern of patterns) {
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) return found.trim();
  }
  return undefined;
}
