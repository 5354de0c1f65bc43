import { z } from "zod";
import { GateId, ScheduleId } from "./ids.ts";
import { ActionToken } from "./message.ts";

/**
 * What an answer is made of. The mind emits meaning; each door draws it, and degrades what it cannot draw, but never
 * fails and never shortens a decision.
 */
const text = z.object({ type: z.literal("text"), markdown: z.string() });
const heading = z.object({ type: z.literal("heading"), text: z.string() });
const notice = z.object({
  type: z.literal("notice"),
  tone: z.enum(["info", "success", "warning", "error"]),
  text: z.string(),
});
const fields = z.object({
  type: z.literal("fields"),
  items: z.array(z.object({ label: z.string(), value: z.string() })).min(1),
});
const code = z.object({
  type: z.literal("code"),
  text: z.string(),
  language: z.string().optional(),
  filename: z.string().optional(),
});
const table = z.object({
  type: z.literal("table"),
  caption: z.string().min(1),
  columns: z.array(z.object({ header: z.string(), align: z.enum(["left", "right"]).optional() })).min(1),
  rows: z.array(z.array(z.union([z.string(), z.number()]))),
});
const chart = z.object({
  type: z.literal("chart"),
  kind: z.enum(["bar", "line"]),
  title: z.string().min(1),
  /** What the chart shows, in one sentence: the alternative text and the fallback. */
  takeaway: z.string().min(1),
  categories: z.array(z.string()).min(1).max(60),
  series: z
    .array(z.object({ name: z.string(), values: z.array(z.number()) }))
    .min(1)
    .max(12),
  /** How values are written. Currency values are in minor units (cents). */
  format: z.discriminatedUnion("type", [
    z.object({ type: z.literal("number"), unit: z.string().optional() }),
    z.object({ type: z.literal("currency"), currency: z.string().length(3) }),
    z.object({ type: z.literal("percent") }),
  ]),
  /** The last category is not complete yet (a month to date) and is drawn as such. */
  partialLast: z.boolean().optional(),
});
const sources = z.object({
  type: z.literal("sources"),
  items: z.array(z.object({ title: z.string(), url: z.url({ protocol: /^https$/ }) })).min(1),
});
const context = z.object({ type: z.literal("context"), markdown: z.string() });
const divider = z.object({ type: z.literal("divider") });
const file = z.object({
  type: z.literal("file"),
  name: z.string().min(1).max(120),
  mimeType: z.string(),
  /** The whole file as text; binary output is for later. */
  text: z.string(),
  description: z.string(),
});

/** The parts a module may return: inert. A module can never draw a button. */
export const ModulePart = z.discriminatedUnion("type", [
  text,
  heading,
  notice,
  fields,
  code,
  table,
  chart,
  sources,
  context,
  divider,
  file,
]);
export type ModulePart = z.infer<typeof ModulePart>;

export const Action = z.discriminatedUnion("type", [
  z.object({
    type: z.literal("button"),
    label: z.string().min(1).max(75),
    token: ActionToken,
    style: z.enum(["primary", "danger"]).optional(),
    /** Asked once more before the press counts: for what cannot easily be taken back. */
    confirm: z
      .object({ title: z.string().min(1).max(100), text: z.string().min(1).max(300), ok: z.string().min(1).max(30) })
      .exactOptional(),
  }),
  z.object({ type: z.literal("link"), label: z.string().min(1).max(75), url: z.url() }),
]);
export type Action = z.infer<typeof Action>;

export const Part = z.discriminatedUnion("type", [
  ...ModulePart.options,
  z.object({ type: z.literal("actions"), items: z.array(Action).min(1) }),
  /** “Was this helpful?”, once at the end of a substantive answer. */
  z.object({ type: z.literal("feedback"), helpful: ActionToken, notHelpful: ActionToken }),
]);
export type Part = z.infer<typeof Part>;

export type TablePart = z.infer<typeof table>;
export type ChartPart = z.infer<typeof chart>;

export const FormField = z.object({
  /** A door keeps it within a name of its platform's: 100 characters on Discord, with the kind of field. */
  id: z.string().min(1).max(60),
  label: z.string().min(1).max(45),
  hint: z.string().optional(),
  optional: z.boolean().optional(),
  type: z.enum(["text", "secret"]),
  /** Room for a paragraph; of a `text` field. */
  multiline: z.boolean().exactOptional(),
});
export type FormField = z.infer<typeof FormField>;

/**
 * Questions asked together. `token` says what the answers are for. A door that may only open a form at a press, and has
 * none at hand, shows a button with `opener` instead: pressed, it brings this form again.
 */
export const Form = z.object({
  token: ActionToken,
  opener: ActionToken,
  title: z.string().min(1).max(45),
  submit: z.string().min(1).max(24),
  intro: z.string().optional(),
  fields: z.array(FormField).min(1).max(5),
});
export type Form = z.infer<typeof Form>;

/** One answer. `summary` is the notification, what a screen reader says, and the last-resort fallback. */
export const Reply = z.object({
  summary: z.string().min(1),
  parts: z.array(Part),
  /** Who may see it where others can read. Set by policy, from the data class and the audience. */
  visibility: z.enum(["everyone", "only_actor"]),
  /** Its person wants everyone here to read it, even where they spoke to NEXUS unseen: with a command, say. */
  openly: z.literal(true).exactOptional(),
  form: Form.optional(),
  /** This is the card of an approval. `closed` has been decided, and has no buttons left. */
  card: z.object({ gate: GateId, state: z.enum(["open", "closed"]) }).exactOptional(),
  /** What is to be read before an approval can be decided: it can be once this has been shown. */
  attaches: GateId.exactOptional(),
  /** A schedule posts this: where its place is gone, whoever set it up is told. */
  schedule: ScheduleId.exactOptional(),
  /** Enough said with a reaction on the person's message, where the platform has them; else the summary. */
  gesture: z.literal("thanks").exactOptional(),
});
export type Reply = z.infer<typeof Reply>;
