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
  return [{ path, message: `${showPath(path)}: ${issue.message}` }];
}

function depthOf(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(0, ...issues.map(({ path }) => path.length));
}

function showPath(path: readonly PropertyKey[]): string {
  return path.length === 0 ? "the whole" : path.map(String).join(".");
}
