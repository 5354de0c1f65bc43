import { parse } from "yaml";

type Part = Record<string, unknown>;

/**
 * A document without what no request could ever do right, so that a server made from it judges requests and not the
 * document's slips: of alternatives of which one and only one may fit, several may; a choice of words on a list is one of its
 * items; numbers to choose from are numbers; what is no part of a path is not asked for in it; a part with one value has it; a
 * GET has no body; forms hold what they must, and lists as the standard writes them; an example of another kind than its schema is none.
 * It knows nothing of how the builder reads documents.
 */
export function mendDocument(text: string): string {
  const document = asPart(parse(text, { maxAliasCount: 100 }));
  const follow = createFollow(document);
  mendSchemas(document, 0);
  const paths: Part = {};
  for (const [path, written] of Object.entries(asPart(document["paths"]))) {
    const item = { ...follow(written) };
    const given = new Map<string, string>();
    for (const method of METHODS) {
      if (item[method] === undefined) continue;
      const operation = asPart(item[method]);
      if (method === "get") delete operation["requestBody"];
      mendForm(operation, follow);
      for (const response of Object.values(asPart(operation["responses"]))) mendExamples(response, follow);
    }
    for (const place of [item, ...METHODS.map((method) => asPart(item[method]))]) {
      if (!Array.isArray(place["parameters"])) continue;
      const parameters = place["parameters"].map(follow);
      for (const { name, in: where, schema } of parameters) {
        const [only, second] = listOf(follow(schema)["enum"]);
        if (where === "path" && typeof only === "string" && second === undefined) given.set(String(name), only);
      }
      place["parameters"] = parameters.filter(
        ({ name, in: where }) => where !== "path" || (hasPart(path, String(name)) && !given.has(String(name))),
      );
    }
    const whole = [...given].reduce((shorter, [name, value]) => shorter.replaceAll(`{${name}}`, value), path);
    paths[whole] = item;
  }
  return JSON.stringify({ ...document, paths });
}

const METHODS = ["get", "post", "put", "patch", "delete"];
const MAX_DEPTH = 60;

function hasPart(path: string, name: string): boolean {
  return path.toLowerCase().includes(`{${name.toLowerCase()}}`) || path.includes(`{+${name}}`);
}

/** Everywhere at once: whatever holds these words is a schema. */
function mendSchemas(node: unknown, depth: number): void {
  if (typeof node !== "object" || node === null || depth > MAX_DEPTH) return;
  for (const below of Object.values(node)) mendSchemas(below, depth + 1);
  if (Array.isArray(node) || !isPart(node)) return;
  if (Array.isArray(node["oneOf"]) && node["anyOf"] === undefined) {
    node["anyOf"] = node["oneOf"];
    delete node["oneOf"];
  }
  const { type, enum: values } = node;
  if (!Array.isArray(values)) return;
  if (type === "array" && values.some((value) => !Array.isArray(value))) {
    node["items"] = { ...asPart(node["items"]), enum: values };
    delete node["enum"];
  }
  if (type === "integer" || type === "number") node["enum"] = values.map((value) => (value === null ? null : +value));
}

function mendForm(operation: Part, follow: Follow): void {
  const body = follow(operation["requestBody"]);
  const form = asPart(asPart(body["content"])["application/x-www-form-urlencoded"]);
  const schema = follow(form["schema"]);
  const required = listOf(schema["required"]).map((name) => [String(name), {}] as const);
  // Prism forgets what a form holds beyond what is described, and then misses it.
  if (required.length > 0) schema["properties"] = { ...Object.fromEntries(required), ...asPart(schema["properties"]) };
  const properties = Object.entries(asPart(schema["properties"]));
  const lists = properties.filter(([, schema]) => follow(schema)["type"] === "array");
  if (lists.length === 0) return;
  const said = asPart(form["encoding"]);
  form["encoding"] = Object.fromEntries(
    lists.map(([name]) => [name, { style: "form", explode: true, ...asPart(said[name]) }]),
  );
  operation["requestBody"] = body;
}

function mendExamples(response: unknown, follow: Follow): void {
  for (const media of Object.values(asPart(follow(response)["content"])).map(asPart)) {
    const { type } = follow(media["schema"]);
    const [first] = Object.values(asPart(media["examples"]));
    const example = media["example"] ?? follow(first)["value"];
    if (example === undefined || (type !== "array" && type !== "object")) continue;
    if (Array.isArray(example) === (type === "array")) continue;
    delete media["example"];
    delete media["examples"];
  }
}

type Follow = (value: unknown) => Part;

function createFollow(document: Part): Follow {
  return (value) => {
    let found = asPart(value);
    for (let hops = 0; hops < 20 && typeof found["$ref"] === "string"; hops += 1) {
      let target: unknown = document;
      for (const step of found["$ref"].replace(/^#\//, "").split("/"))
        target = asPart(target)[decodeURIComponent(step).replaceAll("~1", "/").replaceAll("~0", "~")];
      found = asPart(target);
    }
    return found;
  };
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function asPart(value: unknown): Part {
  return isPart(value) ? value : {};
}

function isPart(value: unknown): value is Part {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
