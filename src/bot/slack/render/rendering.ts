import type { Block, KnownBlock } from "@slack/types";
import type { ChartPart } from "#core/contract/reply.ts";

/** https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block, which @slack/types 3.2 does not know. */
export interface DataVisualizationBlock extends Block {
  readonly type: "data_visualization";
  readonly title: string;
  readonly chart: {
    readonly type: "bar" | "line";
    readonly series: readonly { name: string; data: readonly { label: string; value: number }[] }[];
    readonly axis_config: { readonly categories: readonly string[]; readonly y_label?: string };
  };
}

export type SlackBlock = KnownBlock | DataVisualizationBlock;

/** One message: `text` is the notification and what a screen reader says first. */
export interface SlackMessage {
  readonly text: string;
  readonly blocks: SlackBlock[];
}

/** A file that goes with a reply. A chart is still to be drawn as PNG. */
export interface SlackFile {
  readonly name: string;
  readonly mimeType: string;
  readonly title: string;
  readonly altText: string;
  readonly content: { readonly text: string } | { readonly chart: ChartPart };
}

export interface SlackRendering {
  /** At least one, at most `MESSAGES_PER_REPLY`; whatever can be pressed is on the last. */
  readonly messages: readonly SlackMessage[];
  readonly files: readonly SlackFile[];
}
