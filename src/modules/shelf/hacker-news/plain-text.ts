/** Hacker News sends its few kinds of HTML: paragraphs, links, emphasis, code. What is left is what was written. */
export function plainText(html: string): string {
  return html
    .replaceAll("<p>", "\n\n")
    .replace(/<[^<>]{1,500}>/g, "")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&quot;", '"')
    .replaceAll("&#x27;", "'")
    .replaceAll("&#x2F;", "/")
    .replaceAll("&amp;", "&")
    .trim();
}
