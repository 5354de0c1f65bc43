import type { ModulePart } from "#core/contract/reply.ts";
import { drawChart } from "./chart.ts";
import { drawCode } from "./code.ts";
import { type Drawn, drawn, type NativeAllowance } from "./drawn.ts";
import { drawFields } from "./fields.ts";
import { drawFile } from "./files.ts";
import { drawTable } from "./table.ts";
import { drawContext, drawHeading, drawNotice, drawSources, drawText } from "./text-part.ts";

export interface PartOptions {
  /** Whether Slack's newer blocks may be used: `markdown`, data tables and charts. */
  readonly native: boolean;
  readonly allowance: NativeAllowance;
  /** Whether files can go along; in a Home tab they cannot. */
  readonly canAttach: boolean;
}

/** Draws one part that says something. */
export function drawPart(part: ModulePart, { native, allowance, canAttach }: PartOptions): Drawn {
  switch (part.type) {
    case "text":
      return drawn(drawText(part.markdown, native));
    case "heading":
      return drawn(drawHeading(part.text));
    case "notice":
      return drawn(drawNotice(part));
    case "fields":
      return drawn(drawFields(part));
    case "code":
      return drawCode(part, canAttach);
    case "table":
      return drawTable(part, allowance, canAttach);
    case "chart":
      return drawChart(part, allowance, canAttach);
    case "sources":
      return drawn(drawSources(part));
    case "context":
      return drawn(drawContext(part.markdown));
    case "divider":
      return drawn([{ type: "divider" }]);
    case "file":
      return drawFile(part);
    default:
      return part satisfies never;
  }
}
