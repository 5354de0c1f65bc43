import { parseDocument } from "yaml";
import { NexusError } from "#core/contract/errors.ts";
import { MAX_DOCUMENT } from "./api-material.ts";

/** Deeper than any honest document, and no danger to what walks it. */
const MAX_DEPTH = 120;
/** Values in all, those behind YAML's aliases counted as often as they stand. */
const MAX_VALUES = 2_000_000;
/** As the library counts: aliases times what they stand for in other aliases. */
const MAX_ALIASES = 10_000;

/**
 * JSON or YAML as data that is safe to walk: no deeper, no larger and no more repeated than an honest document.
 * @throws NexusError document_unreadable when it is neither, document_unfit when it is too much
 */
export function readText(written: string): unknown {
  if (written.length > MAX_DOCUMENT) throw tooMuch("It is larger than 20 MB.");
  const text = written.replace(/^\uFEFF/, "");
  if (text.trim() === "") throw unreadable("It is empty.");
  const read = /^\s*[[{]/.test(text) ? readJson(text) : undefined;
  const value = read === undefined ? readYaml(text) : read.value;
  measure(value);
  return value;
}

function readJson(text: string): { readonly value: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return { value };
  } catch {
    // YAML takes what JSON nearly is: comments, a comma too many
    return undefined;
  }
}

function readYaml(text: string): unknown {
  if (/^\s*<(?:!doctype|html|\?xml)/i.test(text)) throw unreadable("It is a web page or XML.");
  refuseDeepBrackets(text);
  try {
    const document = parseDocument(text, { uniqueKeys: false, strict: false, logLevel: "silent", version: "1.2" });
    const [error] = document.errors;
    if (error?.code === "RESOURCE_EXHAUSTION") throw tooMuch("It nests too deep.");
    if (error) throw unreadable(`It is neither JSON nor YAML: line ${error.linePos?.[0].line ?? 1} cannot be read.`);
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    return value;
  } catch (error) {
    if (error instanceof NexusError) throw error;
    if (error instanceof RangeError) throw tooMuch("It nests too deep.");
    // what the library throws beyond that is its answer to aliases of aliases
    throw tooMuch("Its aliases stand for far more than they show.");
  }
}

/** The parser calls itself for each bracket, and a text can open more of them than any stack holds. */
function refuseDeepBrackets(text: string): void {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    const letter = text.charCodeAt(index);
    if (letter === 0x5b || letter === 0x7b) depth += 1;
    else if (letter === 0x5d || letter === 0x7d) depth -= 1;
    if (depth > 1_000) throw tooMuch("It nests too deep.");
  }
}

function measure(value: unknown): void {
  const open: [unknown, number][] = [[value, 0]];
  let count = 0;
  for (let next = open.pop(); next; next = open.pop()) {
    const [current, depth] = next;
    count += 1;
    if (depth > MAX_DEPTH) throw tooMuch("It nests too deep.");
    if (count > MAX_VALUES) throw tooMuch("It holds more than two million values.");
    if (typeof current !== "object" || current === null) continue;
    for (const inside of Object.values(current)) open.push([inside, depth + 1]);
  }
}

function unreadable(what: string): NexusError {
  return new NexusError("document_unreadable", "the text is neither JSON nor YAML", {
    say: `That is no API description I can read. ${what}`,
  });
}

function tooMuch(what: string): NexusError {
  return new NexusError("document_unfit", "the document is too much to read", {
    say: `That document is refused. ${what}`,
  });
}
