import type { Finding } from "#core/contract/validation.ts";

type Rule = Pick<Finding, "severity" | "hint">;

/** Every rule for what manifest and code say of each other. docs/module-rules.md explains each. */
export const COHERENCE_RULES = {
  "coherence.undeclared-host": {
    severity: "error",
    hint: "Declare the host in the manifest, or take the address out.",
  },
  "coherence.unused-host": {
    severity: "error",
    hint: "Take the host out of the manifest: the code asks other hosts only.",
  },
  "coherence.host-not-seen": {
    severity: "warning",
    hint: "Write the address where it is asked for, so that a reviewer sees that the host is needed.",
  },
  "coherence.link": { severity: "warning", hint: "Fine if it is shown to people; the module cannot fetch it." },
  "coherence.plain-http": { severity: "error", hint: "Use https://." },
  "coherence.no-hosts": { severity: "error", hint: "Declare the hosts it fetches from." },
  "coherence.no-fetches": { severity: "error", hint: "Set limits.fetches to the most requests that one call makes." },
  "coherence.dynamic-host": {
    severity: "warning",
    hint: "Write the host down where it is asked; others than those declared are denied anyway.",
  },
  "coherence.path": {
    severity: "warning",
    hint: "Add the path's beginning to the host's pathPrefixes, or ask for another path.",
  },
  "coherence.method": { severity: "error", hint: "Add the method to the host's grant, or use one that is granted." },
  "coherence.method-not-seen": { severity: "warning", hint: "Grant only the methods that are used." },
  "coherence.dynamic-method": { severity: "warning", hint: 'Write the method down: method: "POST".' },
  "coherence.effect": {
    severity: "error",
    hint: "Give the capability that changes something effect “write”, “money” or “notify”, ask with GET, or declare the host's “reads”.",
  },
  "coherence.files": { severity: "error", hint: "Set limits.fileBytes to the largest file it keeps." },
  "coherence.slot-not-used": {
    severity: "warning",
    hint: "Read the slot from the input, or take it out of the manifest.",
  },
} as const satisfies Record<string, Rule>;

export type CoherenceRule = keyof typeof COHERENCE_RULES;
