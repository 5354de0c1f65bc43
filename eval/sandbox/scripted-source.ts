import { answerJson, type Source } from "#test/abuse/broker-world.ts";

/** The source that modules of a catalogue find: rows in the shape they expect, one page of them. */
export const scriptedSource: Source = (_, response) =>
  answerJson(response, {
    ok: true,
    items: [
      { id: 1, name: "One", value: 10 },
      { id: 2, name: "Two", value: 20 },
    ],
    results: [],
    data: { a: 1 },
    next: null,
  });
