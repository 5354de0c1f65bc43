import type { AnyNode, Program } from "acorn";

/** A parsed file: its nodes in the order of the text, each with the node and the field it hangs on. */
export interface Tree {
  readonly root: Program;
  readonly nodes: readonly AnyNode[];
  /** The most nodes that hang below one another. */
  readonly depth: number;
  parentOf(node: object): AnyNode | undefined;
  /** The field of its parent that a node stands in: `computed` keys and plain names stand in the same one. */
  fieldOf(node: object): string | undefined;
  /** The node of this tree that another library holds by the same object. */
  find(node: unknown): AnyNode | undefined;
}

interface Hold {
  readonly node: AnyNode;
  readonly parent: AnyNode | undefined;
  readonly field: string;
  readonly depth: number;
}

/** Walks a tree once and without recursion, so that no depth is too deep. */
export function growTree(root: Program): Tree {
  const holds = new Map<unknown, Hold>();
  const nodes: AnyNode[] = [];
  const waiting: Hold[] = [{ node: root, parent: undefined, field: "", depth: 1 }];
  let depth = 0;
  for (let hold = waiting.pop(); hold !== undefined; hold = waiting.pop()) {
    // `export { a }` holds one node twice: as the name here and as the name outside.
    if (holds.has(hold.node)) continue;
    holds.set(hold.node, hold);
    nodes.push(hold.node);
    depth = Math.max(depth, hold.depth);
    waiting.push(...childrenOf(hold.node, hold.depth + 1).reverse());
  }
  return {
    root,
    nodes,
    depth,
    parentOf: (node) => holds.get(node)?.parent,
    fieldOf: (node) => holds.get(node)?.field,
    find: (node) => holds.get(node)?.node,
  };
}

/** All nodes below one, itself first; not those for which `enter` says no, nor what is below them. */
export function nodesBelow(top: AnyNode, enter: (node: AnyNode) => boolean = () => true): AnyNode[] {
  const found: AnyNode[] = [];
  const waiting: AnyNode[] = [top];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node !== top && !enter(node)) continue;
    found.push(node);
    waiting.push(
      ...childrenOf(node, 0)
        .map((hold) => hold.node)
        .reverse(),
    );
  }
  return found;
}

/** Whether a node begins a function of its own: what is in it runs at another time. */
export function isFunction(node: AnyNode): boolean {
  return (
    node.type === "FunctionDeclaration" || node.type === "FunctionExpression" || node.type === "ArrowFunctionExpression"
  );
}

function childrenOf(parent: AnyNode, depth: number): Hold[] {
  const holds: Hold[] = [];
  for (const [field, value] of Object.entries(parent)) {
    if (field === "loc" || field === "range") continue;
    const list: readonly unknown[] = Array.isArray(value) ? value : [value];
    for (const child of list) if (isNode(child)) holds.push({ node: child, parent, field, depth });
  }
  return holds;
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === "object" && value !== null && "type" in value && "start" in value;
}
