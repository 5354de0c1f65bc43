import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { ask, refused, unreadable } from "./ask.ts";
import { fromCrates, fromNpm, fromPypi, type Release } from "./release.ts";

/** The latest release of a package. */
export async function latest(input: { registry: string; name: unknown }, nexus: Nexus): Promise<ModuleOutput> {
  const registry = REGISTRIES.get(input.registry);
  if (registry === undefined) {
    return { error: { code: "slot_invalid", say: "I know npm, PyPI and crates.io.", slot: "registry" } };
  }
  const name = String(input.name).trim();
  if (!registry.names.test(name)) {
    const say = `“${name.slice(0, 60)}” cannot be the name of a package on ${registry.title}.`;
    return { error: { code: "slot_invalid", say, slot: "name" } };
  }
  const answer = await ask(registry.address(name), nexus);
  if ("output" in answer) {
    const isUnknown = "error" in answer.output && answer.output.error.code === "not_found";
    return isUnknown ? refused("not_found", `${registry.title} has no package “${name}”.`).output : answer.output;
  }
  const release = registry.read(answer.value);
  if (release === undefined) return unreadable().output;
  return tell(name, registry.title, release, input.registry);
}

interface Registry {
  readonly title: string;
  readonly names: RegExp;
  readonly address: (name: string) => string;
  readonly read: (answer: unknown) => Release | undefined;
}

const REGISTRIES: ReadonlyMap<string, Registry> = new Map<string, Registry>([
  [
    "npm",
    {
      title: "npm",
      names: /^(?:@[a-z0-9~-][a-z0-9._~-]{0,60}\/)?[a-z0-9~-][a-z0-9._~-]{0,99}$/,
      address: (name) => `https://cdn.jsdelivr.net/npm/${name}/package.json`,
      read: fromNpm,
    },
  ],
  [
    "pypi",
    {
      title: "PyPI",
      names: /^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?$/,
      address: (name) => `https://pypi.org/pypi/${name}/json`,
      read: fromPypi,
    },
  ],
  [
    "crates",
    {
      title: "crates.io",
      names: /^[A-Za-z][A-Za-z0-9_-]{0,63}$/,
      address: (name) => `https://crates.io/api/v1/crates/${name}`,
      read: fromCrates,
    },
  ],
]);

function tell(name: string, title: string, release: Release, registry: string): ModuleOutput {
  const { version, about, licence, day, page } = release;
  const when = day === undefined ? "" : `, released on ${day}`;
  return {
    summary: `${name} ${version} is the latest on ${title}${when}.`,
    parts: [
      ...(about === undefined ? [] : [{ type: "text" as const, markdown: about.slice(0, 300) }]),
      ...(licence === undefined ? [] : [{ type: "fields" as const, items: [{ label: "Licence", value: licence }] }]),
      ...(page === undefined ? [] : [{ type: "sources" as const, items: [{ title: name, url: page }] }]),
    ],
    data: { name, registry, version, licence: licence ?? null, day: day ?? null },
    remember: { registry },
  };
}
