import { expect, test } from "vitest";
import { readApiCatalogue } from "./api-catalogue.ts";
import { centre, clusterTerms, cosine } from "./clusters.ts";
import { isSameNeed, meaningOf } from "./meaning.ts";
import { nearnessIn } from "./near-in-meaning.ts";
import { tellingWords, termsOf } from "./terms.ts";

const TOPICS = readApiCatalogue();
const never = new AbortController().signal;

async function grouped(texts: readonly string[]): Promise<string[][]> {
  const clusters = await clusterTerms(
    texts.map((text) => termsOf(text, TOPICS)),
    undefined,
    never,
  );
  return clusters.map((cluster) => cluster.map((at) => texts[at] ?? ""));
}

test("requests in different words about one thing are put together, and others are not", async () => {
  expect(
    await grouped([
      "who's on call this week?",
      "feed the office hamster",
      "who has the pager right now",
      "has the hamster of the office been fed",
      "show me the rota",
      "unlock the bike cellar",
    ]),
  ).toEqual([
    ["who's on call this week?", "who has the pager right now", "show me the rota"],
    ["feed the office hamster", "has the hamster of the office been fed"],
    ["unlock the bike cellar"],
  ]);
});

test("the same requests make the same groups, however often they are grouped", async () => {
  const texts = Array.from(
    { length: 400 },
    (_, at) => `show the ${["dock", "badge", "kiln"][at % 3] ?? ""} plan of hall ${at % 7}`,
  );
  expect(await grouped(texts)).toEqual(await grouped(texts));
});

test("days, numbers, places, mentions and addresses make no request another", () => {
  const one = termsOf("has sample 5512 from Berlin been tested on Monday <@U123>", TOPICS);
  const other = termsOf("has sample 77 from Paris been tested on Friday", TOPICS);
  expect(cosine(one, other)).toBeCloseTo(1, 5);
  expect(tellingWords("show @ada at https://x.example/y about 42").map(({ word }) => word)).toEqual([]);
});

test("other languages and scripts are compared too", async () => {
  expect(
    await grouped([
      "réserver un taxi pour la gare",
      "annuler le taxi de demain",
      "会議室を予約して",
      "会議室の予約を変更して",
    ]),
  ).toEqual([
    ["réserver un taxi pour la gare", "annuler le taxi de demain"],
    ["会議室を予約して", "会議室の予約を変更して"],
  ]);
});

test("nobody reads a request out of what is kept of its meaning, and a paraphrase is known by it", () => {
  const kept = meaningOf(
    centre(["feed the office hamster", "who feeds the hamster"].map((text) => termsOf(text, TOPICS))),
  );
  expect(JSON.stringify(kept)).not.toContain("hamster");
  expect(isSameNeed(kept, meaningOf(termsOf("has the hamster been fed yet", TOPICS)))).toBe(true);
  expect(isSameNeed(kept, meaningOf(termsOf("polish the zamboni", TOPICS)))).toBe(false);
});

test("with vectors, what no word has in common is put together by meaning", async () => {
  // Everybody in a direction of their own, more or less; the first three in nearly the same.
  let seed = 7;
  const random = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647 - 0.5;
  const shared = Array.from({ length: 64 }, random);
  const vectors = Array.from({ length: 24 }, (_, at) =>
    Float32Array.from(shared, (value) => (at < 3 ? value + random() / 4 : random())),
  );
  const texts = vectors.map((_, at) => `word${String.fromCharCode(97 + at)}${String.fromCharCode(97 + at)}`);
  const terms = texts.map((text) => termsOf(text, TOPICS));
  const near = nearnessIn(vectors);
  expect(await clusterTerms(terms, near, never)).toContainEqual([0, 1, 2]);
  expect(await clusterTerms(terms, undefined, never)).not.toContainEqual([0, 1, 2]);
  expect(nearnessIn(vectors.slice(0, 5))).toBeUndefined();
});

test("ten thousand requests are grouped, and whoever waits meanwhile gets a turn", async () => {
  const words = "deploy server rota lunch kiln invoice parcel zebra gamma portal badge door printer vpn budget".split(
    " ",
  );
  const texts = Array.from({ length: 10_000 }, (_, at) => {
    const [one, other] = [words[at % words.length] ?? "", words[(at * 7) % words.length] ?? ""];
    return `show the ${one} ${other} of case${at.toString(36)}`;
  });
  let turns = 0;
  const timer = setInterval(() => turns++, 1);
  const groups = await grouped(texts);
  clearInterval(timer);
  expect(groups.flat()).toHaveLength(10_000);
  expect(turns).toBeGreaterThan(5);
});

test("grouping ends when it is told to", async () => {
  const terms = Array.from({ length: 1_000 }, () => termsOf("show the dock plan", TOPICS));
  await expect(clusterTerms(terms, undefined, AbortSignal.abort(new Error("enough")))).rejects.toThrow("enough");
});
