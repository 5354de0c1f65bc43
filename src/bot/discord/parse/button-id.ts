/**
 * Where a button's token was made for, when its message stands elsewhere: in the thread of a long answer, or in a
 * direct message because only one person may see it. A token is good in its own place alone.
 */
export interface Origin {
  readonly tenantId: string;
  readonly channelId: string;
}

/** A custom_id that also says where it was made for. At most 43 characters longer, so within Discord's 100. */
export function writeOrigin(customId: string, origin: Origin | undefined): string {
  return origin === undefined ? customId : `${customId}@${origin.tenantId}.${origin.channelId}`;
}

/** A custom_id without its origin, and that. */
export function readOrigin(customId: string): { id: string; origin?: Origin } {
  const [, id = customId, tenantId, channelId] = /^(.*)@(\d{1,20})\.(\d{1,20})$/s.exec(customId) ?? [];
  if (tenantId === undefined || channelId === undefined) return { id };
  return { id, origin: { tenantId, channelId } };
}

/** The components with every custom_id naming its origin, however deep it stands. */
export function withOrigin<Components>(components: Components, origin: Origin | undefined): Components {
  if (origin === undefined) return components;
  return JSON.parse(JSON.stringify(components), (key, value: unknown) =>
    key === "custom_id" && typeof value === "string" && !NOT_A_TOKEN.has(value) ? writeOrigin(value, origin) : value,
  );
}

const NOT_A_TOKEN: ReadonlySet<string> = new Set(["cancel"]);
