import type { Clock } from "#core/contract/ports.ts";
import type { Commanding } from "./act/command.ts";
import type { Filling } from "./act/form.ts";
import type { Pressing } from "./act/press.ts";
import type { Speaking } from "./act/speak.ts";
import type { Visiting } from "./act/visit.ts";
import type { Ack, Delivered } from "./delivery.ts";
import type { Faults } from "./faults.ts";
import type { InstallDecision } from "./install-page.ts";
import type { Sight } from "./seen.ts";
import type { Call, Refused } from "./web-api.ts";
import type { ChannelKind } from "./workspace.ts";

export interface SlackOptions {
  /** Numbers messages and ends triggers, tokens and response URLs. Default: the machine's. */
  readonly clock?: Clock;
  readonly team?: { readonly id: string; readonly name?: string; readonly domain?: string };
  /** The organisation (Enterprise Grid) to which all workspaces belong, and for all of which the app is installed at once. */
  readonly organisation?: { readonly id: string; readonly name: string };
  /** Bot scopes of the app. Default: the manifest's. */
  readonly scopes?: readonly string[];
  /** Event subscriptions. Default: all of the manifest's. */
  readonly events?: readonly string[];
  readonly tokenRotation?: boolean;
  /** How often each event is sent, on any open connection. Default: once. */
  readonly deliveries?: () => number;
  /** Whether events wait when no connection is open, however long. A real Slack gives them up after its repeats. Default: yes. */
  readonly waitsForApp?: boolean;
  /** How long after each missing acknowledgement an event is sent again. Default: the vendor's, at once, 1 min, 5 min. */
  readonly retryDelaysMs?: readonly number[];
  /** Default: the vendor's 3 s. */
  readonly ackDeadlineMs?: number;
  /** Whether the bot's own messages come back to it as events, as they do. Default: yes. */
  readonly echo?: boolean;
}

export interface PersonOptions {
  readonly id: string;
  readonly name: string;
  readonly tz?: string;
  readonly locale?: string;
  readonly guest?: boolean;
  /** Their account was deactivated. */
  readonly deactivated?: boolean;
  /** Their own team, when they come through Slack Connect. */
  readonly externalTeam?: string;
  /** The workspace they are known in. Default: the first. */
  readonly team?: string;
}

export interface ChannelOptions {
  readonly id: string;
  readonly name: string;
  readonly kind: ChannelKind;
  /** The bot is a member too, unless `withoutBot`. */
  readonly members: readonly string[];
  readonly withoutBot?: boolean;
  /** Shared with another organisation. Default: when somebody external is in it. */
  readonly shared?: boolean;
  readonly team?: string;
}

/**
 * A Slack on loopback: as strict as the vendor's documents, and about manners stricter. Stop the app before it: to the
 * real client a platform that vanishes is an error.
 */
export interface LoopbackSlack extends Speaking, Pressing, Commanding, Filling, Visiting, Sight, AsyncDisposable {
  readonly origin: string;
  readonly apiUrl: string;
  readonly botToken: string;
  readonly appToken: string;
  readonly signingSecret: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly authorizeUrl: string;
  readonly teamId: string;
  readonly botUserId: string;
  readonly botId: string;
  readonly appId: string;

  readonly calls: readonly Call[];
  readonly acks: readonly Ack[];
  readonly refusals: readonly Refused[];
  readonly faults: Faults;
  /** People the app may mention; nobody at first. */
  readonly allowMentions: Set<string>;
  /** Members of each user group. */
  readonly usergroups: Map<string, readonly string[]>;
  /** What the next person on the install page does. */
  installDecision: InstallDecision;

  addTeam(team: { readonly id: string; readonly name: string }): { readonly botUserId: string; readonly botId: string };
  addPerson(person: PersonOptions): void;
  addChannel(channel: ChannelOptions): void;
  archive(channel: string): void;
  /** A person's token (xoxp-), which is easily taken for the bot's. */
  issueUserToken(user: string, scopes?: readonly string[]): string;
  /** A bot token of a team, with other scopes than the app's if given. */
  issueToken(options?: { readonly team?: string; readonly scopes?: readonly string[] }): string;

  /** Makes this the app's request URL (it must pass url_verification); events go there from now on. */
  useHttp(url: string): Promise<boolean>;
  readonly connections: number;
  rotate(): void;
  dropSockets(): void;
  pauseSockets(): void;
  resumeSockets(): void;
  redeliver(eventId: string, options: { times: number; retryAttempt?: number }): Promise<readonly Delivered[]>;
  /** Resolves when every event and echo under way has ended. */
  settled(): Promise<void>;
}
