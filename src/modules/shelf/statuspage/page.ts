import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { ask, unreadable } from "./ask.ts";
import { get, textAt } from "./json.ts";

/** A service and the summary its status page publishes. */
export interface Service {
  readonly name: string;
  readonly url: string;
}

/** Every service by the word people use for it. */
export const SERVICES: ReadonlyMap<string, Service> = new Map([
  ["github", { name: "GitHub", url: "https://www.githubstatus.com/api/v2/summary.json" }],
  ["cloudflare", { name: "Cloudflare", url: "https://www.cloudflarestatus.com/api/v2/summary.json" }],
  ["npm", { name: "npm", url: "https://status.npmjs.org/api/v2/summary.json" }],
  ["discord", { name: "Discord", url: "https://discordstatus.com/api/v2/summary.json" }],
  ["atlassian", { name: "Atlassian", url: "https://status.atlassian.com/api/v2/summary.json" }],
]);

/** What a status page says. */
export interface Page {
  /** In the page's own words: “All Systems Operational”. */
  readonly says: string;
  readonly isWell: boolean;
  readonly incidents: readonly { readonly name: string; readonly state: string; readonly impact: string }[];
  /** Components that are not as they should be. */
  readonly affected: readonly { readonly name: string; readonly state: string }[];
}

/** Reads one status page. https://www.githubstatus.com/api#summary */
export async function readPage(service: Service, nexus: Nexus): Promise<Page | { readonly output: ModuleOutput }> {
  const answer = await ask(service.url, nexus);
  if ("output" in answer) return answer;
  const status = get(answer.value, "status");
  const says = textAt(status, "description");
  const indicator = textAt(status, "indicator");
  if (says === undefined || indicator === undefined) return unreadable();
  return {
    says,
    isWell: indicator === "none",
    incidents: listOf(answer.value, "incidents").flatMap((incident) => {
      const name = textAt(incident, "name");
      if (name === undefined) return [];
      return [{ name, state: words(textAt(incident, "status")), impact: words(textAt(incident, "impact")) }];
    }),
    affected: listOf(answer.value, "components").flatMap((component) => {
      const name = textAt(component, "name");
      const state = textAt(component, "status");
      return name === undefined || state === undefined || state === "operational"
        ? []
        : [{ name, state: words(state) }];
    }),
  };
}

function listOf(value: unknown, key: string): readonly unknown[] {
  const list = get(value, key);
  return Array.isArray(list) ? list : [];
}

function words(state: string | undefined): string {
  return state === undefined ? "unknown" : state.replaceAll("_", " ");
}
