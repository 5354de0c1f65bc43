import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { type Page, readPage, SERVICES } from "./page.ts";

/** Whether one service has troubles, and which. */
export async function status(input: { service: string }, nexus: Nexus): Promise<ModuleOutput> {
  const service = SERVICES.get(input.service);
  if (service === undefined) {
    const say = "I don't know the status page of that service.";
    return { error: { code: "slot_invalid", say, slot: "service" } };
  }
  const page = await readPage(service, nexus);
  if ("output" in page) return page.output;
  const { says, isWell, incidents, affected } = page;
  return {
    summary: `${service.name}: ${says}${incidents.length === 0 ? "" : ` (${counted(incidents.length)})`}.`,
    parts: [
      ...incidents.map(({ name, state, impact }) => ({
        type: "notice" as const,
        tone: "warning" as const,
        text: `${name}: ${state}, impact ${impact}`,
      })),
      ...(affected.length === 0
        ? []
        : [
            {
              type: "fields" as const,
              items: affected.slice(0, MOST_AFFECTED).map(({ name, state }) => ({ label: name, value: state })),
            },
          ]),
    ],
    data: { service: input.service, isWell, incidents: incidents.length, affected: affected.length },
  };
}

/** Every service that has troubles now. */
export async function outages(_input: object, nexus: Nexus): Promise<ModuleOutput> {
  const looked = await Promise.all(
    [...SERVICES.values()].map(async ({ name, url }) => ({ name, page: await readPage({ name, url }, nexus) })),
  );
  const read = looked.flatMap(({ name, page }) => ("output" in page ? [] : [{ name, page }]));
  const unread = looked.flatMap(({ name, page }) => ("output" in page ? [name] : []));
  if (read.length === 0) {
    return { error: { code: "upstream_unavailable", say: "None of the status pages can be read right now." } };
  }
  const troubled = read.filter(({ page }) => !page.isWell || page.incidents.length > 0);
  return {
    summary: `${headline(troubled.map(({ name }) => name))}${unread.length === 0 ? "" : ` I could not read ${unread.join(", ")}.`}`,
    parts: [
      {
        type: "table",
        caption: "What status pages say",
        columns: [{ header: "Service" }, { header: "Says" }, { header: "Incidents", align: "right" }],
        rows: [...troubled, ...read.filter((one) => !troubled.includes(one))].map(toRow),
      },
    ],
    data: { troubled: troubled.map(({ name }) => name), unread },
  };
}

const MOST_AFFECTED = 10;

function toRow({ name, page }: { name: string; page: Page }): [string, string, number] {
  return [name, page.says, page.incidents.length];
}

function headline(troubled: readonly string[]): string {
  if (troubled.length === 0) return "Nothing I watch has troubles right now.";
  return `${troubled.join(", ")} ${troubled.length === 1 ? "has" : "have"} troubles right now.`;
}

function counted(incidents: number): string {
  return incidents === 1 ? "1 open incident" : `${incidents} open incidents`;
}
