import type { ApiInput } from "#core/evolution/api/api-description.ts";
import { isRecord, list, part, text } from "#core/evolution/api/look.ts";
import { isSecretHeader, isSecretName } from "#core/evolution/api/secret-names.ts";
import type { Parameter } from "./parameter.ts";
import { readInputs } from "./parameter-inputs.ts";
import { OperationRefused, type Reading } from "./reading.ts";
import type { Credentials } from "./security.ts";

/** What an operation takes beside its body, and the credentials that only its parameters told of. */
export interface Parameters {
  readonly inputs: readonly ApiInput[];
  readonly credentials: readonly string[];
}

/** Where the parameters of one operation stand, and what they are for. */
export interface ParametersOf {
  readonly pathItem: unknown;
  readonly operation: unknown;
  /** The path, with its variables in braces. */
  readonly path: string;
  readonly server: string;
  readonly at: string;
  /** Headers and parameters that carry a credential already, in small letters. */
  readonly signedInBy: readonly string[];
}

/** More than anybody could be asked for. */
const MAX_PARAMETERS = 100;

/**
 * The parameters of an operation, those of its path among them, as inputs.
 * @throws OperationRefused when one is required that cannot be sent
 */
export function readParameters(reading: Reading, credentials: Credentials, of: ParametersOf): Parameters {
  const variables = variablesOf(of.path);
  const found = new Map<string, Parameter>();
  for (const place of [of.pathItem, of.operation]) {
    for (const node of parametersIn(reading, place, of.at)) {
      const read = readPlace(reading, node, variables, of.at);
      if (read) found.set(`${read.in} ${read.name.toLowerCase()}`, read);
    }
  }
  const inputs: ApiInput[] = [];
  const needed: string[] = [];
  for (const parameter of found.values()) {
    if (parameter.in === "header" && /^(?:accept|content-type)$/i.test(parameter.name)) continue;
    if (isSecret(parameter)) {
      const name = readSecret(reading, credentials, of, parameter);
      if (name !== undefined) needed.push(name);
      continue;
    }
    inputs.push(...readInputs(reading, parameter, of.at));
  }
  for (const name of variables) {
    if (inputs.some((input) => input.in === "path" && input.name === name)) continue;
    reading.repair(
      "path.parameter-undeclared",
      of.at,
      `its path holds {${name}}, which is not described: it is a text`,
    );
    inputs.push(plainInput(name, "path"));
  }
  return { inputs, credentials: needed };
}

/** The names of the variables of a path, in their order. */
export function variablesOf(path: string): string[] {
  return [...new Set([...path.matchAll(/\{([^{}]+)\}/g)].map((match) => match[1] ?? ""))];
}

function parametersIn(reading: Reading, place: unknown, at: string): readonly unknown[] {
  const written = part(place, "parameters");
  if (isRecord(written)) {
    reading.repair("parameters.not-a-list", at, "its parameters are no list, and are read as one");
    return Object.values(written).slice(0, MAX_PARAMETERS);
  }
  return list(place, "parameters").slice(0, MAX_PARAMETERS);
}

function readPlace(
  reading: Reading,
  written: unknown,
  variables: readonly string[],
  at: string,
): Parameter | undefined {
  const node = reading.follow(written, at);
  const said = text(node, "name")?.trim();
  if (said === undefined || said.length > 100 || /[\p{C}\s]/u.test(said)) {
    if (node !== undefined)
      reading.repair("parameter.name", at, "a parameter has no name that can be sent: it is left out");
    return undefined;
  }
  const place = placeOf(node, said, variables);
  const wanted = part(node, "required");
  if (place === undefined) {
    reading.repair("parameter.place", at, `where ${said} goes is not said: it is put into the query`);
    return { name: said, in: "query", required: wanted === true, node };
  }
  if (place !== "path") return { name: said, in: place, required: wanted === true || wanted === "true", node };
  const name =
    variables.find((one) => one === said) ?? variables.find((one) => one.toLowerCase() === said.toLowerCase());
  if (name === undefined) {
    reading.repair("path.parameter-unused", at, `${said} is described, but the path has no such part: it is left out`);
    return undefined;
  }
  if (name !== said) reading.repair("path.parameter-spelling", at, `${said} is written ${name} in the path`);
  if (wanted !== true) reading.repair("path.parameter-optional", at, `${said} is part of the path, so it is required`);
  return { name, in: "path", required: true, node };
}

function placeOf(node: unknown, name: string, variables: readonly string[]): Parameter["in"] | undefined {
  const said = text(node, "in")?.trim().toLowerCase();
  if (said === "path" || said === "query" || said === "header" || said === "cookie") return said;
  return variables.includes(name) ? "path" : undefined;
}

function isSecret({ in: place, name }: Parameter): boolean {
  return place === "header" ? isSecretHeader(name) : place === "query" && isSecretName(name);
}

/** A key among the parameters is nothing to ask a person for in a conversation: it is a credential, or not used. */
function readSecret(
  reading: Reading,
  credentials: Credentials,
  { server, at, signedInBy }: ParametersOf,
  { name, in: place, required }: Parameter,
): string | undefined {
  const isKnown = signedInBy.includes(name.toLowerCase()) || (signedInBy.length > 0 && /^authorization$/i.test(name));
  const isLeftOut = isKnown || (!required && (signedInBy.length > 0 || place !== "header"));
  const kept =
    isLeftOut || (place !== "header" && place !== "query") ? undefined : credentials.among({ in: place, name }, server);
  if (kept !== undefined) {
    reading.repair(
      "parameter.credential",
      at,
      `${name} is a key: it is kept as a credential, never asked for in a message`,
    );
    return kept;
  }
  if (required && !isKnown) {
    throw new OperationRefused(`it takes a key as ${name} in the ${place === "query" ? "address" : place}`);
  }
  reading.repair("parameter.credential", at, `${name} is a key that is not needed here, and is left out`);
  return undefined;
}

function plainInput(name: string, place: "path"): ApiInput {
  return { name, in: place, at: [], required: true, description: "", schema: { type: "string" } };
}
