import fc from "fast-check";
import { GateId, newId } from "#core/contract/ids.ts";
import { drawMoments, moment } from "#core/contract/moment.ts";
import { Form, type Part, Reply } from "#core/contract/reply.ts";

/** Replies such as nobody should write: long, in every script, full of markup, fences, mentions, HTML and line feeds. */
export function arbitraryReply(): fc.Arbitrary<Reply> {
  return fc
    .record(
      {
        summary: filled(text(120)),
        parts: fc.array(part(), { maxLength: 12, size: "max" }),
        visibility: fc.constantFrom("everyone", "only_actor"),
        form: fc.option(arbitraryForm(), { freq: 8, nil: undefined }),
        card: fc.record({ gate: fc.constant(newId(GateId)), state: fc.constantFrom("open", "closed") }),
      },
      { requiredKeys: ["summary", "parts", "visibility"] },
    )
    .map((reply) => Reply.parse(reply));
}

/** Forms with every kind of field. */
export function arbitraryForm(): fc.Arbitrary<Form> {
  const field = fc.record(
    {
      id: fc.constantFrom("key", "reason", "token", "a".repeat(60), "ключ 1"),
      label: filled(text(45)),
      hint: text(400),
      optional: fc.boolean(),
      type: fc.constantFrom("text", "secret"),
      multiline: fc.boolean(),
    },
    { requiredKeys: ["id", "label", "type"] },
  );
  return fc
    .record(
      {
        token: token(),
        opener: token(),
        title: filled(text(45)),
        submit: filled(text(24)),
        intro: text(4000),
        fields: fc.uniqueArray(field, { minLength: 1, maxLength: 5, selector: ({ id }) => id }),
      },
      { requiredKeys: ["token", "opener", "title", "submit", "fields"] },
    )
    .map((form) => Form.parse(form));
}

/**
 * What a part says, as a reader must find it in whatever is drawn: all but what is only for machines (tokens, types).
 * A divider says nothing.
 */
export function textsOf(part: Part): string[] {
  switch (part.type) {
    case "text":
    case "context":
      return [part.markdown];
    case "heading":
    case "notice":
    case "code":
      return [part.text];
    case "fields":
      return part.items.flatMap(({ label, value }) => [label, value]);
    case "table":
      return [
        part.caption,
        ...part.columns.map(({ header }) => header),
        ...part.rows.flat().filter((cell) => typeof cell === "string"),
      ];
    case "chart":
      return [part.title, part.takeaway, ...part.categories, ...part.series.map(({ name }) => name)];
    case "sources":
      return part.items.map(({ title }) => title);
    case "actions":
      return part.items.map(({ label }) => label);
    case "file":
      return [part.text, part.description];
    case "divider":
    case "feedback":
      return [];
    default:
      return part satisfies never;
  }
}

/** The words of a text, of letters and digits alone: what no markup, escape or line break may take away. */
export function wordsOf(text: string): string[] {
  return drawMoments(text, () => " ").match(/(?<![\p{L}\p{N}])[\p{L}\p{N}]{3,30}(?![\p{L}\p{N}])/gu) ?? [];
}

/** A text without all that markup, escapes and line breaks may add: what `wordsOf` is looked for in. */
export function lettersOf(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}]/gu, "");
}

function part(): fc.Arbitrary<unknown> {
  const long = fc.oneof(
    { weight: 6, arbitrary: text(300) },
    { weight: 2, arbitrary: text(4000) },
    { weight: 1, arbitrary: text(30_000) },
  );
  const short = filled(text(200));
  const cell = fc.oneof(text(40), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer());
  return fc.oneof(
    { weight: 4, arbitrary: fc.record({ type: fc.constant("text"), markdown: long }) },
    fc.record({ type: fc.constant("heading"), text: short }),
    fc.record({
      type: fc.constant("notice"),
      tone: fc.constantFrom("info", "success", "warning", "error"),
      text: long,
    }),
    fc.record({
      type: fc.constant("fields"),
      items: fc.array(fc.record({ label: text(80), value: text(3000) }), { minLength: 1, maxLength: 25 }),
    }),
    fc.record(
      {
        type: fc.constant("code"),
        text: long,
        language: fc.constantFrom("ts", "json", "```", "<!channel>\n"),
        filename: fc.constantFrom("a.ts", "@everyone.txt"),
      },
      { requiredKeys: ["type", "text"] },
    ),
    fc.record({
      type: fc.constant("table"),
      caption: filled(text(80)),
      columns: fc.array(
        fc.record({ header: text(30), align: fc.constantFrom("left", "right") }, { requiredKeys: ["header"] }),
        { minLength: 1, maxLength: 24 },
      ),
      rows: fc.array(fc.array(cell, { maxLength: 24 }), { maxLength: 130, size: "max" }),
    }),
    chart(),
    fc.record({
      type: fc.constant("sources"),
      items: fc.array(fc.record({ title: text(100), url: url() }), { minLength: 1, maxLength: 8 }),
    }),
    fc.record({ type: fc.constant("context"), markdown: long }),
    fc.record({ type: fc.constant("divider") }),
    fc.record({
      type: fc.constant("file"),
      name: filled(text(60)),
      mimeType: fc.constantFrom("text/csv", "text/plain", "application/json"),
      text: long,
      description: text(3000),
    }),
    fc.record({ type: fc.constant("actions"), items: fc.array(action(), { minLength: 1, maxLength: 30 }) }),
    fc.record({ type: fc.constant("feedback"), helpful: token(), notHelpful: token() }),
  );
}

function chart(): fc.Arbitrary<unknown> {
  const amounts = fc.oneof(
    fc.integer({ min: -100_000, max: 10_000_000 }),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
  );
  return fc.record(
    {
      type: fc.constant("chart"),
      kind: fc.constantFrom("bar", "line"),
      title: filled(text(80)),
      takeaway: filled(text(200)),
      categories: fc.array(fc.oneof(text(30), fc.constantFrom("Jan", "Feb", "Mar", "Apr")), {
        minLength: 1,
        maxLength: 60,
      }),
      series: fc.array(fc.record({ name: text(30), values: fc.array(amounts, { maxLength: 60 }) }), {
        minLength: 1,
        maxLength: 12,
      }),
      format: fc.oneof(
        fc.record(
          { type: fc.constant("number"), unit: fc.constantFrom("km", "°C", "<!here>") },
          { requiredKeys: ["type"] },
        ),
        fc.record({ type: fc.constant("currency"), currency: fc.constantFrom("CAD", "JPY", "<@>") }),
        fc.record({ type: fc.constant("percent") }),
      ),
      partialLast: fc.boolean(),
    },
    { requiredKeys: ["type", "kind", "title", "takeaway", "categories", "series", "format"] },
  );
}

function action(): fc.Arbitrary<unknown> {
  const confirm = fc.record({ title: filled(text(100)), text: filled(text(300)), ok: filled(text(30)) });
  const button = fc.record(
    {
      type: fc.constant("button"),
      label: filled(text(75)),
      token: token(),
      style: fc.constantFrom("primary", "danger"),
      confirm,
    },
    { requiredKeys: ["type", "label", "token"] },
  );
  const link = fc.record({ type: fc.constant("link"), label: filled(text(75)), url: url() });
  return fc.oneof({ weight: 4, arbitrary: button }, { weight: 1, arbitrary: link });
}

function url(): fc.Arbitrary<string> {
  const tail = fc.oneof(
    fc.constantFrom("", "a_b*c", "?q=1&r=<x>|y", "(x)", "@everyone"),
    fc.nat(3500).map((length) => "u".repeat(length)),
  );
  return tail.map((tail) => `https://example.com/${tail}`);
}

function token(): fc.Arbitrary<string> {
  const letters = fc.constantFrom(...Array.from("abcdefghijkmnpqrstuvwxyz23456789_-"));
  return fc
    .tuple(
      fc.constantFrom("say", "apv", "rej", "fbg", "pub"),
      fc.array(letters, { minLength: 22, maxLength: 22 }),
      fc.array(letters, { minLength: 16, maxLength: 16 }),
    )
    .map(([verb, id, tag]) => `n1.${verb}.${id.join("")}.${tag.join("")}`);
}

/** Text of at most `max` UTF-16 units. */
function text(max: number): fc.Arbitrary<string> {
  return fc
    .tuple(
      fc.array(fc.tuple(piece(), fc.constantFrom(" ", " ", " ", "", "\n", "\n\n", "\r\n")), { maxLength: 40 }),
      fc.nat(99),
    )
    .map(([pieces, repeat]) => {
      const once = pieces.map(([piece, between]) => piece + between).join("");
      const times = repeat < 70 ? 1 : repeat;
      return once.repeat(times).slice(0, max).toWellFormed();
    });
}

function filled(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  return text.map((text) => (text.trim() === "" ? "Something" : text));
}

function piece(): fc.Arbitrary<string> {
  return fc.oneof(
    {
      weight: 8,
      arbitrary: fc.constantFrom(
        "Lisbon",
        "spent",
        "247 CAD",
        "café",
        "naïve",
        "東京都",
        "Привет",
        "مرحبا",
        "हिन्दी",
        "e\u0301tude",
      ),
    },
    { weight: 3, arbitrary: fc.constantFrom(...MARKUP) },
    { weight: 3, arbitrary: fc.constantFrom(...MENTIONS) },
    fc.string({ unit: "grapheme", maxLength: 12 }),
    fc.nat(2500).map((length) => "x".repeat(length)),
    fc.constantFrom("👩🏽‍🚀", "👨‍👩‍👧‍👦", "🇨🇦", `z${"\u0301".repeat(60)}`),
    fc
      .date({ min: new Date(0), max: new Date("2100-01-01"), noInvalidDate: true })
      .map((at) => moment(at, "date_time")),
  );
}

const MARKUP = [
  "**bold**",
  "*it*",
  "_under_",
  "__two__",
  "~~gone~~",
  "***",
  "`code`",
  "``a`b``",
  "`",
  "```",
  "\n```ts\nlet a = 1;\n```\n",
  "\n```\n",
  "\n~~~\n",
  "[label](https://example.com/x_y)",
  "[click](javascript:alert(1))",
  "[a](<https://e.com/>)",
  "![i](https://example.com/i.png)",
  "https://example.com/a_b_c",
  "<b>html</b>",
  "<script>alert(1)</script>",
  "&amp;",
  "&lt;!here&gt;",
  "a < b && c > d",
  "\n# Title\n",
  "\n- item\n- item\n",
  "\n1. one\n",
  "\n> quote\n",
  "| a | b |\n|---|---|\n| 1 | 2 |",
  "\\",
  "\\*",
  "||hidden||",
  "-# small",
  "---",
  "\u202Eevil",
  "\u0007",
  "\u200B",
  "\t",
] as const;

const MENTIONS = [
  "@everyone",
  "@here",
  "@channel",
  "<!channel>",
  "<!here|here>",
  "<!everyone>",
  "<@U0123ABCD>",
  "<@W0123ABCD|ann>",
  "<#C0123ABCD>",
  "<!subteam^S0123>",
  "<!date^0^x|y>",
  "<@123456789012345678>",
  "<@!123456789012345678>",
  "<@&123456789012345678>",
  "<#123456789012345678>",
  "</nexus:123456789012345678>",
  "<t:0:R>",
  "<:e:123456789012345678>",
  "<id:home>",
  "<https://evil.example|bank.com>",
  "<mailto:a@b.c|x>",
] as const;
