import { NexusError } from "#core/contract/errors.ts";
import { ModuleName } from "#core/contract/ids.ts";
import type { Build } from "#core/evolution/builds/build.ts";
import type { IndexedVersion } from "#core/evolution/module-index/module-index.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { openBuild } from "./build-open.ts";
import type { BuildCommand } from "./build-command.ts";
import { requireBuilding } from "./may-build.ts";

type Wanted = Omit<Extract<BuildCommand, { name: "install" }>, "name">;

/**
 * Has a module of an index installed: it is fetched, checked like everybody's and asked about like everybody's. Without a
 * version, the newest that was not taken back.
 * @throws NexusError module_unknown | index_unavailable
 */
export async function installFrom(
  deps: OrchestratorDeps,
  scene: Scene,
  wanted: Wanted,
): Promise<Outcome & { readonly build?: Build }> {
  await requireBuilding(deps, scene);
  const found = await findVersion(deps, scene, wanted);
  const here = deps.registry.modules(scene.turn.org).find(({ manifest }) => manifest.name === found.module);
  if (here?.manifest.version === found.version) {
    return { replies: [say(`${inert(found.title)} ${found.version} is installed already.`)] };
  }
  const { index, module, version } = found;
  return openBuild(deps, scene, { need: "", source: { kind: "index", index, module, version } });
}

async function findVersion(deps: OrchestratorDeps, scene: Scene, wanted: Wanted): Promise<IndexedVersion> {
  const name = ModuleName.safeParse(wanted.module);
  if (!name.success) throw unknown(wanted);
  const all = await deps.indexes.versions(name.data, scene.turn.signal);
  const fitting = all.filter(
    ({ index, version }) =>
      (wanted.index === undefined || index === wanted.index) &&
      (wanted.version === undefined || version === wanted.version),
  );
  const found = wanted.version === undefined ? fitting.find(({ revoked }) => revoked === undefined) : fitting[0];
  if (found === undefined) throw unknown(wanted);
  if (found.revoked !== undefined) {
    throw new NexusError("bundle_revoked", `${found.module} ${found.version} was taken back`, {
      say: `${inert(found.title)} ${found.version} was taken back by its publisher: ${inert(found.revoked)}`,
    });
  }
  return found;
}

function unknown({ module, version, index }: Wanted): NexusError {
  const what = version === undefined ? module : `${module} ${version}`;
  return new NexusError("module_unknown", `no ${what} in any index`, {
    say: `${index === undefined ? "No index that is set up" : `The index ${index}`} has ${what}.`,
    hint: "Say `build a module for` and the address of an API document to have one built, or send a packed module with `install this`.",
  });
}
