import type { Part, Reply } from "#core/contract/reply.ts";
import { type CommandSection, HELP_TOPICS, type HelpTopic } from "./commands-for.ts";

/** Asks what there is to say: in short, about one topic, or all of it. */
export interface HelpCommand {
  readonly name: "help";
  readonly topic?: HelpTopic | "all";
}

/** Other words that people look a topic up by. */
const ALSO: readonly [RegExp, HelpTopic][] = [
  [/^(?:ask|answers?|approvals?|questions?)$/, "asking"],
  [/^(?:schedule|briefings?|digests?|reminders?|watch(?:es)?|clock|e-?mails?|times?)$/, "schedules"],
  [/^(?:me|mine|account|accounts|usage|credentials?|keys?|data|privacy|limits?)$/, "yours"],
  [/^(?:module|build|builds|install|installing)$/, "modules"],
  [/^(?:rule|roles?|rights|polic(?:y|ies)|grants?|admins?|permissions?)$/, "rules"],
  [/^(?:records|audit|jobs?|hooks?|history)$/, "record"],
];

/** @param words a text in small letters without its closing marks */
export function readHelpCommand(words: string): HelpCommand | undefined {
  const about = /^help (?:me )?(?:with |about |on |for )?(?:the |my )?([a-z-]{2,20})$/.exec(words)?.[1];
  if (about === undefined) return undefined;
  if (/^(?:all|everything|commands)$/.test(about)) return { name: "help", topic: "all" };
  const topic = HELP_TOPICS.find((one) => one === about) ?? ALSO.find(([pattern]) => pattern.test(about))?.[1];
  return topic && { name: "help", topic };
}

/** One page of help, or all of them under each other: every command this person may give here. */
export function helpAbout(sections: readonly CommandSection[], topic: HelpTopic | "all"): Reply {
  const meant = topic === "all" ? sections : sections.filter((one) => one.topic === topic);
  if (meant.length === 0) {
    const nothing = "There is nothing of that for you here. `help` says what there is.";
    return { summary: nothing, parts: [{ type: "text", markdown: nothing }], visibility: "everyone" };
  }
  const parts = meant.flatMap(({ topic: name, about, commands, wishes }): Part[] => [
    { type: "text", markdown: `**${headed(name)}**: ${about}.\n${commands.map((one) => `- \`${one}\``).join("\n")}` },
    ...(wishes.length === 0 ? [] : [{ type: "text", markdown: wishLine(wishes) } as const]),
  ]);
  const others = sections.filter((one) => !meant.includes(one)).map((one) => `\`help ${one.topic}\``);
  if (others.length > 0) parts.push({ type: "context", markdown: `More: ${others.join(", ")}.` });
  const summary = topic === "all" ? "Every command for you here." : `Help: ${headed(topic)}.`;
  return { summary, parts, visibility: "everyone" };
}

/** What can be said in plain words, in a line. */
export function wishLine(wishes: readonly string[]): string {
  return `Or say what you want set up; I ask before I change it: ${wishes.map((one) => `\`${one}\``).join(", ")}.`;
}

function headed(topic: HelpTopic): string {
  return {
    asking: "Asking",
    schedules: "Briefings, Reminders and Schedules",
    yours: "Yours",
    modules: "Modules",
    rules: "Rules Here",
    record: "Record",
  }[topic];
}
