import { parse } from "graphql";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { holdsOnlyQueries } from "./only-queries.ts";

describe("a document", () => {
  test.each([
    "{ pets { name } }",
    "query { pets(first: 3, kind: [CAT, DOG]) { name } }",
    'query Pets($after: String = "a \\" } mutation {", $tags: [String!]! = ["x"]) { pets(after: $after) { name } }',
    "query($f: Filter = {name: {is: 1.5e3}}) @live(if: true) { pets(f: $f) @include(if: $x) { ...P ... on Dog { bark } } } fragment P on Pet @x { name }",
    "query mutation { mutation: subscription }",
    "query A { a } query B { b }",
  ])("of queries alone is one: %s", (document) => {
    expect(() => parse(document)).not.toThrow();
    expect(holdsOnlyQueries(document)).toBe(true);
  });

  test.each([
    "mutation { drop }",
    "subscription { pets }",
    "query A { a } mutation B { drop }",
    "fragment P on Pet { name } mutation { drop }",
    "fragment P on Pet { name }",
    "{ a } { b } mutation { c }",
    "query A { a } # }\nmutation { drop }",
    "# \rmutation { drop }\n{ a }",
    '{ a(x: """ " } mutation { drop } { a(x: " """) }',
    '{ a(x: "\u2028") } ',
    "\uFEFF{ a }",
    "query A { a",
    "query A { a } }",
    "query A ( { a } ) mutation { b }",
    "query A { a ] }",
    "query A @x( { a }",
    "@x { a }",
    "schema { query: Q }",
    "extend type Q { a: Int }",
    "query A mutation { a }",
    "query\u00a0{ a }",
    "",
    "   ",
  ])("that may be something else is none: %j", (document) => {
    expect(holdsOnlyQueries(document)).toBe(false);
  });

  test("that is taken holds nothing but queries and fragments for a parser that knows all of GraphQL", () => {
    const bits = fc.constantFrom(
      ..."{ } ( ) [ ] : ! $ @ ... , | = & # \n \r query mutation subscription fragment on A b 1 -2.5 true null".split(
        " ",
      ),
      ' ""',
      '"""',
      '"x"',
      '"\\""',
      " ",
      "query{a}",
      "query A{a}",
      "{b(c:1){d}}",
      "mutation{a}",
      "fragment F on T{a}",
    );
    let taken = 0;
    fc.assert(
      fc.property(fc.array(bits, { minLength: 1, maxLength: 14 }), (parts) => {
        const document = parts.join(" ");
        if (!holdsOnlyQueries(document)) return;
        taken += 1;
        let kinds: string[];
        try {
          kinds = parse(document).definitions.map((one) =>
            one.kind === "OperationDefinition" ? one.operation : one.kind,
          );
        } catch {
          return; // what no server can read, none carries out
        }
        expect(kinds.filter((kind) => kind !== "query" && kind !== "FragmentDefinition")).toEqual([]);
      }),
      { numRuns: 50_000, seed: 7 },
    );
    expect(taken).toBeGreaterThan(100);
  });
});
