import { isCurl } from "./read-curl.ts";
import { REMOVED } from "./secret-value.ts";
import { cleanAnswer, cleanHeader, cleanUrl, withoutSecrets } from "./without-secrets.ts";

/**
 * What somebody said, without the secrets of a request with curl in it, nor of what was answered to that: fit to be
 * written down. Words without a request stay as they are, to the letter.
 */
export function withoutRequestSecrets(text: string): string {
  if (!/curl/i.test(text)) return text;
  const pieces = text.split(/(```[\w-]*\n?[\s\S]*?```)/);
  const hasRequest = pieces.some((piece) => IN_WORDS.test(piece) || isCurl(fenced(piece)?.inside ?? ""));
  if (!hasRequest) return text;
  return pieces
    .map((piece) => {
      const block = fenced(piece);
      if (block === undefined) return piece.replace(IN_WORDS, (_, lead: string, curl: string) => lead + cleaned(curl));
      const { lead, inside } = block;
      return `${lead}${isCurl(inside) ? cleaned(inside) : cleanAnswer(inside)}\`\`\``;
    })
    .join("");
}

/** From `curl` to the end: where a request that stands among words ends, nobody can say. */
const IN_WORDS = /(^|[\s`:])(curl(?:\.exe)?\s[\s\S]*\S[\s\S]*)$/i;

function fenced(piece: string): { readonly lead: string; readonly inside: string } | undefined {
  const [, lead, inside] = /^(```[\w-]*\n?)([\s\S]*?)```$/.exec(piece) ?? [];
  return lead === undefined || inside === undefined ? undefined : { lead, inside };
}

function cleaned(words: string): string {
  // A request may stand between single marks, of which only the last is in here.
  const [, curl = "", end = ""] = /^([\s\S]*?)(`*\s*)$/.exec(words) ?? [];
  try {
    const clean = withoutSecrets(curl);
    return (clean.includes(REMOVED) ? clean : curl.replaceAll(UNREAD, `$1$2${REMOVED}`)) + end;
  } catch {
    return withoutValues(curl) + end;
  }
}

/** Options that no module could send, whose values open something all the same. */
const UNREAD = /(?<=\s)(--proxy-user|--pass|-U)(=|\s+)("[^"]*"?|'[^']*'?|[^\s'"]+)/g;
const VALUES =
  /(?<=\s)(-[sSkLvifgGN]{0,8}[HubdFEU]|--(?:header|user|cookie|data(?:-\w+)*|form(?:-string)?|json|oauth2-bearer|proxy-user|cert|pass))(=|\s*)("[^"]*"?|'[^']*'?|[^\s'"]+)/g;

/** What cannot be read as a request loses what its options are given, and what addresses carry. */
function withoutValues(curl: string): string {
  return curl
    .replaceAll(VALUES, (_, option: string, gap: string, value: string) => {
      const [name = "", ...rest] = value.replaceAll(/^["']|["']$/g, "").split(":");
      const isPlain = /^(?:-\w*H|--header)$/.test(option) && rest.length > 0;
      if (!isPlain) return `${option}${gap}${REMOVED}`;
      return `${option}${gap}'${name}: ${cleanHeader(name.trim(), rest.join(":").trim())}'`;
    })
    .replaceAll(/https?:\/\/[^\s'"<>`]+/gi, (url) => cleanUrl(url));
}
