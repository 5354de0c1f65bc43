import { stripVTControlCharacters } from "node:util";

/**
 * Text from people, modules and sources, made safe to draw: no terminal commands, no control characters but the line
 * feed, nothing that reorders what is read (Unicode bidi controls, https://trojansource.codes), no invisible tags.
 */
export function cleanText(text: string): string {
  return stripVTControlCharacters(text.toWellFormed())
    .replaceAll(/\r\n?|[\u0085\u2028\u2029\v\f]/g, "\n")
    .replaceAll("\t", "    ")
    .replaceAll(UNWANTED, "");
}

/** Cleaned text on one line: every run of white space is one space. */
export function cleanLine(text: string): string {
  return cleanText(text).replaceAll(/\s+/g, " ").trim();
}

const UNWANTED =
  // oxlint-disable-next-line no-control-regex -- control characters are what this removes
  /[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u00AD\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/gu;
