/**
 * Whether a GraphQL document holds queries and the fragments they need, and nothing that changes or listens. It is read
 * more narrowly than GraphQL allows, so that no server can read it otherwise: no comment, no block of text, nothing but
 * ASCII outside of texts. https://spec.graphql.org/September2025/#sec-Document
 */
export function holdsOnlyQueries(document: string): boolean {
  const tokens = tokensOf(document);
  if (tokens === undefined) return false;
  let at = 0;
  let queries = 0;
  while (at < tokens.length) {
    const head = readHead(tokens, at);
    const end = head === undefined ? undefined : pastBrackets(tokens, head.at);
    if (head === undefined || end === undefined) return false;
    if (head.kind === "query") queries += 1;
    at = end;
  }
  return queries > 0;
}

/** Names, numbers, texts and signs. Commas and white space mean nothing. */
const TOKEN =
  /(?<skipped>[ \t\r\n,]+)|(?<name>[A-Za-z_]\w*)|(?<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<text>"(?:[^"\\\p{Cc}\u2028\u2029]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*"(?!"))|(?<sign>\.\.\.|[!$&()*:=@[\]{|}])/uy;

/** The tokens of a document, each as it stands; undefined where something else stands. */
function tokensOf(document: string): string[] | undefined {
  const tokens: string[] = [];
  const pattern = new RegExp(TOKEN);
  while (pattern.lastIndex < document.length) {
    const found = pattern.exec(document);
    if (found === null) return undefined;
    if (found.groups?.["skipped"] === undefined) tokens.push(found[0]);
  }
  return tokens;
}

/** What stands before the first brace of a definition: `{`, `query Name($id: ID!) @live {`, `fragment Name on Type {`. */
function readHead(tokens: readonly string[], from: number): { kind: "query" | "fragment"; at: number } | undefined {
  let at = from;
  let kind: "query" | "fragment" = "query";
  if (tokens[at] === "fragment") {
    if (!isName(tokens[at + 1]) || tokens[at + 2] !== "on" || !isName(tokens[at + 3])) return undefined;
    kind = "fragment";
    at += 4;
  } else if (tokens[at] === "query") {
    at += isName(tokens[at + 1]) ? 2 : 1;
    const past = tokens[at] === "(" ? pastBrackets(tokens, at) : at;
    if (past === undefined) return undefined;
    at = past;
  }
  while (tokens[at] === "@") {
    if (at === from || !isName(tokens[at + 1])) return undefined;
    const past = tokens[at + 2] === "(" ? pastBrackets(tokens, at + 2) : at + 2;
    if (past === undefined) return undefined;
    at = past;
  }
  return tokens[at] === "{" ? { kind, at } : undefined;
}

function isName(token: string | undefined): boolean {
  return token !== undefined && /^[A-Za-z_]\w*$/.test(token);
}

const CLOSED_BY: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

/** Where what follows a bracket's end begins; undefined when it has none. */
function pastBrackets(tokens: readonly string[], from: number): number | undefined {
  const open: string[] = [];
  for (let at = from; at < tokens.length; at += 1) {
    const token = tokens[at] ?? "";
    const close = CLOSED_BY[token];
    if (close !== undefined) open.push(close);
    else if (/^[)\]}]$/.test(token) && open.pop() !== token) return undefined;
    if (open.length === 0) return at + 1;
  }
  return undefined;
}
