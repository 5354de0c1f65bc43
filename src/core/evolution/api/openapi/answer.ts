import type { ApiAnswer, ApiSchema } from "#core/evolution/api/api-description.ts";
import { entries, named, part } from "#core/evolution/api/look.ts";
import { plainWords } from "#core/evolution/api/plain-words.ts";
import { toJson } from "#core/evolution/api/to-json.ts";
import { valueAs } from "./fit.ts";
import { mediaTypeOf } from "./media-type.ts";
import { OperationRefused, type Reading } from "./reading.ts";
import { readSchema } from "./schema.ts";

/**
 * What an operation answers when it goes well: its first good status, JSON where there is a choice.
 * @throws OperationRefused when it answers with nothing but a file
 */
export function readAnswer(reading: Reading, operation: unknown, method: string, at: string): ApiAnswer {
  const responses = entries(operation, "responses");
  const good = responses.filter(([status]) => /^2(?:\d\d|XX)$/i.test(status)).toSorted(byStatus);
  const [status, written] = good[0] ?? responses.find(([name]) => name === "default") ?? [undefined, undefined];
  if (status === undefined) {
    reading.repair("responses.missing", at, "it does not say what it answers when all goes well: 200 with anything");
    return { status: 200, content: "json", schema: { type: "any" } };
  }
  const place = `${at}/responses/${status}`;
  const node = followOrAny(reading, written, place);
  const code = /^\d{3}$/.test(status) ? Number(status) : 200;
  const offers = entries(node, "content").map(([type, media]) => ({ type, kind: mediaTypeOf(type), media }));
  const json = offers.find(({ kind }) => kind === "json") ?? offers.find(({ kind }) => kind === "any");
  if (json) return { status: code, ...readJson(reading, json.media, place) };
  if (offers.some(({ kind }) => kind === "text" || kind === "form")) return { status: code, content: "text" };
  const first = offers[0];
  if (first) throw new OperationRefused(`it answers with a file, “${plainWords(first.type, 60)}”`);
  // a GET that says nothing of its answer still has one
  const isUntold = method === "GET" && code === 200 && part(node, "content") === undefined;
  return { status: code, content: isUntold ? "text" : "none" };
}

function byStatus([one]: readonly [string, unknown], [other]: readonly [string, unknown]): number {
  return one.localeCompare(other);
}

function followOrAny(reading: Reading, node: unknown, at: string): unknown {
  try {
    return reading.follow(node, at);
  } catch (error) {
    if (!(error instanceof OperationRefused)) throw error;
    reading.repair("reference.external", at, `${error.message}: nothing is fetched, anything is taken for it`);
    return undefined;
  }
}

function readJson(reading: Reading, media: unknown, at: string): Omit<ApiAnswer, "status"> {
  const schema = schemaOrAny(reading, part(media, "schema"), at);
  const several = followOrAny(reading, named(part(media, "examples"))[0]?.[1], at);
  const written = part(media, "example") ?? part(several, "value");
  if (schema.type === "string" && schema.format === "binary") throw new OperationRefused("it answers with a file");
  const given = written === undefined ? undefined : toJson(parsed(written));
  const isOfItsKind = given !== undefined && valueAs(given, schema.type) !== undefined;
  if (given !== undefined && !isOfItsKind) {
    reading.repair("example.unfit", at, `the example of its answer is no ${schema.type}, and is left out`);
  }
  const example = isOfItsKind ? given : schema.example;
  return { content: "json", schema, ...(example !== undefined && { example }) };
}

/** What an answer refers to outside of the document is never fetched; the answer is taken as it comes. */
function schemaOrAny(reading: Reading, node: unknown, at: string): ApiSchema {
  try {
    return readSchema(reading, node, at);
  } catch (error) {
    if (!(error instanceof OperationRefused)) throw error;
    reading.repair("reference.external", at, `${error.message}: nothing is fetched, anything is taken for it`);
    return { type: "any" };
  }
}

/** Examples of JSON are often given as text. */
function parsed(written: unknown): unknown {
  if (typeof written !== "string" || !/^\s*[[{]/.test(written)) return written;
  try {
    return JSON.parse(written);
  } catch {
    return written;
  }
}
