/** One entry of a feed. */
export interface Post {
  readonly title: string;
  /** Empty when it has none. */
  readonly url: string;
  /** `YYYY-MM-DD`, empty when the feed does not say. */
  readonly day: string;
}

/**
 * The entries of an RSS 2.0 or Atom feed in its order; undefined when it is neither. Only the few elements that are shown
 * are looked for, from left to right: no entity but the five of XML is resolved, and nothing is followed.
 */
export function readFeed(xml: string): readonly Post[] | undefined {
  if (xml.includes("<rss")) return pieces(xml, "item").flatMap(fromItem);
  if (xml.includes("<feed")) return pieces(xml, "entry").flatMap(fromEntry);
  return undefined;
}

/** https://www.rssboard.org/rss-specification */
function fromItem(item: string): Post[] {
  const title = textIn(item, "title");
  if (title === undefined) return [];
  return [{ title, url: textIn(item, "link") ?? "", day: dayOf(textIn(item, "pubDate")) }];
}

/** https://www.rfc-editor.org/rfc/rfc4287 */
function fromEntry(entry: string): Post[] {
  const title = textIn(entry, "title");
  if (title === undefined) return [];
  const day = dayOf(textIn(entry, "published") ?? textIn(entry, "updated"));
  return [{ title, url: linkIn(entry), day }];
}

/** What stands between each opening and closing tag of a name; 50 at most. */
function pieces(xml: string, name: string): string[] {
  const found: string[] = [];
  let from = 0;
  while (found.length < 50) {
    const open = openingOf(xml, name, from);
    const end = open < 0 ? -1 : xml.indexOf(`</${name}>`, open);
    if (end < 0) return found;
    found.push(xml.slice(xml.indexOf(">", open) + 1, end));
    from = end;
  }
  return found;
}

/** Where a tag of exactly this name opens: `<item>` or `<item rdf:about="…">`, but not `<items>`. */
function openingOf(xml: string, name: string, from: number): number {
  const bare = xml.indexOf(`<${name}>`, from);
  const dressed = xml.indexOf(`<${name} `, from);
  if (bare < 0) return dressed;
  return dressed < 0 ? bare : Math.min(bare, dressed);
}

function textIn(xml: string, name: string): string | undefined {
  const [inner] = pieces(xml, name);
  if (inner === undefined) return undefined;
  const raw = inner.trim();
  const isLiteral = raw.startsWith("<![CDATA[") && raw.endsWith("]]>");
  const text = (isLiteral ? raw.slice(9, -3) : unescaped(raw)).trim();
  return text === "" ? undefined : text.slice(0, 200);
}

/** The address of an entry's page: its link without another relation than `alternate`. */
function linkIn(entry: string): string {
  for (const tag of entry.split("<link").slice(1)) {
    const [inside = ""] = tag.split(">");
    const relation = attributeIn(inside, "rel");
    const href = attributeIn(inside, "href");
    if (href !== undefined && (relation === undefined || relation === "alternate")) return href;
  }
  return "";
}

function attributeIn(tag: string, name: string): string | undefined {
  const [, after] = tag.split(` ${name}="`);
  return after === undefined ? undefined : unescaped(after.split('"')[0] ?? "");
}

function unescaped(text: string): string {
  return text
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&apos;", "'")
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");
}

/** Both ways of writing it: `Fri, 20 Nov 2026 10:00:00 GMT` and `2026-11-20T10:00:00Z`. */
function dayOf(moment: string | undefined): string {
  const at = moment === undefined ? Number.NaN : Date.parse(moment);
  return Number.isNaN(at) ? "" : new Date(at).toISOString().slice(0, 10);
}
