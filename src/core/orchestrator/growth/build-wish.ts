import type { Attachment } from "#core/contract/message.ts";
import { readCode } from "#core/contract/short-code.ts";

/** A wish for a module in somebody's own words, and what it is to be built from. */
export type BuildWish =
  | { readonly do: "build"; readonly need: string; readonly from: WishSource }
  /** A file of a draft, to be put in the place of what it was. */
  | { readonly do: "edit"; readonly code: string; readonly file: Attachment }
  /** A packed module, to be installed as it is. */
  | { readonly do: "pack"; readonly file: Attachment };

export type WishSource =
  | { readonly kind: "url"; readonly url: string }
  | { readonly kind: "file"; readonly file: Attachment; readonly server?: string }
  | { readonly kind: "document"; readonly text: string; readonly server?: string }
  | { readonly kind: "exchange"; readonly curl: string; readonly answer?: string }
  | { readonly kind: "words" };

/** `build me a module that …`, `make a module from this`, `I need a new module for https://…`. */
const WISH =
  /^(?:(?:please|pls|can you|could you|would you|will you|go and|now) )*(?:build|make|create|write|generate|develop|(?:i|we) (?:need|want|would like)|i'd like|give)(?: me| us)? (?:(?:a|an|another|one more|the) )?(?:new )?module\b[ ,:]*/i;
const INSTALL_THIS =
  /^(?:please )?install (?:this|that|it|the (?:attached )?(?:file|module|pack))?(?: ?module| pack)?$/i;
const EDIT = /^(?:please )?(?:edit |update |change )?(?:the )?draft #?([a-z0-9]{4})(?:[ :,].*)?$/i;

/** Endings of documents that can describe an API. */
const DOCUMENTS = [".json", ".yaml", ".yml", ".graphql", ".txt"];
export const PACK_ENDING = ".nexus-module";

/**
 * The wish a message is, from its first word on, or undefined. Quoted lines, and what others wrote, begin no build: they
 * do not begin like one.
 */
export function readBuildWish(text: string, attachments: readonly Attachment[]): BuildWish | undefined {
  const said = text
    .normalize("NFKC")
    .trim()
    .replace(/^\/?nexus[\s,:]+/i, "");
  const flat = said.replace(/\s+/g, " ").replace(/(?<=\S)[.!?]+$/, "");
  const [file] = attachments;
  const edited = readCode(EDIT.exec(flat)?.[1] ?? "");
  if (edited !== undefined && file !== undefined) return { do: "edit", code: edited, file };
  const pack = attachments.find(({ name }) => name.toLowerCase().endsWith(PACK_ENDING));
  if (pack !== undefined && INSTALL_THIS.test(flat)) return { do: "pack", file: pack };
  const lead = WISH.exec(said.replace(/[\t ]+/g, " "))?.[0];
  if (lead === undefined) return undefined;
  const rest = said.replace(/[\t ]+/g, " ").slice(lead.length);
  if (pack !== undefined) return { do: "pack", file: pack };
  const document = attachments.find(({ name }) => DOCUMENTS.some((end) => name.toLowerCase().endsWith(end)));
  const { from, without } = sourceIn(rest, document);
  return { do: "build", need: needIn(without), from };
}

/** What a wish names as its source, and the rest of its words. A file is meant before an address, that before nothing. */
function sourceIn(
  words: string,
  file: Attachment | undefined,
): { readonly from: WishSource; readonly without: string } {
  const [first, second] = [...words.matchAll(/```[\w-]*\n?([\s\S]*?)```/g)].map(([, block = ""]) => block.trim());
  const unfenced = words.replace(/```[\s\S]*?(?:```|$)/g, " ");
  const url = /https?:\/\/[^\s<>|"'`]+/i.exec(unfenced)?.[0].replace(/[.,;:!?)\]]+$/, "");
  // Beside a document an address says where its service is.
  const at = url === undefined ? {} : { server: url };
  const plain = url === undefined ? unfenced : unfenced.replace(url, " ");
  if (file !== undefined) return { from: { kind: "file", file, ...at }, without: plain };
  const curl = first !== undefined && /^\$?\s*curl\s/i.test(first) ? first : curlIn(unfenced);
  if (curl !== undefined) {
    const answer = curl === first ? second : first;
    const exchange = { kind: "exchange", curl: curl.replace(/^\$\s*/, ""), ...(answer && { answer }) } as const;
    return { from: exchange, without: unfenced.replace(curl, " ") };
  }
  if (first !== undefined && first !== "") return { from: { kind: "document", text: first, ...at }, without: plain };
  return { from: url === undefined ? { kind: "words" } : { kind: "url", url }, without: plain };
}

/** A request typed without a fence: from `curl` to the end. */
function curlIn(words: string): string | undefined {
  return /(?:^|[\s`:])(curl\s[\s\S]+)$/i
    .exec(words)?.[1]
    ?.replace(/`+\s*$/, "")
    .trim();
}

/** What it is for: the words that are left, without those that only lead to the source. */
function needIn(words: string): string {
  const plain = words.replace(/[<>`]/g, " ").replace(/\s+/g, " ").trim();
  return plain
    .replace(/\b(?:from|for|with|of|using|based on|out of)(?= *(?:[,;.:?!]|$|\b(?:that|which|to|so|and)\b))/gi, " ")
    .replace(
      /\b(?:from|for|with|using|based on|out of) (?:this|that|the|my|these) ?(?:attached |api )?(?:file|document|spec|specification|attachment|one|curl|request|call)?(?=[\s,;.:!?]|$)/gi,
      " ",
    )
    .replace(/^[\s,;.:]+|[\s,;.:!?]+$/g, "")
    .replace(/\s+/g, " ")
    .replace(/^(?:that|which|to|and|so that|so|for) /i, "")
    .trim()
    .slice(0, 500);
}
