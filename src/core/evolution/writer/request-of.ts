import type { Json, JsonObject } from "#core/contract/json.ts";
import type { ApiInput } from "#core/evolution/api/api-description.ts";
import { wholePath } from "./path-prefix.ts";
import type { CapabilityPlan, SlotPlan } from "./plan.ts";
import { spelled } from "./spelled.ts";
import { withValueAt } from "./way.ts";

/** A request as it should go out. */
export interface WantedRequest {
  readonly method: CapabilityPlan["operation"]["method"];
  readonly url: string;
  readonly body?: string;
}

/** The request that an input should lead to, worked out from the plan and not from the code that was written. */
export function requestOf(capability: CapabilityPlan, input: JsonObject): WantedRequest {
  const { operation, slots, fixed } = capability;
  const sent = [
    ...fixed.map((one) => ({ input: one, value: one.fixed ?? null })),
    ...slots.flatMap((slot) => {
      const value = wireValue(slot, input[slot.name]);
      return value === undefined
        ? []
        : [{ input: slot.input, value: isJsonText(slot, operation) ? JSON.stringify(value) : value }];
    }),
  ];
  const path = wholePath(operation).replaceAll(/\{([^{}]*)\}/g, (_, name: string) => {
    const found = sent.find((one) => one.input.in === "path" && one.input.name === name);
    const { value = "" } = found ?? {};
    const text = Array.isArray(value) ? value.map(spelled).join(",") : spelled(value);
    return (found?.input.spans ? text.split("/") : [text]).map(encodeURIComponent).join("/");
  });
  const pairs = (place: "query" | "body"): string =>
    sent
      .filter((one) => one.input.in === place)
      .flatMap(({ input: { name, list }, value }) => {
        const values = Array.isArray(value) ? listValues(value, list) : [value];
        return values.map((one) => `${encodeURIComponent(name)}=${encodeURIComponent(spelled(one))}`);
      })
      .join("&");
  const query = pairs("query");
  const url = `https://${new URL(operation.server).host}${path}${query === "" ? "" : `?${query}`}`;
  const isSilent = operation.method === "DELETE" && !sent.some((one) => one.input.in === "body");
  const body = isSilent
    ? undefined
    : operation.body === "json"
      ? jsonBody(sent)
      : operation.body === "form"
        ? pairs("body")
        : undefined;
  return { method: operation.method, url, ...(body === undefined ? {} : { body }) };
}

function listValues(values: readonly Json[], list: ApiInput["list"]): readonly Json[] {
  if (list === undefined) return [JSON.stringify(values)];
  return list === "repeat" ? values : [values.map(spelled).join(SEPARATORS[list])];
}

const SEPARATORS = { comma: ",", space: " ", pipe: "|" } as const;

function jsonBody(
  sent: readonly { readonly input: { readonly in: string; readonly at: readonly string[] }; readonly value: Json }[],
): string {
  const parts = sent.filter(({ input }) => input.in === "body");
  return JSON.stringify(parts.reduce<Json>((body, { input, value }) => withValueAt(body, input.at, value), {}));
}

/** Whether JSON is sent as a text: everywhere but in a body that is JSON itself. */
function isJsonText({ form, input }: SlotPlan, { body }: CapabilityPlan["operation"]): boolean {
  return form === "json" && !(input.in === "body" && body === "json");
}

/** What is sent for a slot's value; undefined when there is none. */
function wireValue({ form }: SlotPlan, value: Json | undefined): Json | undefined {
  if (value === undefined) return undefined;
  switch (form) {
    case "plain":
      return value;
    case "yesNo":
      return value === "yes";
    case "numberWord":
      return Number(value);
    case "texts":
      return partsOf(value);
    case "numbers":
      return partsOf(value).map(Number);
    case "json": {
      const read: Json = JSON.parse(spelled(value));
      return read;
    }
    default:
      return form satisfies never;
  }
}

function partsOf(value: Json): string[] {
  return spelled(value)
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}
