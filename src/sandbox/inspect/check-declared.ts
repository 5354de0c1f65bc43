import type { AnyNode } from "acorn";
import type { Manifest } from "#core/contract/manifest.ts";
import type { CodeFile } from "./code-file.ts";
import { exportsOf, followExport } from "./exports.ts";
import type { Findings } from "./findings.ts";
import { type KeyUse, keyUses } from "./keys.ts";
import { placeOf } from "./look.ts";
import { quoted } from "./show.ts";
import { parametersOf } from "./tree/scopes.ts";

const NEXUS: ReadonlySet<string> = new Set(["fetch", "log", "cache", "files", "now", "random", "asker", "sample"]);

/** Whether files, slots and `nexus` are used as the manifest and the contract have them. */
export function checkFilesAndSlots(files: ReadonlyMap<string, CodeFile>, manifest: Manifest, findings: Findings): void {
  const words = new Set<string>();
  for (const file of files.values()) {
    const uses = keyUses(file);
    for (const use of uses) {
      for (const name of use.names) words.add(name);
      if (manifest.limits.fileBytes === 0 && keepsFile(use, file)) {
        findings.add("coherence.files", placeOf(file.path, use.at), "It keeps files, and limits.fileBytes is 0.");
      }
    }
    for (const node of file.tree.nodes) {
      if (node.type === "Literal" && typeof node.value === "string") words.add(node.value);
    }
  }
  for (const capability of manifest.capabilities) {
    for (const slot of Object.keys(capability.slots).filter((name) => !words.has(name))) {
      const message = `The slot ${quoted(slot)} of ${quoted(capability.name)} is never read.`;
      findings.add("coherence.slot-not-used", { file: "manifest.json" }, message);
    }
  }
  checkNexus(files, findings);
}

/** `nexus.files.write(…)`, `nexus.files.remove(…)`. */
function keepsFile({ owner, names }: KeyUse, file: CodeFile): boolean {
  if (owner.type !== "MemberExpression" || (!names.has("write") && !names.has("remove"))) return false;
  const { object } = owner;
  if (object.type === "MemberExpression")
    return file.folder.keyOf(object.property) === "files" || isNamed(object.property, "files");
  return isNamed(object, "files");
}

function isNamed(node: AnyNode, name: string): boolean {
  return node.type === "Identifier" && node.name === name;
}

/** What a capability's function takes from its second argument. */
function checkNexus(files: ReadonlyMap<string, CodeFile>, findings: Findings): void {
  const entry = files.get("module.ts");
  for (const { name } of entry === undefined ? [] : exportsOf(entry)) {
    const found = followExport("module.ts", name, files);
    if (found?.what.kind !== "function") continue;
    const { node } = found.what;
    const file = [...files.values()].find((one) => one.tree.find(node) !== undefined);
    const nexus = parametersOf(node)[1];
    const variable = nexus === undefined ? undefined : file?.scopes.variableOf(nexus);
    for (const reference of variable?.references ?? []) {
      const use = file?.tree.find(reference.identifier);
      const member = use === undefined ? undefined : file?.tree.parentOf(use);
      if (file === undefined || member?.type !== "MemberExpression" || member.object !== use) continue;
      if (member.computed || member.property.type !== "Identifier" || NEXUS.has(member.property.name)) continue;
      const message = `nexus has no ${quoted(member.property.name)}.`;
      findings.add("prop.unknown-nexus", placeOf(file.path, member.property), message);
    }
  }
}
