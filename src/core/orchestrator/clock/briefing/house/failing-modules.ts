import { moment } from "#core/contract/moment.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import { nothingSection, type Section } from "#core/orchestrator/clock/briefing/section.ts";

const MOST_NAMED = 4;
const DAY_MS = 24 * 60 * 60_000;

/** Modules whose source does not answer, that could not be loaded, or that were taken back since yesterday. */
export async function failingModules(
  { registry, store, clock }: Pick<OrchestratorDeps, "registry" | "store" | "clock">,
  { turn }: Pick<Scene, "turn">,
  title: string,
): Promise<Section> {
  const { org } = turn;
  const down = registry.modules(org).filter(({ breaker }) => breaker !== "closed");
  const unread = registry.notLoaded().filter((one) => one.org === org);
  const { moduleInstalls } = store.forOrg(org);
  const since = clock().getTime() - DAY_MS;
  const back: string[] = [];
  for (const { module } of await moduleInstalls.live()) {
    const [last] = await moduleInstalls.history(module);
    if (last !== undefined && last.reason === "health" && last.at.getTime() >= since) back.push(module);
  }
  const words = [
    ...down.map(({ manifest, downSince }) =>
      downSince === undefined
        ? `${inert(manifest.title)} does not answer`
        : `${inert(manifest.title)} has not answered since ${moment(downSince, "time")}`,
    ),
    ...unread.map(({ module }) => `${inert(module)} could not be loaded`),
    ...back.map((module) => `${inert(module)} did worse and was taken back`),
  ];
  if (words.length === 0) return nothingSection(title, "all of them work.");
  const more = words.length - MOST_NAMED;
  const line = [...words.slice(0, MOST_NAMED), ...(more > 0 ? [`and ${more} more`] : [])].join("; ");
  return {
    title,
    state: "ok",
    lines: [`${line}.`],
    says: [...down.map(({ manifest }) => manifest.name), ...unread.map(({ module }) => module), ...back],
  };
}
