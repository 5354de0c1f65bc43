import type { ActionToken } from "#core/contract/message.ts";
import type { Action, Form, Reply } from "#core/contract/reply.ts";
import { buttonsOf } from "./draw/actions.ts";
import type { Welcome } from "./protocol.ts";

export type Confirm = NonNullable<Extract<Action, { type: "button" }>["confirm"]>;

export type Choice =
  | { kind: "say"; text: string }
  | { kind: "press"; token: ActionToken; confirm?: Confirm }
  | { kind: "form"; form: Form };

/** What a bare number means at the moment. */
export interface Choices {
  /** The choice a typed line stands for, if it is the number of one. */
  pick(line: string): Choice | undefined;
  /** From now on numbers mean this reply's buttons. */
  offer(reply: Reply): void;
  /** Adds one more, and says its number. */
  add(choice: Choice): number;
}

/** Numbers mean the first screen's suggestions until the first answer, then the buttons of the last one. */
export function createChoices(suggestions: Welcome["suggestions"]): Choices {
  let choices: Choice[] = suggestions.map(({ say }) => ({ kind: "say", text: say }));
  return {
    pick: (line) => (/^[1-9]\d?$/.test(line) ? choices[Number(line) - 1] : undefined),
    offer(reply) {
      choices = buttonsOf(reply.parts).map(({ token, confirm }) => ({
        kind: "press",
        token,
        ...(confirm && { confirm }),
      }));
    },
    add: (choice) => choices.push(choice),
  };
}
