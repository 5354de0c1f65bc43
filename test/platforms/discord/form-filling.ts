import type { Modal } from "./interaction-record.ts";
import { everyComponent, type Component } from "./message-body.ts";
import type { FileGiven, Uploads } from "./uploads.ts";
import type { Wire } from "./world.ts";

/** What a person enters, by the field's custom id. */
export type FormValues = Readonly<Record<string, string | readonly string[] | readonly FileGiven[]>>;

/** A filled form as Discord's client sends it; an error for what it would not let a person send. */
export function fillForm(modal: Modal, values: FormValues, uploads: Uploads): Wire {
  const attachments: Record<string, Wire> = {};
  const known = everyComponent(modal.components).flatMap(({ component }) => component.custom_id ?? []);
  const stray = Object.keys(values).find((name) => !known.includes(name));
  if (stray !== undefined) throw new Error(`the modal has no field ${stray}`);
  const fill = (component: Component): Wire => {
    const { type, custom_id, components, component: inner } = component;
    if (components !== undefined) return { type, id: 1, components: components.map(fill) };
    if (inner !== undefined) return { type, id: 1, component: fill(inner) };
    if (typeof custom_id !== "string") return { type, id: 1 };
    const value = values[custom_id] ?? (type === TEXT_INPUT ? "" : []);
    const problem = inputProblem(component, value);
    if (problem !== undefined) throw new Error(`${custom_id}: ${problem}`);
    if (typeof value === "string") return { type, id: 1, custom_id, value };
    const list = value.map((each) => (typeof each === "string" ? each : uploads.resolve(each, attachments)));
    return { type, id: 1, custom_id, values: list };
  };
  return {
    custom_id: modal.customId,
    components: modal.components.map(fill),
    ...(Object.keys(attachments).length === 0 ? {} : { resolved: { attachments } }),
  };
}

const TEXT_INPUT = 4;

function inputProblem(component: Component, value: string | readonly unknown[]): string | undefined {
  const number = (name: string, otherwise: number): number => {
    const given = component[name];
    return typeof given === "number" ? given : otherwise;
  };
  if (component["required"] !== false && value.length === 0) return "is required";
  if (typeof value !== "string" || value === "") return undefined;
  if (value.length > number("max_length", 4000)) return "is too long";
  return value.length < number("min_length", 0) ? "is too short" : undefined;
}
