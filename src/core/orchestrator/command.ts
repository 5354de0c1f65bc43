/** What was recognised word for word, before any classifier: it costs nothing and is never wrong. */
export type Command =
  | { readonly name: "help" | "modules" | "why" | "status" | "stop" | "who" | "thanks" }
  | { readonly name: "sample"; readonly on: boolean }
  | { readonly name: "connect" | "disconnect"; readonly what: string };

const EXACT: readonly [RegExp, Command][] = [
  [/^(?:help|\?|what can you do|what can i (?:ask|say|do)(?: here)?|commands)$/, { name: "help" }],
  [/^(?:modules|list modules|which modules (?:are there|do you have))$/, { name: "modules" }],
  [/^(?:why|why\?|why that|how did you (?:know|decide)(?: that)?)$/, { name: "why" }],
  [/^(?:status|health|how are you doing)$/, { name: "status" }],
  [/^(?:stop|cancel|never ?mind|forget it|abort|halt)$/, { name: "stop" }],
  [/^(?:who are you|what are you|are you (?:a )?(?:bot|human|real|an ai))$/, { name: "who" }],
  [
    /^(?:thanks|thank you|thx|ty|cheers|great|ok|okay|perfect|nice|good bot)(?: (?:a lot|very much|nexus))?$/,
    { name: "thanks" },
  ],
  [
    /^(?:sample(?: data)?|demo(?: data)?) (?:on)$|^(?:turn|switch) on (?:the )?sample data$/,
    { name: "sample", on: true },
  ],
  [
    /^(?:sample(?: data)?|demo(?: data)?) (?:off)$|^(?:turn|switch) off (?:the )?sample data$/,
    { name: "sample", on: false },
  ],
];

const CONNECT =
  /^(?:connect|add|set ?up|link|use)\s+(?:the |my )?(.{2,40}?)(?:\s+(?:with|using) (?:my|an?|the) (?:(?:api )?key|token|account))?$/;
const DISCONNECT =
  /^(?:disconnect|remove|unlink|forget)\s+(?:the |my )?(.{2,40}?)(?:\s+(?:key|credential|token|account))?$/;

/**
 * The command a text is, word for word, or undefined. Ignores case, a leading `/nexus` or `nexus`, and closing marks.
 * @param isSource whether a name is that of a module or credential: “add milk to my list” must not open a key form
 */
export function readCommand(text: string, isSource: (name: string) => boolean): Command | undefined {
  const words = text
    .normalize("NFKC")
    .trim()
    .slice(0, 200)
    .replace(/^\/?nexus[\s,:]+/i, "")
    .replace(/(?<=\S)[.!?]+$/, "")
    .replace(/\s+/g, " ")
    .toLowerCase();
  const exact = EXACT.find(([pattern]) => pattern.test(words));
  if (exact !== undefined) return exact[1];
  const add = CONNECT.exec(words)?.[1];
  if (add !== undefined && isSource(add)) return { name: "connect", what: add };
  const remove = DISCONNECT.exec(words)?.[1];
  if (remove !== undefined && isSource(remove)) return { name: "disconnect", what: remove };
  return undefined;
}
