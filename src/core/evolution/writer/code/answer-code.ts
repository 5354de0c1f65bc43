import type { CapabilityPlan, Column, ModulePlan } from "#core/evolution/writer/plan.ts";
import { capital } from "#core/evolution/writer/words.ts";
import { key, literal, quotedText } from "./literal.ts";
import { cursorSlot, mayBeNothing, pageSlot, readsJson } from "./needs.ts";

/** The lines that make an answer of what came back. */
export function answerCode(capability: CapabilityPlan, plan: ModulePlan): string[] {
  const { view, operation, effect } = capability;
  if (operation.protocol === "mcp") {
    const shown =
      view.kind === "text"
        ? [`return showText(String(read.value), ${quotedText(capability.title)});`]
        : viewCode(capability, "read.value", plan, doneCode(capability));
    return [
      'if ("error" in read) return read;',
      ...(view.kind === "done" ? [`return ${doneCode(capability)};`] : shown),
    ];
  }
  if (view.kind === "done")
    return ["const text = readText(answer);", 'if ("error" in text) return text;', `return ${doneCode(capability)};`];
  if (view.kind === "text")
    return [
      "const text = readText(answer);",
      'if ("error" in text) return text;',
      `return showText(text.value, ${quotedText(capability.title)});`,
    ];
  if (view.kind === "anything" && plan.kind !== "graphql") {
    const value = "parsed(text.value) ?? text.value";
    return [
      "const text = readText(answer);",
      'if ("error" in text) return text;',
      ...viewCode(capability, value, plan, effect === "read" ? nothingCode(capability) : doneCode(capability)),
    ];
  }
  if (readsJson(capability)) {
    return [
      "const read = readJson(answer);",
      'if ("error" in read) return read;',
      `if (read.value === undefined) return ${nothingCode(capability)};`,
      ...viewCode(capability, "read.value", plan, "unreadable()"),
    ];
  }
  return [
    "const text = readText(answer);",
    'if ("error" in text) return text;',
    ...viewCode(capability, "parsed(text.value)", plan, doneCode(capability)),
  ];
}

/** What is said of a call that has changed something and brings nothing to show. */
export function doneText({ title }: CapabilityPlan): string {
  return `Done: ${title}.`;
}

/** What is said of a call that brings nothing back. */
export function nothingText({ title }: CapabilityPlan): string {
  return `${title}: nothing came back.`;
}

function nothingCode(capability: CapabilityPlan): string {
  return `{ summary: ${quotedText(nothingText(capability))}, data: {} }`;
}

function doneCode(capability: CapabilityPlan): string {
  return `{ summary: ${quotedText(doneText(capability))}, data: { done: true } }`;
}

function viewCode(capability: CapabilityPlan, value: string, plan: ModulePlan, otherwise: string): string[] {
  const { view, noun, title } = capability;
  switch (view.kind) {
    case "value":
      return [`return showValue(${atCode(value, view.at)}, ${quotedText(title)}) ?? ${otherwise};`];
    case "object": {
      const link = linksOf(plan) ? `, ${view.link === undefined ? "undefined" : literal([...view.link])}` : "";
      const isNamed = mayBeNothing(capability);
      return [
        ...(isNamed ? [`const thing = ${atCode(value, view.at)};`, "if (thing === null) return notThere();"] : []),
        `const shown = showObject(${isNamed ? "thing" : atCode(value, view.at)}, ${quotedText(capital(noun.one))}, [`,
        ...columnLines(view.columns),
        `]${link});`,
        `return shown ?? ${otherwise};`,
      ];
    }
    case "list":
      return listCode(capability, view, value, otherwise);
    case "anything":
      return [
        `return showAnything(${value}, ${quotedText(capital(noun.one))}, ${quotedText(noun.many)}) ?? ${otherwise};`,
      ];
    case "done":
    case "text":
      return [];
    default:
      return view satisfies never;
  }
}

function listCode(
  capability: CapabilityPlan,
  view: Extract<CapabilityPlan["view"], { kind: "list" }>,
  value: string,
  otherwise: string,
): string[] {
  const { noun } = capability;
  const page = pageSlot(capability);
  const cursor = cursorSlot(capability);
  const isNamedBefore = value === "read.value";
  return [
    ...(isNamedBefore ? [] : [`const value = ${value};`]),
    `const all = listAt(${isNamedBefore ? value : "value"}, ${literal([...view.at])}, ${literal([...view.along])});`,
    `if (all === undefined) return ${otherwise};`,
    "return showList(all, {",
    `  one: ${quotedText(noun.one)},`,
    `  many: ${quotedText(noun.many)},`,
    "  columns: [",
    ...columnLines(columnsOf(view.columns)).map((line) => `  ${line}`),
    "  ],",
    ...(view.link === undefined ? [] : [`  link: ${literal([...view.link])},`]),
    ...(page === undefined ? [] : [`  page: input.${page} ?? 1,`]),
    ...(cursor === undefined
      ? []
      : [
          `  more: { slot: ${quotedText(cursor)}, from: at(${isNamedBefore ? value : "value"}, ${literal([...(view.cursor ?? [])])}) },`,
        ]),
    "});",
  ];
}

/** A list of plain values has one column. */
export function columnsOf(columns: readonly Column[]): readonly Column[] {
  return columns.length > 0 ? columns : [{ label: "Value", key: "value", at: [], isNumber: false }];
}

function columnLines(columns: readonly Column[]): string[] {
  return columns.map(
    ({ label, key: name, at, isNumber }) =>
      `  { label: ${quotedText(label)}, ${key("key")}: ${quotedText(name)}, at: ${literal([...at])}${isNumber ? ', align: "right"' : ""} },`,
  );
}

function atCode(value: string, at: readonly string[]): string {
  return at.length === 0 ? value : `at(${value}, ${literal([...at])})`;
}

function linksOf({ capabilities }: ModulePlan): boolean {
  return capabilities.some(({ view }) => (view.kind === "list" || view.kind === "object") && view.link !== undefined);
}
