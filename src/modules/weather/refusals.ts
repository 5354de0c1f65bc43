import type { ModuleOutput } from "#core/contract/module.ts";

/** The question is answered already, mostly with a refusal. */
export type Ended = { readonly output: ModuleOutput };

/** An answer that says why there is none. */
export function refusal(code: Refusal["code"], say: string, more: Omit<Refusal, "code" | "say"> = {}): ModuleOutput {
  return { error: { code, say: say.slice(0, 500), ...more } };
}

type Refusal = Extract<ModuleOutput, { error: unknown }>["error"];

/** What is said to an answer of another shape. */
export function unreadable(): ModuleOutput {
  return refusal("upstream_invalid", "OpenWeather sent something I cannot read.");
}
