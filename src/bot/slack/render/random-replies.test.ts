import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ActionToken } from "#core/contract/message.ts";
import type { Part, Reply } from "#core/contract/reply.ts";
import { MESSAGES_PER_REPLY, SLACK_LIMITS } from "#bot/slack/limits.ts";
import { arbitraryForm, arbitraryReply, lettersOf, textsOf, wordsOf } from "#test/arbitrary-reply.ts";
import { checkBlocks } from "#test/platforms/slack/block-kit/check-blocks.ts";
import { liveMentions, liveMentionsInBlocks } from "#test/platforms/slack/block-kit/mentions.ts";
import { blockSchema } from "#test/platforms/slack/block-kit/schema.ts";
import { walk } from "#test/platforms/slack/block-kit/walk.ts";
import { textLength } from "./blocks.ts";
import { readFormValues, renderForm } from "./form.ts";
import { renderHome } from "./home.ts";
import { renderPlain } from "./plain.ts";
import type { SlackRendering } from "./rendering.ts";
import { renderReply } from "./reply.ts";

const RUNS = { numRuns: 150 };
const replies = arbitraryReply();
const natives = fc.boolean();

describe("manner 69: whatever a reply is made of", () => {
  test("Slack takes every message of it", () => {
    fc.assert(
      fc.property(replies, natives, (reply, native) => {
        for (const { blocks } of renderReply(reply, { native, delayedMs: 720_000 }).messages) {
          expect(checkBlocks(blocks, "message", blockSchema())).toBeUndefined();
        }
      }),
      RUNS,
    );
  });

  test("it is a few messages at most, a card one, each with a text that says the point", () => {
    fc.assert(
      fc.property(replies, natives, (reply, native) => {
        const { messages } = renderReply(reply, { native });
        const forButtons = buttonsNeed(reply);
        expect(messages.length).toBeGreaterThan(0);
        expect(messages.length).toBeLessThanOrEqual((reply.card === undefined ? MESSAGES_PER_REPLY : 1) + forButtons);
        for (const { text } of messages) {
          expect(text.trim()).not.toBe("");
          expect(text.length).toBeLessThanOrEqual(SLACK_LIMITS.text);
        }
      }),
      RUNS,
    );
  });

  test("every word of it is in a message or a file", () => {
    fc.assert(
      fc.property(replies, natives, (reply, native) => {
        const found = lettersOf(readable(renderReply(reply, { native })));
        expect(
          reply.parts
            .flatMap(textsOf)
            .flatMap(wordsOf)
            .filter((word) => !found.includes(word)),
        ).toEqual([]);
      }),
      RUNS,
    );
  });

  test("nobody is mentioned by it", () => {
    fc.assert(
      fc.property(replies, natives, (reply, native) => {
        const { messages } = renderReply(reply, { native });
        for (const { text, blocks } of messages) {
          expect(liveMentions(text, "mrkdwn")).toEqual([]);
          expect(liveMentionsInBlocks(blocks)).toEqual([]);
        }
        for (const text of renderPlain(reply).texts) expect(liveMentions(text, "mrkdwn")).toEqual([]);
      }),
      RUNS,
    );
  });

  test("no fence is left open in a message", () => {
    fc.assert(
      fc.property(replies, natives, (reply, native) => {
        for (const text of renderReply(reply, { native }).messages.flatMap(({ blocks }) => markedTexts(blocks))) {
          expect(openFence(text)).toBeUndefined();
        }
      }),
      RUNS,
    );
  });

  test("all that can be pressed is there once, and nothing but its token says what it does", () => {
    fc.assert(
      fc.property(replies, natives, (reply, native) => {
        const { messages } = renderReply(reply, { native });
        const pressed = messages.flatMap(({ blocks }) => stringsAt(blocks, "value"));
        expect(pressed).toEqual(reply.parts.flatMap(tokensOf));
        const ids = messages.flatMap(({ blocks }) => stringsAt(blocks, "action_id"));
        expect(new Set(ids).size).toBe(ids.length);
        for (const id of ids) expect(id).toMatch(/^nexus:\d+$/);
      }),
      RUNS,
    );
  });

  test("in words alone it is still all there", () => {
    fc.assert(
      fc.property(replies, (reply) => {
        const { texts, files } = renderPlain(reply);
        const found = lettersOf(readable({ messages: texts.map((text) => ({ text, blocks: [] })), files }));
        const said = reply.parts.filter(({ type }) => type !== "actions");
        expect(
          said
            .flatMap(textsOf)
            .flatMap(wordsOf)
            .filter((word) => !found.includes(word)),
        ).toEqual([]);
        expect(texts.length).toBeLessThanOrEqual(MESSAGES_PER_REPLY);
        for (const text of texts) expect(text.length).toBeLessThanOrEqual(SLACK_LIMITS.text);
      }),
      RUNS,
    );
  });

  test("Slack takes it as a Home tab", () => {
    fc.assert(
      fc.property(replies, (reply) => {
        const { blocks } = renderHome(reply);
        expect(checkBlocks(blocks, "home", blockSchema())).toBeUndefined();
        expect(liveMentionsInBlocks(blocks)).toEqual([]);
      }),
      RUNS,
    );
  });

  test("Slack takes every form, and its answers come back under the names of its fields", () => {
    fc.assert(
      fc.property(arbitraryForm(), (form) => {
        const view = renderForm(form, { privateMetadata: "{}", notice: "Please check <!channel>." });
        expect(checkBlocks(view.blocks, "modal", blockSchema())).toBeUndefined();
        expect(liveMentionsInBlocks(view.blocks)).toEqual([]);
        expect(view.title.text.length).toBeLessThanOrEqual(SLACK_LIMITS.modal.title);
        const values = Object.fromEntries(
          stringsAt(view.blocks, "action_id").map((id, index) => [`b${index}`, { [id]: { value: "typed" } }]),
        );
        const answers = form.fields.map(({ id, type }) => [id, type === "secret" ? { secret: "typed" } : "typed"]);
        expect(readFormValues(values)).toEqual(Object.fromEntries(answers));
      }),
      RUNS,
    );
  });
});

/** More messages may be needed only where there are more buttons than anybody would offer. */
function buttonsNeed(reply: Reply): number {
  const controls = reply.parts.filter(({ type }) => type === "actions" || type === "feedback");
  const { messages } = renderReply({ ...reply, parts: controls }, { native: true });
  const length = messages.reduce((sum, { blocks }) => sum + textLength(blocks), 0);
  return length > SLACK_LIMITS.messageText / 2 ? Math.ceil(length / (SLACK_LIMITS.messageText / 2)) : 0;
}

function tokensOf(part: Part): ActionToken[] {
  if (part.type === "feedback") return [part.helpful, part.notHelpful];
  return part.type === "actions" ? part.items.flatMap((item) => (item.type === "button" ? [item.token] : [])) : [];
}

/** Everything that can be read of a rendering, as one text. */
function readable({ messages, files }: SlackRendering): string {
  const inMessages = messages.flatMap(({ blocks, text }) => [text, ...READ.flatMap((key) => stringsAt(blocks, key))]);
  const inFiles = files.flatMap(({ altText, name, title, content }) => [
    altText,
    name,
    title,
    "text" in content ? content.text : JSON.stringify(content.chart),
  ]);
  return [...inMessages, ...inFiles].join("");
}

const READ = ["text", "title", "caption", "label", "name"];

function stringsAt(value: unknown, key: string): string[] {
  if (Array.isArray(value)) return value.flatMap((item) => stringsAt(item, key));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
    if (typeof inner === "string") return name === key ? [inner] : [];
    return stringsAt(inner, key);
  });
}

/** The texts in which a fence would be one: nothing else is read for markup. */
function markedTexts(blocks: readonly unknown[]): string[] {
  return Array.from(walk(blocks)).flatMap(({ object: { type, text } }) =>
    (type === "markdown" || type === "mrkdwn") && typeof text === "string" ? [text] : [],
  );
}

function openFence(text: string): string | undefined {
  let open: string | undefined;
  for (const line of text.split("\n")) {
    const [, mark = "", info = ""] = /^ {0,3}(`{3,16}(?!`)|~{3,16}(?!~))(.*)$/.exec(line) ?? [];
    if (open === undefined && !(mark.startsWith("`") && info.includes("`"))) open = mark === "" ? undefined : mark;
    else if (open !== undefined && mark.startsWith(open) && info.trim() === "") open = undefined;
  }
  return open;
}
