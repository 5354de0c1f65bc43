import type { SlackBlock, SlackFile } from "./rendering.ts";

/** What a part becomes: blocks in order, and the files that go with them. */
export interface Drawn {
  readonly blocks: readonly SlackBlock[];
  readonly files: readonly SlackFile[];
}

/** What Slack takes only so many of in one message; a reply has them once. Counted down as they are used. */
export interface NativeAllowance {
  charts: number;
  tables: number;
}

/** Just blocks. */
export function drawn(blocks: readonly SlackBlock[]): Drawn {
  return { blocks, files: [] };
}
