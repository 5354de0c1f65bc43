import type { ChannelPolicy } from "#core/contract/channel-policy.ts";
import type { Role } from "#core/contract/gate.ts";
import type { Manifest } from "#core/contract/manifest.ts";
import type { Conversation } from "#core/contract/message.ts";
import { MATRIX } from "#core/contract/permission.ts";
import type { Part, Reply } from "#core/contract/reply.ts";
import { type CommandSection, commandsFor } from "./commands-for.ts";
import { wishLine } from "./help-topic.ts";
import { type ModelsHere, modelsPart } from "./models/models-here.ts";
import { ALLOWS, aRole } from "./people/rights.ts";

export interface Ability {
  /** With only the capabilities that this person may have run here. */
  readonly manifest: Manifest;
  /** Titles of credentials nobody has added yet. */
  readonly missing: readonly string[];
}

/** What help depends on: who asks, where, and what there is. */
export interface Here {
  readonly role: Role;
  readonly conversation: Conversation;
  readonly policy: Pick<ChannelPolicy, "installs">;
  /** Only those that are on here, and that this person may use here. */
  readonly abilities: readonly Ability[];
  readonly sampleOn: boolean;
  /** How many modules are on that this person may not use here. */
  readonly closed: number;
  /** How many requests wait for this person's decision. */
  readonly waiting: number;
  /** Whether a language model can help here. */
  readonly models: ModelsHere;
}

/** What works here and now for this person, with words to try; and plainly what does not. */
export function help(here: Here): Reply {
  const { role, policy, conversation, abilities, closed, sampleOn, waiting, models } = here;
  const parts: Part[] = [
    { type: "text", markdown: `You are ${aRole(role)} here: ${ALLOWS[role]}. ${placeWords(conversation)}` },
  ];
  if (abilities.length > 0) {
    parts.push(
      { type: "text", markdown: `Try one of these:\n${examples(abilities, conversation).join("\n")}` },
      { type: "fields", items: abilities.map(abilityField) },
    );
  }
  const missing = abilities.filter((ability) => ability.missing.length > 0);
  if (missing.length > 0) {
    const names = missing.map(({ manifest }) => manifest.title).join(", ");
    const state = sampleOn
      ? "sample data until an account is connected"
      : "nothing to show until an account is connected";
    const how = MATRIX[role].has("sample.switch") ? " Say `connect <name>`, or `sample off`." : "";
    parts.push({ type: "text", markdown: `${names}: ${state}.${how}` });
  }
  if (closed > 0) {
    const more = abilities.length === 0 ? "" : "more ";
    const what = closed === 1 ? `1 ${more}module is` : `${closed} ${more}modules are`;
    parts.push({ type: "context", markdown: `${what} not for you here: \`policy\` and \`grants\` say why.` });
  }
  if (waiting > 0) {
    const what = waiting === 1 ? "1 request waits" : `${waiting} requests wait`;
    parts.push({ type: "text", markdown: `${what} for your decision: say \`approvals\`.` });
  }
  const sections = commandsFor(role, policy);
  const wishes = sections.flatMap((section) => section.wishes.slice(0, 1));
  parts.push(
    { type: "text", markdown: sections.map(commandLine).join("\n") },
    { type: "text", markdown: wishLine(wishes) },
    modelsPart(models, role),
  );
  return { summary: "What I can do, with words to try.", parts, visibility: "everyone" };
}

/** A greeting is answered with one, and with what to say next. */
export function hello(abilities: readonly Ability[], conversation: Conversation): Reply {
  const tries = `Try one of these, or \`help\` for the rest:\n${examples(abilities, conversation).join("\n")}`;
  return {
    summary: "Hello! Ask me something, or say `help`.",
    parts: [{ type: "text", markdown: `Hello! ${abilities.length === 0 ? "Say `help` for what I can do." : tries}` }],
    visibility: "everyone",
  };
}

function abilityField({ manifest }: Ability): { label: string; value: string } {
  const words = manifest.capabilities.slice(0, 2).map(({ examples: [first = ""] }) => `“${first}”`);
  return { label: manifest.title, value: words.join(" or ") };
}

const EXAMPLES = 3;

/** Things to say, in the way that works in this place. */
export function examples(abilities: readonly Ability[], { platform, kind }: Conversation): string[] {
  const words = abilities.flatMap(({ manifest }) => firstExample(manifest) ?? []).slice(0, EXAMPLES);
  return (words.length === 0 ? ["help"] : words).map((text) => {
    if (platform === "discord") return `- \`/nexus ask ${text}\``;
    return kind === "channel" || kind === "group_dm" ? `- Mention me and say \`${text}\`` : `- \`${text}\``;
  });
}

/** What to say first to a module: something that needs no file at hand. */
export function firstExample({ capabilities }: Manifest): string | undefined {
  const needsFile = ({ slots, required }: Manifest["capabilities"][number]) =>
    required.some((slot) => slots[slot]?.type === "file");
  return capabilities.find((capability) => !needsFile(capability))?.examples[0];
}

function placeWords({ kind, audience }: Conversation): string {
  if (audience === "just_me")
    return kind === "console" ? "This is your terminal." : "Nobody else reads this conversation.";
  const others = audience === "external" ? "People of other companies read along here" : "Others read along here";
  return `${others}, so what is private comes to you alone.`;
}

/** What a topic has to offer first, and where the rest of it is. */
function commandLine({ topic, commands, first }: CommandSection): string {
  const named = first.map((command) => `\`${command}\``).join(", ");
  return commands.length === first.length ? `- ${named}` : `- \`help ${topic}\`: ${named}, …`;
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
          manifest.capabilities.map(({ name }) => name).join(", ") || "nothing for you here",
          state !== "off" && missing.length > 0 ? `needs ${missing.join(", ")}` : state,
        ]),
      },
    ],
    visibility: "everyone",
  };
}
