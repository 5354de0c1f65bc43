import { say } from "./compose.ts";
import type { Outcome } from "./scene.ts";

/** The beginning of a command, and then something that is none. */
export interface HalfTyped {
  readonly name: "half";
  readonly of: keyof typeof LIKE_THIS;
}

/** What was plainly meant as a command is not looked for among the modules, nor noted as a wish nobody can fulfil. */
export function readHalfTyped(words: string): HalfTyped | undefined {
  const found = BEGINNINGS.find(([beginning]) => beginning.test(words));
  return found && { name: "half", of: found[1] };
}

/** Says how it goes on. */
export function onHalfTyped({ of }: HalfTyped): Outcome {
  return { replies: [say("I know how that begins, but not how it goes on. Say it like one of these:", [], [how(of)])] };
}

function how(of: HalfTyped["of"]) {
  return { type: "text", markdown: LIKE_THIS[of].map((words) => `- \`${words}\``).join("\n") } as const;
}

const BEGINNINGS: readonly [RegExp, HalfTyped["of"]][] = [
  [/^polic(?:y|ies) (?:(?:everywhere|here) )?(?:modules?|effects?|installs?|spending|stays?|reset|clear)\b/i, "policy"],
  [/^grant(?:$| .+ (?:to|for|effects?|reset)\b)/i, "grant"],
  [/^(?:set )?limit(?:$| (?:org|everybody|everyone|persons?|people|here|channels?|modules?|<[@#][^>]+>)\b)/i, "limit"],
  [/^(?:my |show )?usage (?:by|export)\b/i, "usage"],
  [/^audit \S/i, "audit"],
  [/^(?:create|make|new|add)(?: an?)? (?:api )?key\b/i, "key"],
  [/^(?:revoke|rotate|renew) (?:api )?key\b/i, "key"],
  [/^(?:map|unmap|make|unmake)$/i, "role"],
  [/^(?:schedule|preview|adopt)$/i, "schedule"],
  [
    /^(?:(?:web-?)?hook(?:$| [A-Z0-9]{4}\b)|(?:test|rotate|renew|pause|resume|end|adopt|retry) (?:web-?)?hook\b)/i,
    "hook",
  ],
  // Four letters where a code belongs, one of which no code has.
  [/^(?:[Aa]pprove|[Rr]eject|[Dd]etails) #?[A-Z0-9]{4}(?:$| because\b| ?[:;])/, "request"],
  [/^(?:(?:[Ss]how|[Ss]top) )?(?:[Bb]uild|[Dd]raft|[Pp]romote) #?[A-Z0-9]{4}(?:$| again\b| ?[:;])/, "build"],
  [/^(?:(?:[Ss]how|[Bb]uild) )?(?:the )?[Pp]roposal #?[A-Z0-9]{4}(?:$| (?:not now|never|from)\b)/, "proposal"],
];

const LIKE_THIS = {
  policy: [
    "policy modules weather, gaming",
    "policy effects read, write",
    "policy installs off",
    "policy spending off",
    "policy stay inside on",
    "policy reset",
    "policy everywhere stay inside on",
  ],
  grant: ["grant weather to operators", "grant weather effects read, write", "grant weather reset"],
  limit: ["limit org 100 a day", "limit person 20 a day", "limit here 50 a month", "limit org off", "limit org reset"],
  usage: ["usage", "usage by person", "usage by channel", "usage by module", "usage by day", "usage export last month"],
  audit: ["audit", "audit 50", "audit verify", "audit export from 2026-03-01 to 2026-03-31 as ocsf"],
  key: ["create key <name> as operator for 90 days", "keys", "rotate key <id>", "revoke key <id>"],
  request: ["approvals", "approve <code>", "reject <code> because …", "details <code>"],
  build: ["builds", "build <code>", "build <code>: <what to change>", "draft <code>", "stop build <code>"],
  proposal: ["proposals", "proposal <code>", "build proposal <code>", "proposal <code> never"],
  schedule: ["schedules", "schedule <code>", "preview <code>", "pause <code>", "end <code>", "adopt <code>", "digest"],
  hook: [
    "hooks",
    "hook <code>",
    "test hook <code>",
    "rotate hook <code>",
    "pause hook <code>",
    "end hook <code>",
    "let GitHub post here",
  ],
  role: ["make <name> operator", "unmake <name>", "map <group> operator", "unmap <group>", "roles", "maps"],
} as const;
