import type { FrontEnd } from "#core/contract/door.ts";
import type { Action, Part } from "#core/contract/reply.ts";

const MARK = /\/hook-secret\/~([0-9a-f.-]{70,130})$/;

/** The door, drawing each link to a hook's secret with the token that works: whoever reads the database has none. */
export function drawingHookLinks(door: FrontEnd, tokenOf: (mark: string) => string): FrontEnd {
  const opened = (action: Action): Action =>
    action.type !== "link"
      ? action
      : { ...action, url: action.url.replace(MARK, (_, mark: string) => `/hook-secret/${tokenOf(mark)}`) };
  const drawn = (part: Part): Part =>
    part.type === "actions" ? { ...part, items: part.items.map((item) => opened(item)) } : part;
  return {
    ...door,
    deliver: (outbound, signal) =>
      door.deliver({ ...outbound, reply: { ...outbound.reply, parts: outbound.reply.parts.map(drawn) } }, signal),
  };
}
