import type { Json, JsonObject } from "#core/contract/json.ts";
import type { ModuleErrorCode } from "#core/contract/module.ts";
import { cursorSlot, isChecked, readsLoosely } from "#core/evolution/writer/code/needs.ts";
import { expectedAnswer } from "#core/evolution/writer/expected.ts";
import type { CapabilityPlan, ModulePlan, SlotPlan } from "#core/evolution/writer/plan.ts";
import { requestOf } from "#core/evolution/writer/request-of.ts";
import { valueAt, withValueAt } from "#core/evolution/writer/way.ts";
import { emptyAnswer, oddAnswer, scantAnswer, usualAnswer } from "./answers.ts";
import { failureTests } from "./failures.ts";
import { fullInput, leastInput, otherInput } from "./inputs.ts";
import { exchangesOf } from "./exchanges.ts";
import { callOf, type WrittenTest } from "./written-test.ts";

/** The tests of a module by capability, as the host runs them. */
export function writeTests(plan: ModulePlan, hosts: readonly string[]): ReadonlyMap<string, readonly WrittenTest[]> {
  return new Map(
    plan.capabilities.map((capability, index) => {
      const own = [
        ...answerTests(capability, hosts, index === 0),
        ...slotTests(capability, index === 0),
        ...failureTests(capability, plan, index === 0),
      ];
      return [capability.name, own];
    }),
  );
}

function answerTests(capability: CapabilityPlan, hosts: readonly string[], isFirst: boolean): WrittenTest[] {
  const { title, noun, view, operation } = capability;
  const usual = usualAnswer(capability, hosts);
  const odd = oddAnswer(capability, hosts);
  const empty = emptyAnswer(capability);
  const test = (name: string, input: JsonObject, body: Json, read: Json = body): WrittenTest =>
    answered(capability, `${title}: ${name}`, input, { body, read }, hosts);
  return [
    test("what is asked for is sent, and what comes back is shown", fullInput(capability), usual),
    test("nothing more is asked for than has to be", leastInput(capability), scantAnswer(capability, usual)),
    ...(odd === undefined
      ? []
      : [test("values of other kinds than usual are shown as well", otherInput(capability), odd)]),
    ...(odd === undefined && capability.slots.length > 0
      ? [test("other values are sent as they are", otherInput(capability), usual)]
      : []),
    ...(empty === undefined ? [] : [test(`when there are no ${noun.many}, it says so`, leastInput(capability), empty)]),
    ...(view.kind === "list" ? [test("a list that is null is empty", leastInput(capability), nulled(view.at))] : []),
    ...(view.kind === "list" && view.at.length > 0
      ? [
          test("a list of one may be written as the one", leastInput(capability), oneOf(capability, usual)),

          test(
            "a list that is left out is empty",
            leastInput(capability),
            withValueAt({}, view.at.slice(0, -1), leftOut(view.along)),
          ),
        ]
      : []),
    ...(isFirst && view.kind !== "text" && view.kind !== "done" && operation.protocol === "http"
      ? [test("JSON that is written into a text is read as well", leastInput(capability), JSON.stringify(usual), usual)]
      : []),
    ...(view.kind === "anything" ? anythings(capability, hosts) : []),
    ...(view.kind === "text" ? [test("an empty text is said to be one", leastInput(capability), " ")] : []),
    ...(capability.operation.protocol === "mcp" ? toolTests(capability) : []),
    ...(cursorSlot(capability) === undefined
      ? []
      : [
          test(
            "it begins again from the start",
            { ...leastInput(capability), [cursorSlot(capability) ?? ""]: "start" },
            scantAnswer(capability, usual),
          ),
        ]),
  ];
}

/** What a tool says of itself when it fails. */
function toolTests(capability: CapabilityPlan): WrittenTest[] {
  const input = fullInput(capability);
  const refused = (name: string, message: Json, error: ModuleErrorCode, said: string): WrittenTest => ({
    ...callOf(capability, `${capability.title}: ${name}`, input),
    exchanges: exchangesOf(capability, requestOf(capability, input), "", message),
    expect: { error, summary: [said] },
  });
  const isError = { result: { isError: true, content: [{ type: "text", text: "no such row" }, { type: "image" }] } };
  return [
    refused("a tool that fails is told in its words", isError, "slot_invalid", "did not take it: no such row"),
    refused(
      "a call that fails is told in its words",
      { error: { code: -32602, message: "odd" } },
      "upstream_invalid",
      "did not take it: odd",
    ),
    refused("an answer to nothing is none", { jsonrpc: "2.0" }, "upstream_invalid", "something else"),
  ];
}

/** The first of a list in its place. */
function oneOf({ view }: CapabilityPlan, usual: Json): Json {
  const way = view.kind === "list" ? view.at : [];
  const rows = valueAt(usual, way);
  const [first] = Array.isArray(rows) ? rows : [];
  const isThing = typeof first === "object" && first !== null && !Array.isArray(first);
  return withValueAt({}, way, isThing ? first : { odd: { odder: 1 } });
}

function leftOut(along: readonly string[]): Json {
  return Object.fromEntries(along.slice(0, 2).map((name) => [name, "something"]));
}

function nulled(at: readonly string[]): Json {
  return at.reduceRight<Json>((below, step) => ({ [step]: below }), null);
}

function anythings(capability: CapabilityPlan, hosts: readonly string[]): WrittenTest[] {
  const bodies: readonly (readonly [string, Json])[] = [
    [
      "a list of things",
      [
        { name: "one", size: 1, deeper: { a: 1 } },
        { name: "two", size: 2 },
      ],
    ],
    ["a list of words", ["one", "two", "three", "four"]],
    [
      "a list inside",
      {
        list: Array.from({ length: 22 }, (_, index) => ({
          a: index,
          b: index,
          c: true,
          d: "d",
          e: "e",
          f: "f",
          g: "g",
        })),
      },
    ],
    ["a single word", "one"],
    ["nothing", {}],
    [
      "what lies deep",
      { a: { b: { c: "deep", parts: [1, {}, 2] }, none: {} }, d: { e: { f: { g: { h: "too deep" } } } } },
    ],
    [
      "a thing of many parts",
      Object.fromEntries(
        Array.from({ length: 14 }, (_, index) => [`part${index}`, index % 2 === 0 ? "x".repeat(80 + index) : false]),
      ),
    ],
  ];
  return bodies.map(([what, body]) =>
    answered(capability, `${capability.title}: ${what} is shown`, leastInput(capability), { body, read: body }, hosts),
  );
}

/** A call that goes well: exactly this is sent, and this is made of what comes back, read as it is meant. */
function answered(
  capability: CapabilityPlan,
  name: string,
  input: JsonObject,
  { body, read }: { readonly body: Json; readonly read: Json },
  hosts: readonly string[],
): WrittenTest {
  const request = requestOf(capability, withoutStart(capability, input));
  const output = expectedAnswer(capability, read, { input, hosts });
  const call = callOf(capability, name, input);
  const exchanges = exchangesOf(capability, request, body);
  const requests = exchanges.length;
  if (output !== undefined) return { ...call, exchanges, expect: { output, requests } };
  const isDone = readsLoosely(capability) || capability.operation.protocol === "mcp";
  const expect: WrittenTest["expect"] = isDone
    ? { output: { summary: `Done: ${capability.title}.` }, requests }
    : { error: "upstream_invalid", requests };
  return { ...call, exchanges, expect };
}

function withoutStart(capability: CapabilityPlan, input: JsonObject): JsonObject {
  const cursor = cursorSlot(capability);
  return Object.fromEntries(Object.entries(input).filter(([name, value]) => name !== cursor || value !== "start"));
}

/** What is missing or does not fit is asked for again, and nothing is sent. */
function slotTests(capability: CapabilityPlan, isFirst: boolean): WrittenTest[] {
  const refusing = (slot: SlotPlan, what: string, value?: Json): WrittenTest => {
    const { [slot.name]: _, ...rest } = fullInput(capability);
    const input = value === undefined ? rest : { ...rest, [slot.name]: value };
    return {
      ...callOf(capability, `${capability.title}: ${what}`, input),
      exchanges: [],
      expect: { error: "slot_invalid", output: { error: { slot: slot.name } }, requests: 0 },
    };
  };
  return capability.slots.filter(isChecked).flatMap((slot) => {
    const { label, form, input, required } = slot;
    const tricks = isFirst ? ["../../admin", "..", ""] : ["../x"];
    return [
      ...(required ? [refusing(slot, `without ${label} it asks for it`)] : []),
      ...(input.in === "path" && slot.slot.type === "text"
        ? tricks.map((trick) => refusing(slot, `the ${label} “${trick}” leads nowhere`, trick))
        : []),
      ...(input.in === "header" ? [refusing(slot, `a ${label} that no header can hold is refused`, "é\n")] : []),
      ...(form === "json" ? [refusing(slot, `a ${label} that is no JSON is refused`, "{")] : []),
      ...(form === "numbers" && input.in !== "path" && input.in !== "header"
        ? [refusing(slot, `a ${label} that is no number is refused`, "1,x")]
        : []),
    ];
  });
}
