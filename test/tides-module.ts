import type { SpecificationDraft } from "#core/evolution/repair/specification-draft.ts";

const next = (harbour: string): string => `https://api.tides.example/v2/next?harbour=${harbour}`;

/** What a model would specify for "when is high water": sound, and small. */
export function tidesDraft(): SpecificationDraft {
  return {
    refused: null,
    name: "tides",
    title: "Tides",
    description: "Says when the next high water is.",
    dataClass: "public",
    hosts: [{ host: "api.tides.example", methods: ["GET"], pathPrefixes: ["/v2/"] }],
    credentials: [],
    capabilities: [
      {
        name: "nextHigh",
        title: "Next high water",
        description: "The time and height of the next high water in a harbour.",
        effect: "read",
        slots: [
          {
            name: "harbour",
            type: "text",
            description: "The harbour",
            required: true,
            ask: "Which harbour?",
            values: [],
          },
        ],
        examples: [
          "when is high water in Halifax",
          "next high tide at Saint John",
          "tides for Digby",
          "high water Yarmouth",
          "when does the tide peak in Parrsboro",
          "what time is the next flood at Windsor",
        ],
        credentials: [],
        behaviours: [
          {
            name: "the next high water is said with its height",
            input: [{ slot: "harbour", json: '"Halifax"' }],
            exchanges: [
              {
                method: "GET",
                url: next("Halifax"),
                bodyIncludes: "",
                status: 200,
                body: '{"harbour":"Halifax","high":{"at":"14:32","metres":1.82}}',
              },
            ],
            summaryHolds: ["14:32", "1.82"],
            error: null,
          },
          {
            name: "another harbour has another time",
            input: [{ slot: "harbour", json: '"Saint John"' }],
            exchanges: [
              {
                method: "GET",
                url: next("Saint%20John"),
                bodyIncludes: "",
                status: 200,
                body: '{"harbour":"Saint John","high":{"at":"03:05","metres":7.46}}',
              },
            ],
            summaryHolds: ["03:05", "7.46"],
            error: null,
          },
          {
            name: "a harbour nobody knows is not found",
            input: [{ slot: "harbour", json: '"Atlantis"' }],
            exchanges: [{ method: "GET", url: next("Atlantis"), bodyIncludes: "", status: 404, body: "{}" }],
            summaryHolds: [],
            error: "not_found",
          },
        ],
      },
    ],
  };
}

/** Code that does what is specified. */
export const TIDES_CODE = `import type { JsonObject } from "#core/contract/json.ts";
import type { ModuleOutput, Nexus } from "#core/contract/module.ts";

/** The next high water in a harbour. */
export async function nextHigh(input: JsonObject, nexus: Nexus): Promise<ModuleOutput> {
  const harbour = typeof input["harbour"] === "string" ? input["harbour"].trim() : "";
  if (harbour === "") return { error: { code: "slot_invalid", say: "Which harbour?", slot: "harbour" } };
  const answer = await nexus.fetch("https://api.tides.example/v2/next?harbour=" + encodeURIComponent(harbour));
  if (!answer.ok || answer.status >= 500) return { error: { code: "upstream_unavailable", say: "The tides cannot be had right now." } };
  if (answer.status === 404) return { error: { code: "not_found", say: "I know no such harbour." } };
  if (answer.status === 429) return { error: { code: "rate_limited", say: "The tides were asked for too often." } };
  if (answer.status !== 200) return { error: { code: "upstream_unavailable", say: "The tides are not answering." } };
  const high = read(answer.body);
  if (high === undefined) return { error: { code: "upstream_invalid", say: "The tides answered with something else." } };
  return {
    summary: "The next high water in " + harbour.slice(0, 200) + " is at " + high.at + ", " + String(high.metres) + " m.",
    data: { harbour, at: high.at, metres: high.metres },
  };
}

function read(body: string): { at: string; metres: number } | undefined {
  try {
    const { high } = Object(JSON.parse(body));
    const { at, metres } = Object(high);
    return typeof at === "string" && at.length < 20 && typeof metres === "number" ? { at, metres } : undefined;
  } catch {
    return undefined;
  }
}
`;
