import type { SlackRefusal } from "./answer.ts";
import type { Surface } from "./block-kit/check-blocks.ts";
import type { Tokens } from "./tokens.ts";
import type { Views } from "./views.ts";
import type { Channel, Message, Workspace } from "./workspace.ts";

/** What the Web API's methods stand on. */
export interface Place {
  readonly workspace: Workspace;
  readonly tokens: Tokens;
  readonly views: Views;
  readonly app: App;
  /** `${channel}:${thread ts}` to the agent session there. */
  readonly sessions: Map<string, AgentSession>;
  origin(): string;
  /** Tells the app what happened; nobody waits for it. */
  emit(teamId: string, event: Readonly<Record<string, unknown>>): void;
  /** The bot's own messages come back as events too. */
  echo(message: Message, change: "posted" | "changed" | "deleted"): void;
  checkText(text: string, where: "mrkdwn" | "markdown"): SlackRefusal | undefined;
  checkBlocks(blocks: readonly unknown[], surface: Surface): SlackRefusal | undefined;
  socketUrl(): string;
}

export interface App {
  readonly id: string;
  readonly name: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scopes: readonly string[];
  readonly tokenRotation: boolean;
  /** Where the app is installed for a whole organisation. https://docs.slack.dev/enterprise/organization-ready-apps */
  readonly organisation: { readonly id: string; readonly name: string } | undefined;
}

/** https://docs.slack.dev/ai/agent-sessions, and the status line of https://docs.slack.dev/reference/methods/assistant.threads.setStatus */
export interface AgentSession {
  status: "active" | "processing" | "suspended" | "closed" | undefined;
  title: string;
  /** "is thinking…"; empty when none is shown. */
  line: string;
  prompts: readonly { readonly title: string; readonly message: string }[];
}

/** The agent session of one thread, made when first asked for. */
export function sessionOf(sessions: Map<string, AgentSession>, channel: string, threadTs: string): AgentSession {
  const key = `${channel}:${threadTs}`;
  const known = sessions.get(key) ?? { status: undefined, title: "", line: "", prompts: [] };
  sessions.set(key, known);
  return known;
}

/** The direct-message channel between the bot of a team and a person, made when first asked for. */
export function directMessage(workspace: Workspace, teamId: string, user: string): Channel | undefined {
  const team = workspace.teams.get(teamId);
  if (team === undefined || !workspace.people.has(user)) return undefined;
  for (const channel of workspace.channels.values()) {
    if (channel.kind === "im" && channel.teamId === teamId && channel.members.has(user)) return channel;
  }
  const channel: Channel = {
    id: workspace.mintId("D"),
    name: "",
    kind: "im",
    teamId,
    members: new Set([team.botUserId, user]),
    shared: false,
    archived: false,
  };
  workspace.channels.set(channel.id, channel);
  return channel;
}
