import fc from "fast-check";
import { expect, test } from "vitest";
import { type GatePolicy, includesRole, Role, ROLES } from "#core/contract/gate.ts";
import { newId, PersonId, TurnId } from "#core/contract/ids.ts";
import type { StoredVote } from "#core/store/store.ts";
import { judge, type Word } from "./judge.ts";

const people = Array.from({ length: 6 }, () => newId(PersonId));
const author = people[0] ?? newId(PersonId);
const start = new Date("2026-11-20T15:00:00Z");

const policies = fc.record({
  approvals: fc.integer({ min: 1, max: 5 }),
  role: fc.constantFrom(...ROLES),
  notAuthor: fc.boolean(),
  expiresAfterMinutes: fc.constant(60),
});
const words = fc.record({
  person: fc.constantFrom(...people),
  role: fc.constantFrom(...ROLES),
  verdict: fc.constantFrom("approve" as const, "approve" as const, "approve" as const, "reject" as const),
  minute: fc.integer({ min: 0, max: 65 }),
});

/** Plays words in the order of their minutes until one decides, keeping votes as the store does. */
function play(policy: GatePolicy, said: readonly (Word & { readonly minute: number })[]) {
  const expiresAt = new Date(start.getTime() + policy.expiresAfterMinutes * 60_000);
  let votes: StoredVote[] = [];
  const steps = [];
  for (const word of [...said].sort((a, b) => a.minute - b.minute)) {
    const now = new Date(start.getTime() + word.minute * 60_000);
    const ruling = judge({ policy, author, votes, expiresAt }, word, now);
    steps.push({ word, ruling, before: votes });
    if (ruling.state === "counts" || ruling.state === "decides") {
      const vote = { ...word, displayName: "someone", turn: newId(TurnId), at: now };
      votes = [...votes.filter(({ person }) => person !== word.person), vote];
    }
    if (ruling.state === "decides") break;
  }
  return { steps, votes };
}

test("approved means: enough different people, each with the role and in time, and the author only where allowed", () => {
  fc.assert(
    fc.property(policies, fc.array(words, { maxLength: 30 }), (policy, said) => {
      const { steps, votes } = play(policy, said);
      const last = steps.at(-1)?.ruling;
      if (last?.state !== "decides" || last.as !== "approved") return;
      expect(new Set(votes.map(({ person }) => person)).size).toBe(policy.approvals);
      for (const vote of votes) {
        expect(vote.verdict).toBe("approve");
        expect(includesRole(vote.role, policy.role)).toBe(true);
        expect(vote.at.getTime()).toBeLessThan(start.getTime() + 60 * 60_000);
        expect(policy.notAuthor && vote.person === author).toBe(false);
      }
    }),
    { numRuns: 500 },
  );
});

test("a word that may not count never counts, and one that may is never lost", () => {
  fc.assert(
    fc.property(policies, fc.array(words, { maxLength: 30 }), (policy, said) => {
      for (const { word, ruling, before } of play(policy, said).steps) {
        const isLate = word.minute >= policy.expiresAfterMinutes;
        const isOwnNo = word.verdict === "reject" && word.person === author;
        const mayVote = includesRole(word.role, policy.role);
        const isExcluded = policy.notAuthor && word.person === author;
        const hasSaidYes = before.some(({ person }) => person === word.person);
        const isEnough = before.length + (hasSaidYes ? 0 : 1) >= policy.approvals;
        const expected = isLate
          ? "expired"
          : isOwnNo
            ? "decides"
            : !mayVote
              ? "not_allowed"
              : word.verdict === "reject"
                ? "decides"
                : isExcluded
                  ? "author_excluded"
                  : isEnough
                    ? "decides"
                    : hasSaidYes
                      ? "repeats"
                      : "counts";
        expect(ruling.state).toBe(expected);
      }
    }),
    { numRuns: 500 },
  );
});

test("one rejection by someone who may decide ends it; the author takes it back whatever their role", () => {
  const policy = { approvals: 3, role: Role.enum.operator, notAuthor: true, expiresAfterMinutes: 60 };
  const gate = { policy, author, votes: [], expiresAt: new Date(start.getTime() + 1) };
  const other = people[1] ?? author;
  expect(judge(gate, { person: other, role: "operator", verdict: "reject" }, start)).toMatchObject({ as: "rejected" });
  expect(judge(gate, { person: other, role: "viewer", verdict: "reject" }, start)).toEqual({ state: "not_allowed" });
  expect(judge(gate, { person: author, role: "viewer", verdict: "reject" }, start)).toMatchObject({ as: "withdrawn" });
});

test("nobody with a part in it approves it, unless whoever asks may alone; then one word is enough", () => {
  const policy = { approvals: 2, role: Role.enum.operator, notAuthor: true, expiresAfterMinutes: 60 };
  const gate = { policy, author, votes: [], expiresAt: new Date(start.getTime() + 1) };
  const [, editor = author, other = author] = people;
  const contributors = new Set([editor]);
  const say = (person: PersonId, solo: boolean) =>
    judge(gate, { person, role: "operator", verdict: "approve" }, start, { contributors, solo }).state;
  expect([say(author, false), say(editor, false), say(other, false)]).toEqual([
    "author_excluded",
    "author_excluded",
    "counts",
  ]);
  expect([say(author, true), say(editor, true), say(other, true)]).toEqual(["decides", "decides", "decides"]);
  // Even alone, the role decides.
  const viewer = { person: author, role: "viewer", verdict: "approve" } as const;
  expect(judge(gate, viewer, start, { contributors, solo: true })).toEqual({ state: "not_allowed" });
});

test("one human with two names has one word: neither to approve their own, nor to be two where it takes two", () => {
  const [author, other, ann, annAgain] = Array.from({ length: 4 }, () => newId(PersonId));
  if (author === undefined || other === undefined || ann === undefined || annAgain === undefined) throw new Error("no");
  const policy: GatePolicy = { approvals: 2, role: "operator", notAuthor: true, expiresAfterMinutes: 60 };
  const expiresAt = new Date(start.getTime() + 60_000);
  const word = { role: "operator", verdict: "approve" } as const;
  const vote = { ...word, person: ann, displayName: "Ann", turn: newId(TurnId), at: start };
  const gate = { policy, author, votes: [vote], expiresAt };
  expect(judge(gate, { ...word, person: other, alsoAs: [author] }, start).state).toBe("author_excluded");
  expect(judge(gate, { ...word, person: annAgain, alsoAs: [ann] }, start).state).toBe("repeats");
  expect(judge(gate, { ...word, person: annAgain }, start)).toEqual({ state: "decides", as: "approved" });
  const terms = { contributors: new Set([other]), solo: false };
  expect(judge(gate, { ...word, person: annAgain, alsoAs: [other] }, start, terms).state).toBe("author_excluded");
});
