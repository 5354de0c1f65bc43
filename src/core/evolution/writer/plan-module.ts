import type { ApiDescription, ApiOperation } from "#core/evolution/api/api-description.ts";
import { plainWords } from "#core/evolution/api/plain-words.ts";
import { chooseOperations, MAX_OPERATIONS } from "./choose-operations.ts";
import { isReserved } from "./code/reserved.ts";
import { moduleName } from "./module-name.ts";
import type { CapabilityPlan, ModulePlan } from "./plan.ts";
import { planSlots } from "./plan-slots.ts";
import { planView } from "./plan-view.ts";
import { readGrantOf } from "./read-grant.ts";
import { pathProblem } from "./path-prefix.ts";
import { capital, firstSentence, labelOf, nounOf } from "./words.ts";
import { withoutSecretExamples } from "./without-secret-examples.ts";
import type { WriteWish } from "./written-module.ts";

/** A plan, and what whoever approves should know of it. */
export interface Planned {
  readonly plan: ModulePlan;
  readonly notes: readonly string[];
}

/** Decides which operations a module serves and how. Undefined when there is none it could. */
export function planModule(api: ApiDescription, wish: WriteWish): Planned | undefined {
  const notes: string[] = [];
  const fit: ApiOperation[] = [];
  const considered =
    wish.operations === undefined
      ? api.operations
      : wish.operations.flatMap((id) => api.operations.find((one) => one.id === id) ?? []);
  for (const operation of considered) {
    const capability = planCapability(operation, api);
    if ("why" in capability) notes.push(`${operation.id} cannot be served: ${capability.why}.`);
    else fit.push(operation);
  }
  const wanted = wish.operations === undefined ? chooseOperations(api, fit, wish.need) : fit.slice(0, MAX_OPERATIONS);
  const chosen = withinReach(wanted);
  const capabilities = chosen.flatMap((operation) => {
    const capability = planCapability(withoutSecretExamples(operation), api);
    return "why" in capability ? [] : [capability];
  });
  if (capabilities.length === 0) return undefined;
  const title = titleOf(api);
  const plan: ModulePlan = {
    name: wish.name ?? moduleName(title, capabilities[0]?.operation.server ?? "", wish.taken),
    version: wish.version ?? "1.0.0",
    title,
    description: descriptionOf(api, title, capabilities),
    kind: api.kind,
    capabilities: namedApart(capabilities),
  };
  return { plan, notes: [...notesOn(api, plan), ...(wish.operations === undefined ? [] : notes)] };
}

/** One module speaks to five hosts at most and holds four credentials at most. */
function withinReach(operations: readonly ApiOperation[]): ApiOperation[] {
  const hosts = new Set<string>();
  const credentials = new Set<string>();
  return operations.filter((operation) => {
    const { host } = new URL(operation.server);
    const all = new Set([...credentials, ...operation.credentials]);
    if ((!hosts.has(host) && hosts.size >= 5) || all.size > 4) return false;
    hosts.add(host);
    for (const name of operation.credentials) credentials.add(name);
    return true;
  });
}

function planCapability(
  operation: ApiOperation,
  { credentials, kind }: ApiDescription,
): CapabilityPlan | { readonly why: string } {
  const badPath = pathProblem(operation);
  if (badPath !== undefined) return { why: badPath };
  const noun = nounOf(operation);
  const asked = planSlots(operation, noun, credentials);
  if (!asked.ok) return { why: asked.why };
  const title = plainWords(operation.title, 60) || capital(labelOf(operation.id));
  const said = firstSentence(operation.description, 240);
  return {
    name: operation.id,
    operation,
    effect: effectOf(operation, kind),
    title,
    description: said === "" || said.toLowerCase() === title.toLowerCase() ? `${capital(title)}.` : `${capital(said)}.`,
    noun,
    slots: asked.slots,
    fixed: asked.fixed,
    view: planView(operation),
    ...(operation.paging === undefined || !asked.slots.some(({ input }) => input.name === operation.paging?.input)
      ? {}
      : { paging: operation.paging }),
    leftOut: asked.leftOut,
  };
}

/**
 * What is sent with anything but GET cannot be told from a change, whatever the document calls it; but for what the
 * broker can see to be a read.
 */
function effectOf(operation: ApiOperation, kind: ApiDescription["kind"]): ApiOperation["effect"] {
  const isSeen = operation.method === "GET" || readGrantOf(operation, kind) !== undefined;
  return operation.effect === "read" && !isSeen ? "write" : operation.effect;
}

function titleOf({ title }: ApiDescription): string {
  const short = plainWords(
    title.replace(/\b(?:REST\s*|Web\s*|HTTP\s*)?API\b.*$/i, "").replace(/\bOpenAPI\b.*$/i, ""),
    40,
  ).replace(/[\s\-–:|,.]+$/, "");
  return short.length >= 2 ? short : plainWords(title, 40) || "Web service";
}

function descriptionOf(api: ApiDescription, title: string, capabilities: readonly CapabilityPlan[]): string {
  const said = firstSentence(api.description, 200);
  const does = plainWords(capabilities.map((capability) => capability.title).join("; "), 200);
  return plainWords(said === "" ? `${title}: ${does}.` : `${capital(said)}.`, 300) || `Asks ${title}.`;
}

function namedApart(capabilities: readonly CapabilityPlan[]): CapabilityPlan[] {
  return capabilities.map((capability) =>
    isReserved(capability.name) ? { ...capability, name: `${capability.name.slice(0, 36)}Call` } : capability,
  );
}

function notesOn(api: ApiDescription, { capabilities }: ModulePlan): string[] {
  const notes: string[] = [];
  const rules = Map.groupBy(api.repairs, ({ rule }) => rule);
  for (const repairs of rules.values()) {
    const [first] = repairs;
    if (first !== undefined)
      notes.push(
        plainWords(
          `Mended in the document: ${first.what}${repairs.length > 1 ? ` (${repairs.length} times)` : ""}`,
          300,
        ),
      );
  }
  for (const { name, leftOut, operation, effect } of capabilities) {
    if (leftOut.length > 0)
      notes.push(
        plainWords(
          `${name} leaves out ${leftOut.length} of its optional values: ${leftOut.slice(0, 8).join(", ")}${leftOut.length > 8 ? " …" : ""}.`,
          300,
        ),
      );
    if (effect !== operation.effect)
      notes.push(
        `${name} says that it only reads and is sent with ${operation.method}: it counts as a change, and is asked about.`,
      );
    if (operation.deprecated) notes.push(`${name} is deprecated by its own document.`);
  }
  const served = capabilities.length;
  if (api.operations.length > served)
    notes.push(`It serves ${served} of the ${api.operations.length} operations that are described.`);
  if (api.refused.length > 0) {
    notes.push(
      plainWords(
        `${api.refused.length} ${api.refused.length === 1 ? "operation is" : "operations are"} not possible for a module: ${api.refused[0]?.operation ?? ""}, ${api.refused[0]?.why ?? ""}`,
        300,
      ),
    );
  }
  return notes;
}
