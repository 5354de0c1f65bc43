import { readConfig } from "#config.ts";
import { createModuleIndexes } from "#core/evolution/module-index/create-module-indexes.ts";
import type { IndexedVersion, IndexStanding, ModuleIndexes } from "#core/evolution/module-index/module-index.ts";
import { ownIndex } from "#core/evolution/module-index/own-index.ts";
import { createLog } from "#core/telemetry/log.ts";
import { SHELF } from "#modules/shelf.ts";
import { readOffer } from "#sandbox/bundle/read-offer.ts";
import { createEgress } from "#sandbox/egress/egress.ts";

/** Says which indexes are set up here and how each stands. @returns 0 when all can be used */
export function listIndexes(json: boolean, signal: AbortSignal): Promise<number> {
  return withIndexes(async (indexes) => {
    const standing = await indexes.standing(signal);
    if (json) process.stdout.write(`${JSON.stringify(standing)}\n`);
    else for (const { index, detail } of standing) process.stdout.write(`${index.padEnd(16)}${detail}\n`);
    return standing.every(({ ok }) => ok) ? 0 : 1;
  });
}

/** How each index stands that is set up here, the release's own first. */
export function indexStanding(signal: AbortSignal): Promise<readonly IndexStanding[]> {
  return withIndexes((indexes) => indexes.standing(signal));
}

/** Says what the indexes offer, what fits the words best first. @returns 0 when something was found */
export function searchIndexes(words: string, json: boolean, signal: AbortSignal): Promise<number> {
  return withIndexes(async (indexes) => {
    const found = await indexes.search(words, MOST_FOUND, signal);
    if (json) process.stdout.write(`${JSON.stringify(found)}\n`);
    else if (found.length === 0) process.stdout.write("Nothing fits these words.\n");
    else process.stdout.write(`${found.map(inWords).join("\n")}\n`);
    return found.length === 0 ? 1 : 0;
  });
}

const MOST_FOUND = 20;

function inWords({ index, module, version, title, description, written, hosts, effects }: IndexedVersion): string {
  const by = { hand: "written by hand", builder: "built from the vendor's document", model: "written by a model" }[
    written
  ];
  const reach = hosts.length === 0 ? "no network" : hosts.join(", ");
  return `${module} ${version}  ${title} (${index})\n  ${description}\n  ${by}; ${effects.join(", ")}; ${reach}`;
}

/** Beside a running NEXUS, and without touching its data: how far an index had come is the service's to remember. */
async function withIndexes<T>(use: (indexes: ModuleIndexes) => Promise<T>): Promise<T> {
  const { indexes } = readConfig();
  const log = createLog({ level: "silent", destination: 1 });
  await using egress = createEgress({ log });
  return await use(
    createModuleIndexes({
      indexes,
      own: ownIndex(() => SHELF.map(({ folder, written }) => ({ ...readOffer(folder), written }))),
      egress,
      memory: { get: () => Promise.resolve(undefined), set: () => Promise.resolve() },
      clock: () => new Date(),
      log,
    }),
  );
}
