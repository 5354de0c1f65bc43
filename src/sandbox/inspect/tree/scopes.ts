import type { AnyNode, Expression, Identifier, Program } from "acorn";
import { analyze, type Scope, type ScopeManager, type Variable } from "eslint-scope";
import { isFunction, type Tree } from "./tree.ts";

/** What the names of a file mean. */
export interface Scopes {
  /** The declaration a name leads to; undefined for a global, and for a name that is a key. */
  variableOf(identifier: AnyNode): Variable | undefined;
  /** Names that lead to no declaration: globals. Writes to them too. */
  readonly globals: readonly Identifier[];
  isGlobal(node: AnyNode | null | undefined, name?: string): boolean;
  /** Everything declared anywhere in the file. */
  readonly variables: readonly Variable[];
  /** Where a name's value comes from, as far as it is plain to see. */
  sourceOf(variable: Variable): Source;
}

/** Where the value of a name comes from. */
export type Source =
  /** Declared with this value and never written again. */
  | { readonly kind: "value"; readonly value: AnyNode; readonly pattern: AnyNode }
  /** Written at several places: what is written, in the order of the text. */
  | { readonly kind: "writes"; readonly writes: readonly Write[] }
  | { readonly kind: "parameter"; readonly of: AnyNode; readonly index: number; readonly pattern: AnyNode }
  | { readonly kind: "import"; readonly from: string; readonly name: string }
  | { readonly kind: "function"; readonly declaration: AnyNode }
  | { readonly kind: "unknown" };

export interface Write {
  readonly value: AnyNode;
  /** `+=` adds to what was there. */
  readonly adds: boolean;
}

/** Resolves every name of a file to its declaration. */
export function readScopes(tree: Tree): Scopes {
  const manager = analyzeModule(tree.root);
  const byIdentifier = new Map<unknown, Variable>();
  const globals: Identifier[] = [];
  for (const reference of manager.scopes.flatMap((scope) => scope.references)) {
    const node = tree.find(reference.identifier);
    if (node?.type !== "Identifier") continue;
    if (reference.resolved === null || isImplicitGlobal(reference.resolved)) globals.push(node);
    else byIdentifier.set(node, reference.resolved);
  }
  const variables = manager.scopes.flatMap((scope) => scope.variables).filter((variable) => variable.defs.length > 0);
  for (const variable of variables) for (const name of variable.identifiers) byIdentifier.set(name, variable);
  const globalNodes = new Set<unknown>(globals);
  const sources = new Map<Variable, Source>();
  return {
    variableOf: (identifier) => byIdentifier.get(identifier),
    globals,
    isGlobal: (node, name) =>
      node?.type === "Identifier" && globalNodes.has(node) && (name === undefined || node.name === name),
    variables,
    sourceOf(variable) {
      const source = sources.get(variable) ?? findSource(variable, tree);
      sources.set(variable, source);
      return source;
    },
  };
}

/** The parameters of a function, whatever its kind; none of anything else. */
export function parametersOf(node: AnyNode): readonly AnyNode[] {
  return "params" in node && isFunction(node) ? node.params : [];
}

function analyzeModule(root: Program): ScopeManager {
  if (!isEstree(root)) throw new TypeError("not a program");
  return analyze(root, { ecmaVersion: 2022, sourceType: "module", fallback: "iteration", ignoreEval: true });
}

/** Acorn's trees are ESTree's; the two declarations of the type differ in small print only. */
function isEstree(root: unknown): root is Parameters<typeof analyze>[0] {
  return typeof root === "object" && root !== null;
}

/** A name that was assigned and never declared. */
function isImplicitGlobal(variable: Variable): boolean {
  const scope: Scope = variable.scope;
  return scope.type === "global" && variable.defs.length === 0;
}

function findSource(variable: Variable, tree: Tree): Source {
  const [definition, ...others] = variable.defs;
  if (definition === undefined || others.length > 0) return { kind: "unknown" };
  const node = tree.find(definition.node);
  if (node === undefined) return { kind: "unknown" };
  const writes = variable.references.filter((reference) => reference.isWrite());
  switch (node.type) {
    case "VariableDeclarator": {
      if (writes.length === 1 && writes[0]?.init === true && node.init) {
        return { kind: "value", value: node.init, pattern: node.id };
      }
      return { kind: "writes", writes: writes.flatMap((write) => readWrite(tree.find(write.identifier), tree)) };
    }
    case "ImportSpecifier":
      return readImport(
        node,
        node.imported.type === "Identifier" ? node.imported.name : String(node.imported.value),
        tree,
      );
    case "ImportDefaultSpecifier":
      return readImport(node, "default", tree);
    case "ImportNamespaceSpecifier":
      return readImport(node, "*", tree);
    case "FunctionDeclaration":
    case "FunctionExpression":
    case "ArrowFunctionExpression": {
      if (definition.type !== "Parameter") {
        return writes.length === 0 ? { kind: "function", declaration: node } : { kind: "unknown" };
      }
      const name = tree.find(definition.name);
      const index = node.params.findIndex((parameter) => holds(parameter, name));
      const pattern = node.params[index];
      return pattern === undefined || writes.some((write) => write.init !== true)
        ? { kind: "unknown" }
        : { kind: "parameter", of: node, index, pattern };
    }
    default:
      return { kind: "unknown" };
  }
}

function readImport(node: AnyNode, name: string, tree: Tree): Source {
  const declaration = tree.parentOf(node);
  if (declaration?.type !== "ImportDeclaration") return { kind: "unknown" };
  return { kind: "import", from: String(declaration.source.value), name };
}

function readWrite(name: AnyNode | undefined, tree: Tree): Write[] {
  const parent = name === undefined ? undefined : tree.parentOf(name);
  if (parent?.type === "VariableDeclarator" && parent.init && parent.id === name) {
    return [{ value: parent.init, adds: false }];
  }
  if (parent?.type !== "AssignmentExpression" || parent.left !== name) return [];
  return [{ value: parent.right, adds: parent.operator === "+=" }];
}

function holds(top: AnyNode, inner: AnyNode | undefined): boolean {
  return inner !== undefined && top.start <= inner.start && inner.end <= top.end;
}

/** The value a pattern gives to a name when nothing else is passed: `k = "a"`. */
export function defaultOf(pattern: AnyNode): Expression | undefined {
  return pattern.type === "AssignmentPattern" ? pattern.right : undefined;
}
