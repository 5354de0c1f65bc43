import { basename } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { createModuleIndexes } from "#core/evolution/module-index/create-module-indexes.ts";
import { ownIndex } from "#core/evolution/module-index/own-index.ts";
import { digestEntries } from "#core/contract/bundle.ts";
import { takeIn } from "#sandbox/bundle/intake.ts";
import { checkManifest } from "#sandbox/inspect/check-manifest.ts";
import { runTests } from "#sandbox/validate/run-tests.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { createEgress } from "#sandbox/egress/egress.ts";
import { readOffer } from "#sandbox/bundle/read-offer.ts";
import { SHELF } from "#modules/shelf.ts";
import { SILENT } from "#test/silent-log.ts";

const never = new AbortController().signal;

describe("a module that comes with the release to be installed", () => {
  const sandbox = createSandbox({ log: SILENT, runners: 2, spares: 1, version: "test" });
  afterAll(() => sandbox[Symbol.asyncDispose]());

  // Probes, mutants and the second engine are what `npm run eval -- modules` is for.
  test.each(SHELF.map(({ folder }) => [basename(folder.pathname), folder] as const))(
    "has nothing against it as a stranger's, and passes its tests: %s",
    { timeout: 60_000 },
    async (name, folder) => {
      const { manifest, entries } = readOffer(folder);
      expect(manifest.name).toBe(name);
      expect(checkManifest(manifest, { installed: [], sha256: digestEntries(entries) })).toEqual([]);
      const bundle = await sandbox.compile(entries, never);
      const { tests } = takeIn(entries);
      expect(tests.length).toBeGreaterThan(10);
      const results = await runTests(sandbox, bundle, tests, never);
      expect(results.filter(({ passed }) => !passed)).toEqual([]);
    },
  );
});

describe("the index of the release", () => {
  const egress = createEgress({ log: SILENT });
  afterAll(() => egress[Symbol.asyncDispose]());
  const indexes = createModuleIndexes({
    indexes: [],
    own: ownIndex(() => SHELF.map(({ folder, written }) => ({ ...readOffer(folder), written }))),
    egress,
    memory: { get: () => Promise.resolve(undefined), set: () => Promise.resolve() },
    clock: () => new Date(),
    log: SILENT,
  });

  test.each([
    ["who is on call tonight", "pagerduty"],
    ["any open incidents", "pagerduty"],
    ["is github down", "statuspage"],
    ["outages right now", "statuspage"],
    ["convert euros to dollars", "exchange-rates"],
    ["currency rates today", "exchange-rates"],
    ["open pull requests of a repository", "github"],
    ["merge requests in gitlab", "gitlab"],
    ["did the gitlab pipeline pass", "gitlab"],
    ["jira ticket", "jira"],
    ["open jira issues", "jira"],
    ["when is sunset tomorrow", "open-meteo"],
    ["air quality", "open-meteo"],
    ["newest npm version of zod", "packages"],
    ["rust crate version", "packages"],
    ["next bank holiday", "holidays"],
    ["public holidays of the year", "holidays"],
    ["what is trending on hacker news", "hacker-news"],
    ["front page of HN", "hacker-news"],
    ["look up photosynthesis on wikipedia", "wikipedia"],
    ["what does wikipedia say about jazz", "wikipedia"],
    ["news from the rust blog", "feeds"],
    ["latest posts of a blog", "feeds"],
    ["latest release on github", "github"],
  ])("is found with everyday words: %s", async (words, module) => {
    const [first] = await indexes.search(words, 1, never);
    expect(first?.module).toBe(module);
  });
});
