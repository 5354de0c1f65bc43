import { upgrade } from "@scalar/openapi-upgrader";
import { NexusError } from "#core/contract/errors.ts";
import type { ApiRepair } from "#core/evolution/api/api-description.ts";
import { isRecord, part, text } from "#core/evolution/api/look.ts";
import { readText } from "#core/evolution/api/read-text.ts";
import { plainWords } from "#core/evolution/api/plain-words.ts";

/** A document in the words of OpenAPI 3, whichever it was written in, and what was mended on the way. */
export interface DocumentReading {
  readonly document: unknown;
  readonly repairs: readonly ApiRepair[];
}

/**
 * Reads an OpenAPI document: 3.0 and 3.1 as they are, 2.0 rewritten as 3.0.
 * @throws NexusError document_unreadable when it is none
 */
export function readDocument(written: string): DocumentReading {
  const document = readText(written);
  if (!isRecord(document)) throw unreadable("It is a list or a single value.");
  const paths = part(document, "paths");
  if (!isRecord(paths)) throw unreadable(whatItIs(document));
  const version = part(document, "openapi") ?? part(document, "swagger");
  if (isOld(document)) return rewritten(document);
  const shown = shownVersion(version);
  const isKnown = /^3\.[012](?:\.|$)/.test(shown) || version === 3;
  const repairs = isKnown
    ? []
    : [{ rule: "document.version", at: "/openapi", what: `the version it names is ${shown}: it is read as OpenAPI 3` }];
  return { document, repairs };
}

function isOld(document: Readonly<Record<string, unknown>>): boolean {
  const said = part(document, "swagger");
  if (part(document, "openapi") !== undefined) return false;
  return said !== undefined || part(document, "definitions") !== undefined || part(document, "host") !== undefined;
}

function rewritten(document: Readonly<Record<string, unknown>>): DocumentReading {
  // the library rewrites in place, and knows only the exact word
  const copy: Record<string, unknown> = { ...structuredClone(document), swagger: "2.0" };
  try {
    const repairs = part(document, "swagger") === "2.0" ? [] : [versionRepair(document)];
    return { document: upgrade(copy, "3.0"), repairs };
  } catch (cause) {
    throw new NexusError("document_unreadable", "a Swagger 2.0 document could not be rewritten", {
      cause,
      say: "It is a Swagger 2.0 document, but not one that can be read as OpenAPI 3.",
    });
  }
}

function versionRepair(document: Readonly<Record<string, unknown>>): ApiRepair {
  const shown = shownVersion(part(document, "swagger"));
  return {
    rule: "document.version",
    at: "/swagger",
    what: `the version it names is ${shown}: it is read as Swagger 2.0`,
  };
}

function shownVersion(version: unknown): string {
  return typeof version === "string" || typeof version === "number" ? plainWords(`${version}`, 20) : "none";
}

function whatItIs(document: Readonly<Record<string, unknown>>): string {
  if (text(document, "asyncapi") !== undefined)
    return "It is an AsyncAPI document: it describes messages, not requests.";
  if (text(document, "swaggerVersion") !== undefined) return "It is a Swagger 1 document, which is too old.";
  if (isRecord(part(document, "info")) && Array.isArray(part(document, "item"))) return "It is a Postman collection.";
  const keys = Object.keys(document).slice(0, 5).join(", ");
  return `It has no paths. What it has: ${plainWords(keys, 120) || "nothing"}.`;
}

function unreadable(what: string): NexusError {
  return new NexusError("document_unreadable", "the text is no OpenAPI document", {
    say: `That is no API description I can read. ${what}`,
  });
}
