import type { Clock } from "#core/contract/ports.ts";

/** A modal or an App Home, as the person sees it now. */
export interface View {
  readonly id: string;
  readonly user: string;
  readonly teamId: string;
  readonly rootId: string;
  readonly previousId: string | undefined;
  hash: string;
  body: Readonly<Record<string, unknown>>;
}

/** The open modals and Homes of everyone, and the triggers that open them. */
export interface Views {
  /** Good for one use within 3 s. https://docs.slack.dev/surfaces/modals#opening */
  mintTrigger(user: string, teamId: string): string;
  useTrigger(trigger: string): { user: string; teamId: string } | "invalid" | "expired" | "exchanged";
  stack(user: string): readonly View[];
  home(user: string, teamId: string): View | undefined;
  find(id: string): View | undefined;
  open(user: string, teamId: string, body: View["body"], onTop: boolean): View;
  publish(user: string, teamId: string, body: View["body"]): View;
  update(view: View, body: View["body"]): void;
  close(view: View): void;
  clear(user: string): void;
}

const TRIGGER_LIFE_MS = 3000;

/** Creates an empty screen for everybody. */
export function createViews(clock: Clock, mintId: (prefix: string) => string): Views {
  const stacks = new Map<string, View[]>();
  const homes = new Map<string, View>();
  const triggers = new Map<string, { user: string; teamId: string; endsMs: number; used: boolean }>();
  let edition = 0;
  const mintHash = (): string => `${clock().getTime()}.${(edition += 1)}`;
  const stack = (user: string): readonly View[] => stacks.get(user) ?? [];

  return {
    mintTrigger(user, teamId) {
      const trigger = `${mintId("")}.${mintId("")}`;
      triggers.set(trigger, { user, teamId, endsMs: clock().getTime() + TRIGGER_LIFE_MS, used: false });
      return trigger;
    },
    useTrigger(trigger) {
      const found = triggers.get(trigger);
      if (found === undefined) return "invalid";
      if (found.used) return "exchanged";
      if (clock().getTime() > found.endsMs) return "expired";
      found.used = true;
      return { user: found.user, teamId: found.teamId };
    },
    stack,
    home: (user, teamId) => homes.get(`${teamId}:${user}`),
    find: (id) => [...stacks.values(), [...homes.values()]].flat().find((view) => view.id === id),
    open(user, teamId, body, onTop) {
      const below = onTop ? stack(user) : [];
      const id = mintId("V");
      const rootId = below[0]?.id ?? id;
      const view: View = { id, user, teamId, body, hash: mintHash(), rootId, previousId: below.at(-1)?.id };
      stacks.set(user, [...below, view]);
      return view;
    },
    publish(user, teamId, body) {
      const key = `${teamId}:${user}`;
      const id = homes.get(key)?.id ?? mintId("V");
      const view: View = { id, user, teamId, body, hash: mintHash(), rootId: id, previousId: undefined };
      homes.set(key, view);
      return view;
    },
    update(view, body) {
      view.body = body;
      view.hash = mintHash();
    },
    close(view) {
      stacks.set(
        view.user,
        stack(view.user).filter((other) => other !== view),
      );
    },
    clear: (user) => void stacks.delete(user),
  };
}
