import { createHash } from "node:crypto";
import type { BuildSource } from "#core/contract/build-source.ts";

/**
 * What a build is of, for what: two that want the same at once get one build. The order, the case and the small words of
 * a need make no difference.
 */
export function sourceKey(source: BuildSource, need: string): string {
  return `${ofSource(source)} ${[...new Set(keyWords(need))].sort().join("+")}`.slice(0, 400);
}

function ofSource(source: BuildSource): string {
  switch (source.kind) {
    case "url": {
      const url = URL.canParse(source.url) ? new URL(source.url) : undefined;
      return `url:${url === undefined ? source.url : `${url.host}${url.pathname}`}`;
    }
    case "document":
      return `document:${hashOf(source.text)}`;
    case "exchange":
      return `exchange:${hashOf(source.curl)}`;
    case "index":
      return `index:${source.index}/${source.module}@${source.version}`;
    case "pack":
      return `pack:${hashOf(source.base64)}`;
    case "words":
      return "words";
    default:
      return source satisfies never;
  }
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 32);
}

function keyWords(need: string): string[] {
  const words =
    need
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return words.filter((word) => !SMALL.has(word));
}

const SMALL = new Set(
  "a an and are can could do does for from get give i in is it me my of on or our please show tell that the their this to us we what when where which who will with would you your".split(
    " ",
  ),
);
