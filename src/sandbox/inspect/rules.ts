import { CODE_RULES } from "./code-rules.ts";
import { COHERENCE_RULES } from "./coherence-rules.ts";
import { MANIFEST_RULES } from "./manifest-rules.ts";

/** Every rule of the static inspection. */
export const INSPECTION_RULES = { ...CODE_RULES, ...COHERENCE_RULES, ...MANIFEST_RULES } as const;

export type InspectionRule = keyof typeof INSPECTION_RULES;
