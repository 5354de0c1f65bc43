import type { AnyNode } from "acorn";
import { exportsOf, resolveOwn } from "./exports.ts";
import type { Check, Look } from "./look.ts";
import { quoted } from "./show.ts";

/** Imports: only of the module's own files, by exact path, at the top, of names that are there. */
export const checkImports: Check = (look) => {
  for (const node of look.file.tree.nodes) {
    switch (node.type) {
      case "ImportDeclaration":
      case "ExportNamedDeclaration":
        if (node.source) checkSource(node, node.source, look);
        break;
      case "ExportAllDeclaration":
        look.report("module.export-star", node, "It passes on everything that another file exports.");
        checkSource(node, node.source, look);
        break;
      case "ImportExpression":
        look.report("import.dynamic", node, "It imports while it runs.");
        break;
      case "MetaProperty":
        if (node.meta.name === "import") look.report("import.meta", node, "It asks where it is.");
        break;
      default:
    }
  }
};

type Importing = AnyNode & { type: "ImportDeclaration" | "ExportNamedDeclaration" | "ExportAllDeclaration" };

function checkSource(node: Importing, source: AnyNode & { type: "Literal" }, look: Look): void {
  const specifier = String(source.value);
  if ("attributes" in node && node.attributes.length > 0) {
    look.report("import.attributes", node, "It imports with attributes.");
  }
  const path = resolveOwn(look.file.path, specifier);
  const target = path === undefined ? undefined : look.files.get(path);
  if (target === undefined) {
    return look.report("import.denied", source, `It imports ${quoted(specifier)}.`, findMeant(specifier, look));
  }
  if (node.type === "ExportAllDeclaration") return;
  const exported = new Set(exportsOf(target).map(({ name }) => name));
  for (const one of node.specifiers) {
    const name =
      one.type === "ImportDefaultSpecifier"
        ? "default"
        : one.type === "ImportSpecifier"
          ? nameOf(one.imported)
          : one.type === "ExportSpecifier"
            ? nameOf(one.local)
            : undefined;
    if (name === undefined || exported.has(name)) continue;
    look.report("import.missing", one, `${quoted(specifier)} exports no ${quoted(name)}.`);
  }
}

/** The hint for a file that is there under its whole name. */
function findMeant(specifier: string, { file, files }: Look): string | undefined {
  const whole = `${specifier.replace(/\.js$/, "")}.ts`;
  const path = resolveOwn(file.path, whole);
  return path !== undefined && files.has(path) ? `Write the file's whole name: “${whole}”.` : undefined;
}

function nameOf(node: AnyNode): string {
  return node.type === "Identifier" ? node.name : node.type === "Literal" ? String(node.value) : "";
}
