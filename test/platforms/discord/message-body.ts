import { z } from "zod";

/** A component as it was sent, whatever its type. Source: https://discord.com/developers/docs/components/reference */
export interface Component {
  readonly [key: string]: unknown;
  readonly type: number;
  readonly custom_id?: string | null | undefined;
  readonly label?: string | null | undefined;
  readonly content?: string | undefined;
  readonly url?: string | null | undefined;
  readonly style?: number | undefined;
  readonly disabled?: boolean | null | undefined;
  readonly components?: readonly Component[] | undefined;
  readonly component?: Component | undefined;
  readonly accessory?: Component | undefined;
}

export const Component: z.ZodType<Component> = z.looseObject({
  type: z.int(),
  custom_id: z.string().nullish(),
  label: z.string().nullish(),
  content: z.string().optional(),
  url: z.string().nullish(),
  style: z.int().optional(),
  disabled: z.boolean().nullish(),
  get components() {
    return z.array(Component).optional();
  },
  get component() {
    return Component.optional();
  },
  get accessory() {
    return Component.optional();
  },
});

const Embed = z.looseObject({
  title: z.string().nullish(),
  description: z.string().nullish(),
  fields: z.array(z.looseObject({ name: z.string(), value: z.string() })).nullish(),
  footer: z.looseObject({ text: z.string().nullish() }).nullish(),
  author: z.looseObject({ name: z.string().nullish() }).nullish(),
});
export type Embed = z.infer<typeof Embed>;

/** A message as a bot sends or edits it, read after the specification has passed it. */
export const MessageBody = z.looseObject({
  content: z.string().nullish(),
  embeds: z.array(Embed).nullish(),
  components: z.array(Component).nullish(),
  flags: z.int().nullish(),
  nonce: z.union([z.string(), z.number()]).nullish(),
  enforce_nonce: z.boolean().nullish(),
  allowed_mentions: z
    .looseObject({
      parse: z.array(z.string()).nullish(),
      users: z.array(z.string()).nullish(),
      roles: z.array(z.string()).nullish(),
      replied_user: z.boolean().nullish(),
    })
    .nullish(),
  attachments: z
    .array(
      z.looseObject({
        id: z.union([z.string(), z.int()]).transform(String),
        filename: z.string().nullish(),
        description: z.string().nullish(),
      }),
    )
    .nullish(),
  message_reference: z
    .looseObject({ message_id: z.string(), fail_if_not_exists: z.boolean().nullish(), type: z.int().nullish() })
    .nullish(),
});
export type MessageBody = z.infer<typeof MessageBody>;

/** Source: https://discord.com/developers/docs/resources/message#message-object-message-flags */
export const FLAGS = {
  SUPPRESS_EMBEDS: 1 << 2,
  EPHEMERAL: 1 << 6,
  LOADING: 1 << 7,
  SUPPRESS_NOTIFICATIONS: 1 << 12,
  IS_COMPONENTS_V2: 1 << 15,
} as const;

/** Every component of a tree, the outer before the inner. */
export function everyComponent(
  components: readonly Component[],
  path = "components",
): { at: string; component: Component }[] {
  return components.flatMap((component, index) => {
    const at = `${path}.${index}`;
    const { component: inner, accessory } = component;
    return [
      { at, component },
      ...everyComponent(component.components ?? [], `${at}.components`),
      ...(inner === undefined ? [] : everyComponent([inner], `${at}.component`)),
      ...(accessory === undefined ? [] : everyComponent([accessory], `${at}.accessory`)),
    ];
  });
}

/** What Discord fills in, by type. */
const DEFAULTS: Readonly<Record<number, Readonly<Record<string, unknown>>>> = {
  14: { divider: true, spacing: 1 },
  17: { accent_color: null, spoiler: false },
};

/** Components as Discord keeps them: whoever has no id is numbered, the outer before the inner. */
export function numbered(components: readonly Component[], from = { next: 1 }): Component[] {
  const inside = (each: readonly Component[]): Component[] => numbered(each, from);
  return components.map((given) => {
    const id = given["id"] ?? from.next++;
    const { components: within, component, accessory } = given;
    return {
      ...DEFAULTS[given.type],
      ...given,
      id,
      ...(within === undefined ? {} : { components: inside(within) }),
      ...(component === undefined ? {} : { component: inside([component])[0] }),
      ...(accessory === undefined ? {} : { accessory: inside([accessory])[0] }),
    };
  });
}
