import type { Json } from "#core/contract/json.ts";
import type { ModuleErrorCode } from "#core/contract/module.ts";
import { mayBeNothing, readsLoosely } from "#core/evolution/writer/code/needs.ts";
import type { CapabilityPlan, ModulePlan } from "#core/evolution/writer/plan.ts";
import { capital } from "#core/evolution/writer/words.ts";
import { requestOf } from "#core/evolution/writer/request-of.ts";
import { fullInput } from "./inputs.ts";
import { callOf, type WrittenTest } from "./written-test.ts";

/** What a source does sooner or later, and what people are told. The first capability of a module shows all of it. */
export function failureTests(
  capability: CapabilityPlan,
  { capabilities, kind }: ModulePlan,
  isFirst: boolean,
): WrittenTest[] {
  const input = fullInput(capability);
  const { method, url } = requestOf(capability, input);
  const failing = (name: string, answer: Answer, expect: WrittenTest["expect"]): WrittenTest => ({
    ...callOf(capability, `${capability.title}: ${name}`, input),
    exchanges: [{ request: { method, url }, answer }],
    expect,
  });
  const status = (
    name: string,
    code: number,
    body: Json,
    error: ModuleErrorCode,
    more: { headers?: Record<string, string>; said?: string[]; output?: Json } = {},
  ): WrittenTest =>
    failing(
      name,
      { status: code, headers: more.headers ?? {}, body },
      {
        error,
        ...(more.said === undefined ? {} : { summary: more.said }),
        ...(more.output === undefined ? {} : { output: more.output }),
      },
    );
  const hasSlots = capabilities.some(({ slots }) => slots.length > 0);
  const hasCredentials = capabilities.some(({ operation }) => operation.credentials.length > 0);
  const refused = hasSlots ? "slot_invalid" : "upstream_invalid";
  const isJson = capability.view.kind !== "done" && capability.view.kind !== "text";
  const away = status(
    "a source with troubles of its own is said to have them",
    500,
    { message: "Internal Server Error" },
    "upstream_unavailable",
    { said: ["troubles"] },
  );
  const good = (body: Json): Answer => ({ status: 200, headers: {}, body });
  const unreadable = oddTests(capability, kind, isJson, failing, good);
  if (!isFirst) return [away, ...unreadable];
  return [
    away,
    ...unreadable,
    failing(
      "a source that cannot be reached is said to be away",
      { fails: "unreachable" },
      { error: "upstream_unavailable", summary: ["cannot be reached"] },
    ),
    ...(hasCredentials
      ? [
          failing(
            "without a key it says that one is missing",
            { fails: "credential_missing" },
            { error: "credential_missing", summary: ["no key"] },
          ),
        ]
      : []),
    ...(hasSlots
      ? [
          failing(
            "what no address can hold is refused",
            { fails: "denied" },
            { error: "slot_invalid", summary: ["cannot be asked for"] },
          ),
        ]
      : []),
    status("a key that is not taken is named", 401, { message: "unauthorised" }, "credential_rejected", {
      said: ["does not let us"],
    }),
    status("a key without the right is named", 403, "no", "credential_rejected"),
    status("what is not there is said not to be", 404, { message: "not found" }, "not_found", {
      said: ["nothing like that"],
    }),
    status("a source that is asked too often says when to come again", 429, "", "rate_limited", {
      headers: { "retry-after": "30" },
      said: ["too often"],
      output: { error: { retryAfterS: 30 } },
    }),
    status("a source that is asked too often may not say when", 429, "", "rate_limited", {
      headers: { "retry-after": "Wed, 21 Oct 2026 07:28:00 GMT" },
    }),
    status(
      "what the source does not take is said in its words",
      400,
      { message: "limit\nis too high for key-0123456789abcdef01" },
      refused,
      {
        said: ["did not take it: limit is too high for …."],
      },
    ),
    status("its words may stand deeper", 422, { error: { message: `name ${"is ".repeat(60)}odd` } }, refused, {
      said: ["did not take it: name is is"],
    }),
    status("it may say nothing", 409, "no", refused, { said: ["did not take it."] }),
    ...(kind === "graphql"
      ? [
          status(
            "a query that failed is said in its words",
            200,
            { data: null, errors: [{ message: "no such field" }] },
            "upstream_invalid",
            { said: ["no such field"] },
          ),
        ]
      : []),
  ];
}

type Failing = (name: string, answer: Answer, expect: WrittenTest["expect"]) => WrittenTest;

/** Answers that are none, or none that was described. */
function oddTests(
  capability: CapabilityPlan,
  kind: ModulePlan["kind"],
  isJson: boolean,
  failing: Failing,
  good: (body: Json) => Answer,
): WrittenTest[] {
  const { view, title, noun, effect, operation } = capability;
  const done = { output: { summary: `Done: ${title}.` } };
  if (view.kind === "anything" && kind !== "graphql" && operation.protocol === "http") {
    const nothing = effect === "read" ? { output: { summary: `${title}: nothing came back.` } } : done;
    return [
      failing("what is no JSON is shown as it stands", good("a few words"), {
        output: { summary: `${capital(noun.one)}: a few words` },
      }),
      failing("an empty answer is said to be one", good(""), nothing),
    ];
  }
  if (readsLoosely(capability)) return [failing("it is done, whatever the source says of it", good('{"half": '), done)];
  if (!isJson) return [];
  const half = failing("half an answer is none", good('{"half": '), { error: "upstream_invalid" });
  const nothing = { output: { summary: `${title}: nothing came back.` } };
  const empty = operation.protocol === "http" ? [failing("an empty answer is said to be one", good(""), nothing)] : [];
  if (view.kind === "anything") return [half, ...empty];
  const other = view.kind === "object" && view.at.length === 0 ? [1] : { odd: { odder: 1 } };
  return [
    half,
    ...empty,
    ...(mayBeNothing(capability)
      ? [failing("what is null is not there", good(nullAt(capability)), { error: "not_found" })]
      : []),
    failing("an answer of another shape is none", good(other), {
      error: "upstream_invalid",
      summary: ["something else"],
    }),
  ];
}

function nullAt({ view }: CapabilityPlan): Json {
  const way = view.kind === "object" ? view.at : [];
  return way.reduceRight<Json>((below, step) => ({ [step]: below }), null);
}

type Answer = WrittenTest["exchanges"][number]["answer"];
