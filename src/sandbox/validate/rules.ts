import type { Finding } from "#core/contract/validation.ts";

/** What running a module can bring to light, beside the findings of inspection. docs/module-rules.md explains each. */
export const VALIDATION_RULES = {
  "tests.missing": {
    severity: "error",
    hint: "Add tests/<capability>.json: a list of calls with the answers of their sources and what is expected.",
  },
  "tests.untested": { severity: "warning", hint: "Add a test that calls it, with what is expected of the answer." },
  "tests.failed": {
    severity: "error",
    hint: "Correct the module, or the expectation if that is what is wrong. Each test says what it got instead.",
  },
  "engine.refused": {
    severity: "error",
    hint: "Validate it where that engine is there: `nexus doctor` says what is missing.",
  },
  "engine.differs": {
    severity: "error",
    hint: "Leave out what depends on the engine: texts of errors, the order of a sort without a tie-break, formats of dates.",
  },
  "egress.denied": {
    severity: "error",
    hint: "Ask only for what the manifest grants: escape what goes into an address, or declare host, method and path.",
  },
  "egress.unobserved": {
    severity: "warning",
    hint: "Take the grant out of the manifest, or add a test in which the module makes use of it.",
  },
  "probe.thrown": {
    severity: "warning",
    hint: "Look at what you get before you use it, and return an error with a code and a sentence instead of throwing.",
  },
  "probe.overused": {
    severity: "error",
    hint: "End every loop, and look at the size of what a source sends before working on all of it.",
  },
  "probe.greedy": {
    severity: "warning",
    hint: "Narrow what the slot takes (minimum, maximum, maxLength), or do less for such a value.",
  },
  "probe.refused": {
    severity: "warning",
    hint: "Escape what a person says before it goes into an address or a header, and refuse what cannot stand there.",
  },
  "probe.output": {
    severity: "error",
    hint: "Return what ModuleOutput describes: summary, data, parts and so on, or an error with one of its codes.",
  },
  "probe.secret": { severity: "error", hint: "Never repeat a source's own error text whole." },
  "probe.source-ignored": {
    severity: "error",
    hint: "Make the answer from what the source says: the same answer came whatever the source answered.",
  },
  "probe.unmoved": {
    severity: "warning",
    hint: "Check that the answer is made from what the source says: it stayed the same when every value was changed.",
  },
} as const satisfies Record<string, Pick<Finding, "severity" | "hint">>;

export type ValidationRule = keyof typeof VALIDATION_RULES;

/** A finding of one of these rules. */
export function findingOf(rule: ValidationRule, message: string, file?: string): Finding {
  return { rule, ...VALIDATION_RULES[rule], message: message.slice(0, 400), ...(file === undefined ? {} : { file }) };
}
