import type { AnyNode } from "acorn";
import type { CodeFile } from "./code-file.ts";
import { isFunction } from "./tree/tree.ts";

/** One name that a file exports. */
export interface Export {
  readonly name: string;
  readonly at: AnyNode;
  readonly what:
    | { readonly kind: "function"; readonly node: AnyNode }
    /** Passed on from another file of the module. */
    | { readonly kind: "elsewhere"; readonly from: string; readonly name: string }
    | { readonly kind: "value"; readonly node: AnyNode | undefined };
}

/** Everything a file exports by name. */
export function exportsOf(file: CodeFile): Export[] {
  return file.tree.root.body.flatMap((statement): Export[] => {
    if (statement.type === "ExportDefaultDeclaration") {
      return [{ name: "default", at: statement, what: valueOf(statement.declaration) }];
    }
    if (statement.type !== "ExportNamedDeclaration") return [];
    const { declaration, source } = statement;
    if (declaration?.type === "VariableDeclaration") {
      return declaration.declarations.map(({ id, init }): Export => {
        if (id.type !== "Identifier") return { name: "", at: id, what: VALUE };
        return { name: id.name, at: id, what: declaration.kind === "const" ? valueOf(init ?? undefined) : VALUE };
      });
    }
    if (declaration) return [{ name: declaration.id.name, at: declaration.id, what: valueOf(declaration) }];
    return statement.specifiers.map((specifier): Export => {
      const name = textOf(specifier.exported);
      if (!source) return { name, at: specifier, what: followLocal(specifier.local, file) };
      return {
        name,
        at: specifier,
        what: { kind: "elsewhere", from: String(source.value), name: textOf(specifier.local) },
      };
    });
  });
}

/** The path of an own file, as another one of the module names it: `./csv.ts` of `sums/sum.ts` is `sums/csv.ts`. */
export function resolveOwn(from: string, specifier: string): string | undefined {
  if (!/^\.\/[\w./-]+$/.test(specifier) || /(?:^|\/)\.\.?(?:\/|$)/.test(specifier.slice(2))) return undefined;
  return from.slice(0, from.lastIndexOf("/") + 1) + specifier.slice(2);
}

/** What a name stands for in the end, wherever in the module it is declared. */
export function followExport(
  path: string,
  name: string,
  files: ReadonlyMap<string, CodeFile>,
  depth = 0,
): Export | undefined {
  const file = files.get(path);
  if (file === undefined || depth > 10) return undefined;
  const found = exportsOf(file).find((one) => one.name === name);
  if (found?.what.kind !== "elsewhere") return found;
  const next = resolveOwn(path, found.what.from);
  return next === undefined ? undefined : followExport(next, found.what.name, files, depth + 1);
}

const VALUE = { kind: "value", node: undefined } as const;

function valueOf(node: AnyNode | undefined): Export["what"] {
  return node !== undefined && isFunction(node) ? { kind: "function", node } : { kind: "value", node };
}

function followLocal(local: AnyNode, file: CodeFile): Export["what"] {
  const variable = file.scopes.variableOf(local);
  const source = variable === undefined ? undefined : file.scopes.sourceOf(variable);
  if (source?.kind === "function") return { kind: "function", node: source.declaration };
  if (source?.kind === "import") return { kind: "elsewhere", from: source.from, name: source.name };
  return valueOf(source?.kind === "value" ? source.value : undefined);
}

function textOf(name: AnyNode): string {
  return name.type === "Identifier" ? name.name : name.type === "Literal" ? String(name.value) : "";
}
