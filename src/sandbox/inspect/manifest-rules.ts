import type { Finding } from "#core/contract/validation.ts";

type Rule = Pick<Finding, "severity" | "hint">;

/** Every rule for what a manifest says, beyond its schema. docs/module-rules.md explains each. */
export const MANIFEST_RULES = {
  "manifest.reserved-name": {
    severity: "error",
    hint: "Choose another name: this one is a command or a part of NEXUS.",
  },
  "manifest.confusable-name": { severity: "error", hint: "Choose a name that nobody takes for the other's." },
  "manifest.version": { severity: "error", hint: "Raise the version: other bytes are another version." },
  "manifest.host": { severity: "error", hint: "Name the exact public host of the service itself." },
  "manifest.host-count": { severity: "error", hint: "Five hosts are the most; split the module by service." },
  "manifest.path": { severity: "error", hint: "Name the beginning of the paths it needs, without “..” or “//”." },
  "manifest.text": { severity: "error", hint: "Remove characters that do not show." },
  "manifest.injection": {
    severity: "error",
    hint: "Say what it does; give no orders to readers or models, and mention nobody.",
  },
  "manifest.preference": {
    severity: "error",
    hint: "Say what it does; which module answers is decided by what was asked.",
  },
  "manifest.limits": {
    severity: "error",
    hint: "Lower it; docs/module-rules.md has the ceilings for installed modules.",
  },
  "manifest.credential-query": {
    severity: "error",
    hint: "Put the credential into a header, or say queryOnly where the source takes nothing else: addresses end up in logs.",
  },
  "manifest.credential-in-address": {
    severity: "warning",
    hint: "Make sure that the source takes it nowhere else: addresses end up in other people's logs.",
  },
  "manifest.credential-not-used": {
    severity: "warning",
    hint: "Name it in a capability's credentials, or take it out.",
  },
  "manifest.credential-header": {
    severity: "error",
    hint: "Use authorization, or a header of the service's own such as x-api-key.",
  },
  "manifest.credential-place": {
    severity: "warning",
    hint: "Check that the address belongs to the same service: people type secrets there.",
  },
  "manifest.shared-host": { severity: "error", hint: "Name the path of your own part of it: “/repos/acme/”." },
  "manifest.pattern": { severity: "error", hint: "Simplify the slot's pattern: it must be quick on every text." },
} as const satisfies Record<string, Rule>;

export type ManifestRule = keyof typeof MANIFEST_RULES;
