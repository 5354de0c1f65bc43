import type createMarkdownIt from "markdown-it";
import { writeAge } from "#bot/age.ts";
import { cleanLine, cleanText } from "#bot/clean-text.ts";
import { alignGrid, readGrid, writeCell } from "#bot/text-grid.ts";
import type { ChartPart, Part, Reply, TablePart } from "#core/contract/reply.ts";
import { withoutButtons } from "./draw-text.ts";

type Markdown = ReturnType<typeof createMarkdownIt>;

export interface DrawnHtml {
  readonly html: string;
  /** The charts it shows, in order, each by its `cid:`. */
  readonly charts: readonly { readonly cid: string; readonly chart: ChartPart }[];
}

/**
 * A reply as the HTML of a mail: tables and styles in place, since mail programs know little else; readable on a phone, in
 * the dark and with pictures off. Everything that is said is escaped.
 */
export async function drawMailHtml(reply: Reply, delayedMs: number | undefined): Promise<DrawnHtml> {
  const markdown = await createMarkdown();
  const charts: { cid: string; chart: ChartPart }[] = [];
  const draw = (part: Part): string => {
    if (part.type !== "chart") return drawPart(markdown, part);
    const cid = `chart-${charts.length + 1}@nexus`;
    charts.push({ cid, chart: part });
    return `<p style="${SPACED}"><img src="cid:${cid}" alt="${escape(cleanLine(part.takeaway))}" width="560" style="width:100%;max-width:560px;height:auto;border:0"></p>`;
  };
  const parts = withoutButtons(reply.parts);
  const speaks = parts.some(({ type }) => type !== "divider" && type !== "context" && type !== "actions");
  const body = [
    ...(delayedMs === undefined ? [] : [`<p style="${SMALL}">(delayed ${escape(writeAge(delayedMs))})</p>`]),
    ...(speaks ? [] : [markdown.render(cleanText(reply.summary))]),
    ...parts.map(draw),
  ].join("\n");
  return { html: page(cleanLine(reply.summary), body), charts };
}

async function createMarkdown(): Promise<Markdown> {
  const { default: create } = await import("markdown-it");
  const markdown = create({ html: false, linkify: false, breaks: true });
  markdown.disable(["image"]);
  // Where a link leads is said behind it, so that no name can hide it.
  const hosts: string[] = [];
  markdown.renderer.rules["link_open"] = (tokens, index, options, _, self) => {
    const href = String(tokens[index]?.attrGet("href") ?? "");
    hosts.push(URL.canParse(href) ? new URL(href).host : "");
    return self.renderToken(tokens, index, options);
  };
  markdown.renderer.rules["link_close"] = () => {
    const host = hosts.pop() ?? "";
    return host === "" ? "</a>" : ` (${escape(host)})</a>`;
  };
  return markdown;
}

const SPACED = "margin:0 0 12px 0";
const SMALL = "margin:0 0 12px 0;font-size:13px;opacity:.75";
const CELL = "padding:4px 12px 4px 0;vertical-align:top;border-bottom:1px solid #88888844";
const MONO = "font-family:ui-monospace,Menlo,Consolas,monospace;font-size:13px";

/** No colours but those of the reader's own program, light or dark. */
function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>${escape(title)}</title>
</head>
<body style="margin:0;padding:16px;font-family:system-ui,-apple-system,'Segoe UI',sans-serif;font-size:16px;line-height:1.45">
<table role="presentation" width="100%" style="max-width:600px;margin:0 auto;border-collapse:collapse"><tr><td>
${body}
</td></tr></table>
</body>
</html>
`;
}

function drawPart(markdown: Markdown, part: Exclude<Part, ChartPart>): string {
  switch (part.type) {
    case "text":
      return markdown.render(cleanText(part.markdown));
    case "context":
      return `<div style="${SMALL}">${markdown.render(cleanText(part.markdown))}</div>`;
    case "heading":
      return `<h2 style="font-size:19px;margin:16px 0 8px 0">${escape(cleanLine(part.text))}</h2>`;
    case "notice":
      return `<p style="${SPACED};padding:8px 12px;border-left:4px solid ${TONES[part.tone]}">${lines(part.text)}</p>`;
    case "fields":
      return table(
        part.items.map(
          ({ label, value }) =>
            `<td style="${CELL};font-weight:600">${escape(cleanLine(label))}</td><td style="${CELL}">${inline(markdown, value)}</td>`,
        ),
      );
    case "code":
      return `<pre style="${SPACED};${MONO};white-space:pre-wrap;padding:8px;border:1px solid #88888844">${escape(cleanText(part.text))}</pre>`;
    case "table":
      return drawTable(part);
    case "sources":
      return `<p style="${SMALL}">${part.items.map(({ title, url }) => `Source: ${link(title, url)}`).join("<br>")}</p>`;
    case "actions":
      return `<p style="${SPACED}">${part.items.map((item) => (item.type === "link" ? link(item.label, item.url) : "")).join(" · ")}</p>`;
    case "file":
      return `<p style="${SPACED}">${escape(cleanLine(part.name))}: ${escape(cleanLine(part.description))}</p>`;
    case "divider":
      return `<hr style="border:0;border-top:1px solid #88888844;margin:16px 0">`;
    case "feedback":
      return "";
    default:
      return part satisfies never;
  }
}

const TONES = { info: "#5b8def", success: "#2e9d5b", warning: "#c98a00", error: "#d2453b" } as const;
/** Wider than this a table is shown as it stands in plain text, and scrolls. */
const MOST_COLUMNS = 6;

function drawTable(part: TablePart): string {
  const caption = `<p style="margin:0 0 4px 0;font-weight:600">${escape(cleanLine(part.caption))}</p>`;
  const grid = readGrid(part);
  if (grid.columns.length > MOST_COLUMNS) {
    return `${caption}<pre style="${SPACED};${MONO};overflow-x:auto">${escape(alignGrid(grid).join("\n"))}</pre>`;
  }
  const head = grid.columns.map(
    ({ header, align }) => `<th style="${CELL};text-align:${align}">${escape(header)}</th>`,
  );
  const rows = part.rows.map((row) =>
    grid.columns
      .map(({ align }, index) => `<td style="${CELL};text-align:${align}">${escape(writeCell(row[index]))}</td>`)
      .join(""),
  );
  return caption + table([head.join(""), ...rows]);
}

function table(rows: readonly string[]): string {
  return `<table style="border-collapse:collapse;margin:0 0 12px 0">${rows.map((row) => `<tr>${row}</tr>`).join("")}</table>`;
}

function inline(markdown: Markdown, text: string): string {
  return markdown.renderInline(cleanText(text));
}

function lines(text: string): string {
  return escape(cleanText(text)).replaceAll("\n", "<br>");
}

/** Where it leads is said beside it, so that no name can hide it. */
function link(label: string, url: string): string {
  if (!/^https?:\/\//i.test(url)) return escape(cleanLine(label));
  const words = cleanLine(label);
  const { host } = new URL(url);
  const shown = words === url ? words : `${words} (${host})`;
  return `<a href="${escape(url)}">${escape(shown)}</a>`;
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (char) => `&#${char.codePointAt(0) ?? 0};`);
}
