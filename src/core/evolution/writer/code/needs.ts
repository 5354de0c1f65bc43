import type { CapabilityPlan, ModulePlan } from "#core/evolution/writer/plan.ts";

/** What a module's own files have to hold, so that nothing stands in them that is never used. */
export interface Needs {
  readonly pathParts: boolean;
  /** Of them some with slashes. */
  readonly spans: boolean;
  readonly headerParts: boolean;
  readonly pairs: boolean;
  readonly query: boolean;
  readonly given: boolean;
  readonly yesNo: boolean;
  readonly numberWords: boolean;
  readonly texts: boolean;
  readonly numbers: boolean;
  readonly json: boolean;
  readonly unfit: boolean;
  readonly slots: boolean;
  readonly lists: boolean;
  readonly pages: boolean;
  readonly cursors: boolean;
  readonly links: boolean;
  readonly objects: boolean;
  readonly values: boolean;
  readonly plainTexts: boolean;
  readonly anything: boolean;
  /** Answers that must be JSON. */
  readonly readsJson: boolean;
  /** Answers that may be JSON, of calls that have already changed something. */
  readonly readsLoosely: boolean;
  readonly readsText: boolean;
  /** Things that may be null where they should be. */
  readonly nothings: boolean;
  readonly graphql: boolean;
  readonly mcp: boolean;
  readonly credentials: boolean;
}

/** Reads from a plan what its code needs. */
export function needsOf({ capabilities, kind }: ModulePlan): Needs {
  const slots = capabilities.flatMap((capability) => capability.slots);
  const views = capabilities.map(({ view }) => view);
  const has = (form: string): boolean => slots.some((slot) => slot.form === form);
  const anything = views.some((view) => view.kind === "anything");
  const lists = views.filter((view) => view.kind === "list");
  const objects = views.filter((view) => view.kind === "object");
  const plain = capabilities.filter(({ operation }) => operation.protocol === "http");
  const mcp = plain.length < capabilities.length;
  const query = plain.some((capability) => inQuery(capability).optional);
  const form = plain.some(({ operation }) => operation.body === "form");
  return {
    pathParts: slots.some(({ input }) => input.in === "path"),
    spans: slots.some(({ input }) => input.spans === true),
    headerParts: slots.some(({ input }) => input.in === "header"),
    pairs: form || plain.some((capability) => inQuery(capability).any),
    query,
    given: plain.some(hasGroups) || false,
    yesNo: has("yesNo"),
    numberWords: has("numberWord"),
    texts: has("texts") || has("numbers"),
    numbers: slots.some(({ form, input }) => form === "numbers" && input.in !== "path" && input.in !== "header"),
    json: has("json"),
    unfit: slots.some((slot) => isChecked(slot)),
    slots: slots.length > 0,
    lists: lists.length > 0 || anything,
    pages: capabilities.some((capability) => pageSlot(capability) !== undefined),
    cursors: capabilities.some((capability) => cursorSlot(capability) !== undefined),
    links: [...lists, ...objects].some(({ link }) => link !== undefined),
    objects: objects.length > 0 || anything,
    values: views.some((view) => view.kind === "value") || anything,
    plainTexts: views.some((view) => view.kind === "text"),
    anything,
    readsJson: plain.some(
      (capability) => readsJson(capability) && (capability.view.kind !== "anything" || kind === "graphql"),
    ),
    readsLoosely: capabilities.some((capability) => readsLoosely(capability) || capability.view.kind === "anything"),
    readsText: true,
    nothings: capabilities.some(mayBeNothing),
    graphql: kind === "graphql",
    mcp,
    credentials: capabilities.some(({ operation }) => operation.credentials.length > 0),
  };
}

/** Whether the code looks at a value before it is sent. */
export function isChecked({ required, form, input }: CapabilityPlan["slots"][number]): boolean {
  return required || form === "json" || form === "numbers" || input.in === "path";
}

/** A slot that is a page's number, of a list. */
export function pageSlot({ paging, slots, view }: CapabilityPlan): string | undefined {
  if (paging?.kind !== "page" || view.kind !== "list") return undefined;
  return slots.find(({ input, slot }) => input.name === paging.input && slot.type === "number")?.name;
}

/** A slot that takes the place where a list goes on. */
export function cursorSlot({ paging, slots, view }: CapabilityPlan): string | undefined {
  if (paging?.kind !== "cursor" || view.kind !== "list" || view.cursor === undefined) return undefined;
  return slots.find(({ input, slot }) => input.name === paging.input && slot.type === "text")?.name;
}

/** Whether an answer that cannot be read is a failure: of a call that only asks, it is. */
export function readsJson({ effect, view, operation }: CapabilityPlan): boolean {
  return (
    operation.protocol === "http" &&
    view.kind !== "done" &&
    view.kind !== "text" &&
    (effect === "read" || isQuery(operation.effect))
  );
}

/** Whether a thing that was asked for may not be there, and null stands in its place. */
export function mayBeNothing(capability: CapabilityPlan): boolean {
  return readsJson(capability) && capability.view.kind === "object";
}

/** Whether a call has changed something by the time its answer is looked at, whatever the answer is. */
export function readsLoosely(capability: CapabilityPlan): boolean {
  const { view } = capability;
  return (
    capability.operation.protocol === "http" && view.kind !== "done" && view.kind !== "text" && !readsJson(capability)
  );
}

function isQuery(effect: string): boolean {
  return effect === "read";
}

/** Whether a capability sends a query, and whether all of it may be missing. */
export function inQuery({ slots, fixed }: CapabilityPlan): { readonly any: boolean; readonly optional: boolean } {
  const asked = slots.filter(({ input }) => input.in === "query");
  const sure = fixed.some((input) => input.in === "query") || asked.some(({ required }) => required);
  return { any: asked.length > 0 || sure, optional: asked.length > 0 && !sure };
}

/** Whether parts of a body are left out as a whole when nothing of them was given. */
function hasGroups({ slots, fixed, operation }: CapabilityPlan): boolean {
  if (operation.body !== "json") return false;
  const least = operation.method === "DELETE" ? 0 : 1;
  const optional = slots.filter(({ input, required }) => input.in === "body" && !required && input.at.length > least);
  return optional.some(({ input }) => !isSure(input.at.slice(0, -1), slots, fixed));
}

/** Whether something always stands below a way into the body. */
export function isSure(
  way: readonly string[],
  slots: CapabilityPlan["slots"],
  fixed: CapabilityPlan["fixed"],
): boolean {
  const isBelow = (at: readonly string[]): boolean =>
    way.every((step, index) => at[index] === step) && at.length > way.length;
  return (
    slots.some(({ input, required }) => required && input.in === "body" && isBelow(input.at)) ||
    fixed.some((input) => input.in === "body" && isBelow(input.at))
  );
}
