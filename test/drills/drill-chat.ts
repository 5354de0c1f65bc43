/** A chat platform as a drill plays it: people who talk in conversations of their own, each in strict order. */
export interface DrillChat extends AsyncDisposable {
  /** What the service needs to connect to it: settings, as environment variables. */
  readonly settings: Readonly<Record<string, string>>;
  /** Whether the bot has connected: nobody talks to one that was never there. */
  isConnected(): boolean;
  /** Somebody says something in the numbered conversation; resolves when the platform has taken it. */
  say(conversation: number, text: string): Promise<void>;
  /** The last thing said in the conversation is changed, to words that would be answered if they were new. */
  edit(conversation: number): Promise<void>;
  /** Somebody new begins a conversation. @returns its number */
  open(): number;
  /** From now on what is said was said that long ago. A platform's clock only goes on: from much to little. */
  age(ageMs: number): void;
  /** The platform replaces the connection, as it does about every hour. */
  rotate(): void;
  /** What the bot has said in the conversation, in the order it appeared. */
  replies(conversation: number): readonly string[];
  /** What the platform refused, because it broke a rule of the vendor. */
  readonly refusals: readonly unknown[];
}

export interface DrillChatOptions {
  /** How old things are at first; ms. */
  readonly ageMs: number;
  /** How often the next event is sent. */
  readonly deliveries: () => number;
}
