import { Ajv, type ValidateFunction } from "ajv";
import { sample } from "openapi-sampler";
import { parse } from "yaml";
import { type Judge, type JudgedRequest, type Judgement, pathInDocument } from "./judge.ts";

type Part = Readonly<Record<string, unknown>>;

/** A far side of our own, for documents that Prism does not take: parameters and bodies judged by ajv. */
export function createAjvJudge(text: string): Judge {
  const document = asPart(parse(text, { maxAliasCount: 100 }));
  const ajv = new Ajv({ strict: false, allErrors: true, coerceTypes: true, validateFormats: false, logger: false });
  const find = createFinder(document);
  return {
    name: "ajv",
    judge: async (request) => {
      const complaint = complaintOf(request, { ajv, document, find });
      return { ...answerOf(request), ...(complaint === undefined ? {} : { complaint }) };
    },
    async [Symbol.asyncDispose]() {},
  };
}

interface Deps {
  readonly ajv: Ajv;
  readonly document: Part;
  readonly find: (value: unknown) => Part;
}

/** Follows references within the document. */
function createFinder(document: Part): (value: unknown) => Part {
  return (value) => {
    let found = asPart(value);
    for (let hops = 0; hops < 20 && typeof found["$ref"] === "string"; hops += 1) {
      const way = found["$ref"].replace(/^#\//, "").split("/");
      let target: unknown = document;
      for (const step of way)
        target = asPart(target)[decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~")];
      found = asPart(target);
    }
    return found;
  };
}

function complaintOf(request: JudgedRequest, deps: Deps): string | undefined {
  const path = pathInDocument(request);
  const found = operationOf(request, path, deps);
  if (found === undefined) return `the document has no ${request.method} ${path}`;
  const { item, operation, values } = found;
  const parameters = [...listOf(item["parameters"]), ...listOf(operation["parameters"])].map(deps.find);
  for (const parameter of parameters) {
    const name = String(parameter["name"]);
    const given = givenTo(parameter, name, request, values);
    if (given.length === 0) {
      if (
        parameter["required"] === true &&
        parameter["in"] !== "body" &&
        parameter["in"] !== "formData" &&
        parameter["in"] !== "cookie"
      )
        return `the parameter ${name} is missing`;
      continue;
    }
    const schema = deps.find(parameter["schema"] ?? parameter);
    const why = judgeValue(deps, schema, given);
    if (why !== undefined) return `the parameter ${name}: ${why}`;
  }
  return bodyComplaint(request, operation, parameters, deps);
}

function operationOf({ method }: JudgedRequest, path: string, { document, find }: Deps) {
  const candidates = Object.entries(asPart(document["paths"])).flatMap(([template, written]) => {
    const item = find(written);
    const operation = item[method.toLowerCase()];
    const names = [...template.matchAll(/\{\+?([^{}]+?)\+?\}/g)].map(([, name = ""]) => name);
    const pattern = template
      .replaceAll(/[.*+?^$()|[\]\\]/g, "\\$&")
      .replaceAll(/\{[^{}]+\}/g, (part) => (part.includes("+") ? "(.+)" : "([^/]+)"));
    const match = new RegExp(`^${pattern}/?$`).exec(path);
    if (match === null || operation === undefined) return [];
    const values = new Map(names.map((name, index) => [name, decodeURIComponent(match[index + 1] ?? "")]));
    return [{ item, operation: find(operation), values }];
  });
  return candidates.toSorted((a, b) => a.values.size - b.values.size)[0];
}

function givenTo(
  parameter: Part,
  name: string,
  { url, headers }: JudgedRequest,
  values: ReadonlyMap<string, string>,
): string[] {
  if (parameter["in"] === "path") return [values.get(name) ?? ""].filter((value) => value !== "");
  if (parameter["in"] === "query") return url.searchParams.getAll(name);
  if (parameter["in"] === "header") return [headers[name.toLowerCase()] ?? ""].filter((value) => value !== "");
  return [];
}

/** A value from an address is text: it fits when it fits as it stands or as what it spells. */
function judgeValue(deps: Deps, schema: Part, given: readonly string[]): string | undefined {
  const isList = schema["type"] === "array";
  const [first = ""] = given;
  const value = isList ? (given.length > 1 ? given : first.startsWith("[") ? first : first.split(/[,|]/)) : first;
  const validate = compile(deps, schema);
  if (validate === undefined) return undefined;
  const read = typeof value === "string" && /^[[{]/.test(value) ? safely(() => JSON.parse(value)) : value;
  return validate({ value: read }) ? undefined : deps.ajv.errorsText(validate.errors);
}

function bodyComplaint(
  { body, headers }: JudgedRequest,
  operation: Part,
  parameters: readonly Part[],
  deps: Deps,
): string | undefined {
  const requestBody = deps.find(operation["requestBody"]);
  const content = asPart(requestBody["content"]);
  const inBody = parameters.find((parameter) => parameter["in"] === "body");
  if (body === undefined)
    return requestBody["required"] === true || inBody?.["required"] === true ? "the body is missing" : undefined;
  const type = headers["content-type"] ?? "";
  if (type.includes("form-urlencoded")) return undefined;
  const media = Object.entries(content).find(([name]) => name.includes("json"))?.[1];
  const schema = media === undefined ? inBody?.["schema"] : asPart(media)["schema"];
  if (schema === undefined)
    return Object.keys(content).length > 0 ? `the body is not one of ${Object.keys(content).join(", ")}` : undefined;
  const validate = compile(deps, asPart(schema));
  return validate === undefined || validate({ value: safely(() => JSON.parse(body)) })
    ? undefined
    : deps.ajv.errorsText(validate.errors);
}

/** A schema of a document that itself is unsound judges nothing. */
function compile({ ajv, document }: Deps, schema: Part): ValidateFunction | undefined {
  const { components, definitions } = document;
  const whole = { type: "object", properties: { value: schema }, components, definitions };
  return safely(() => ajv.compile(JSON.parse(JSON.stringify(whole).replaceAll('"oneOf":', '"anyOf":'))));
}

function answerOf({ operation }: JudgedRequest): Omit<Judgement, "complaint"> {
  const { status, content, example, schema } = operation.answer;
  if (content === "none") return { status, contentType: "", body: "" };
  if (content === "text") {
    return { status, contentType: "text/plain", body: typeof example === "string" ? example : "some text" };
  }
  const body = example ?? safely(() => sample(JSON.parse(JSON.stringify(schema)))) ?? {};
  return { status, contentType: "application/json", body: JSON.stringify(body) };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function asPart(value: unknown): Part {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {};
}

function safely<Value>(make: () => Value): Value | undefined {
  try {
    return make();
  } catch {
    return undefined;
  }
}
