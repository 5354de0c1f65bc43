import type { Manifest } from "#core/contract/manifest.ts";
import type { Part, Reply } from "#core/contract/reply.ts";

export interface Ability {
  readonly manifest: Manifest;
  /** Titles of credentials nobody has added yet. */
  readonly missing: readonly string[];
}

/** What works here and now, with words to try; and plainly what does not. */
export function help(abilities: readonly Ability[], sampleOn: boolean): Reply {
  const parts: Part[] = [
    { type: "text", markdown: "I answer in plain sentences. For example:" },
    {
      type: "fields",
      items: abilities.map(({ manifest }) => ({
        label: manifest.title,
        value: manifest.capabilities
          .slice(0, 2)
          .map(({ examples }) => `“${examples[0] ?? ""}”`)
          .join(" or "),
      })),
    },
  ];
  const waiting = abilities.filter(({ missing }) => missing.length > 0);
  if (waiting.length > 0) {
    const names = waiting.map(({ manifest }) => manifest.title).join(", ");
    parts.push({
      type: "text",
      markdown: sampleOn
        ? `${names}: sample data until you connect an account. Say \`connect <name>\`, or \`sample off\`.`
        : `${names}: nothing to show until you connect an account. Say \`connect <name>\`.`,
    });
  }
  parts.push(
    {
      type: "text",
      markdown: "Commands: `help`, `modules`, `status`, `why`, `stop`, `connect <name>`, `sample on|off`.",
    },
    {
      type: "context",
      markdown: "No language model is set up: I match what you say to what I can do, and I say so when nothing fits.",
    },
  );
  return { summary: "What I can do, with words to try.", parts, visibility: "everyone" };
}

/** The installed modules, one line each. */
export function moduleList(
  modules: readonly { manifest: Manifest; state: string; sha256: string; missing: readonly string[] }[],
): Reply {
  const summary = modules.length === 1 ? "1 module is installed." : `${modules.length} modules are installed.`;
  return {
    summary,
    parts: [
      { type: "text", markdown: summary },
      {
        type: "table",
        caption: "Installed modules",
        columns: [{ header: "Module" }, { header: "Version" }, { header: "Does" }, { header: "State" }],
        rows: modules.map(({ manifest, state, missing }) => [
          manifest.name,
          manifest.version,
          manifest.capabilities.map(({ name }) => name).join(", "),
          missing.length > 0 ? `needs ${missing.join(", ")}` : state,
        ]),
      },
    ],
    visibility: "everyone",
  };
}
