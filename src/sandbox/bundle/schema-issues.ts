import type { z } from "zod";

/** Problems listed at most; whoever has more has the wrong file. */
const MAX_ISSUES = 40;

/** What zod found wrong, one entry for each place, in words that name the place. */
export function describeIssues(
  issues: readonly z.core.$ZodIssue[],
): { readonly path: readonly PropertyKey[]; readonly message: string }[] {
  return issues.flatMap(describeIssue).slice(0, MAX_ISSUES);
}

function describeIssue(issue: z.core.$ZodIssue): { path: readonly PropertyKey[]; message: string }[] {
  const { path } = issue;
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      path: [...path, key],
      message: `${showPath([...path, key])} is not known here`,
    }));
  }
  // The branch that got furthest is what was meant: its problems say more than “invalid input”.
  if (issue.code === "invalid_union" && issue.errors.length > 0) {
    const nearest = issue.errors.toSorted((a, b) => depthOf(b) - depthOf(a) || a.length - b.length)[0] ?? [];
    const inner = nearest.map((each) => ({ ...each, path: [...path, ...each.path] }));
    if (inner.length > 0) return inner.flatMap(describeIssue);
  }
  return [{ path, message: `${showPath(path)} ${describeFault(issue)}` }];
}

function depthOf(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map(({ path }) => path.length));
}

/** What is wrong with a value, in the words of whoever wrote it. Ours where zod's are for programmers. */
function describeFault(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "invalid_type":
      if (issue.message.endsWith("received undefined")) return "is missing";
      return `must be ${KINDS.get(issue.expected) ?? issue.expected}`;
    case "invalid_value":
      return `must be ${issue.values.length === 1 ? "" : "one of "}${quoteAll(issue.values)}`;
    case "invalid_union":
      return "options" in issue ? `must be one of ${quoteAll(issue.options)}` : "is of no kind that is known here";
    case "invalid_format":
      return `must be ${issue.message.startsWith("Invalid") ? `of the form ${issue.pattern ?? issue.format}` : issue.message}`;
    case "invalid_key":
      return `has a name that cannot be${issue.issues.map((inner) => `: it ${describeFault(inner)}`).join("")}`;
    case "too_small":
      return `must ${atBound(issue.origin, "at least", issue.minimum)}`;
    case "too_big":
      return `must ${atBound(issue.origin, "at most", issue.maximum)}`;
    default:
      return `cannot be: ${issue.message}`;
  }
}

const KINDS: ReadonlyMap<string, string> = new Map([
  ["string", "a text"],
  ["number", "a number"],
  ["int", "a whole number"],
  ["boolean", "true or false"],
  ["array", "a list"],
  ["object", "an object"],
  ["record", "an object"],
  ["null", "null"],
]);

/** `have at least 5 entries`, `be at most 60000`. */
function atBound(origin: string, bound: "at least" | "at most", figure: number | bigint): string {
  if (origin === "string") return `have ${bound} ${figure} ${figure === 1 ? "character" : "characters"}`;
  if (origin === "array") return `have ${bound} ${figure} ${figure === 1 ? "entry" : "entries"}`;
  return `be ${bound} ${figure}`;
}

function quoteAll(values: readonly unknown[]): string {
  return values.map((value) => JSON.stringify(value)).join(", ");
}

/** `“hosts[0].methods”`: quoted, so that nobody takes it for the sentence's own words. */
function showPath(path: readonly PropertyKey[]): string {
  if (path.length === 0) return "the whole";
  const keys = path.map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`));
  return `“${keys.join("").replace(/^\./, "")}”`;
}
