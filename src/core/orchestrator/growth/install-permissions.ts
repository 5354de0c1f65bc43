import type { HostGrant } from "#core/contract/manifest.ts";
import type { InstallPlan, PermissionDiff } from "#core/evolution/installer/installer.ts";
import { inert } from "#core/orchestrator/inert.ts";

/** Of an update: what it may do that the version before could not, and what it may not any more. Of what is new, nothing. */
export function permissionItems({ base, permissions }: InstallPlan): { label: string; value: string }[] {
  if (base === undefined) return [];
  const [more, less] = [added(permissions), removed(permissions)];
  return [
    { label: "May now", value: more.length === 0 ? `no more than ${base.version}` : inert(more.join("; ")) },
    ...(less.length === 0 ? [] : [{ label: "No longer", value: inert(less.join("; ")) }]),
  ];
}

/** `GET api.example.com/v1/, /v2/`; `POST api.example.com/graphql (reading by POST: GraphQL queries alone)` */
export function hostText({ host, methods, pathPrefixes, reads = [] }: HostGrant): string {
  const seen = reads.map((read) =>
    read.as === "graphql" ? "GraphQL queries alone" : `the tools ${read.tools.join(", ")}`,
  );
  const text = seen.length === 0 ? "" : ` (reading by POST: ${[...new Set(seen)].join("; ")})`;
  return `${methods.join("/")} ${host}${pathPrefixes.join(", ")}${text}`;
}

/** `1 line`, `84 lines` */
export function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en-CA")} ${noun}${count === 1 ? "" : "s"}`;
}

function added({ hosts, credentials, capabilities, widened }: PermissionDiff): string[] {
  return [
    ...hosts.added.map((grant) => `reach ${hostText(grant)}`),
    ...credentials.added.map((name) => `use the credential ${name}`),
    ...capabilities.added.map((name) => `do ${name}`),
    ...widened,
  ];
}

function removed({ hosts, credentials, capabilities }: PermissionDiff): string[] {
  return [
    ...hosts.removed.map((grant) => `reaches ${hostText(grant)}`),
    ...credentials.removed.map((name) => `uses the credential ${name}`),
    ...capabilities.removed.map((name) => `does ${name}`),
  ];
}
