import { GLOBALS, INSTEAD, RESERVED_NAMES } from "./globals.ts";
import { calledGlobal, isWritten, rootGlobal } from "./intrinsics.ts";
import type { Check } from "./look.ts";
import { quoted } from "./show.ts";

/** Names: those that are not declared, those that hide the language's, and writes to the language itself. */
export const checkNames: Check = ({ file, extraGlobals, report }) => {
  const { scopes, tree } = file;
  for (const name of scopes.globals) {
    if (!GLOBALS.has(name.name) && !extraGlobals.has(name.name)) {
      report("global.denied", name, `${quoted(name.name)} does not exist in a module.`, INSTEAD.get(name.name));
    } else if (isWritten(name, file)) {
      report("intrinsic.write", name, `${quoted(name.name)} belongs to the language.`);
    }
  }
  for (const variable of scopes.variables) {
    const at = tree.find(variable.identifiers[0]);
    if (at !== undefined && RESERVED_NAMES.has(variable.name)) {
      report("scope.shadow-intrinsic", at, `It declares a name of the language: ${quoted(variable.name)}.`);
    }
  }
  for (const node of tree.nodes) {
    if (node.type === "MemberExpression" && isWritten(node, file)) {
      const root = rootGlobal(node, file);
      if (root !== undefined)
        report("intrinsic.write", node, `It changes ${quoted(root)}, which belongs to the language.`);
    }
    if (node.type !== "CallExpression") continue;
    const called = calledGlobal(node.callee, file);
    const [target] = node.arguments;
    if (called === undefined || target === undefined || !WRITERS.has(called)) continue;
    const root = rootGlobal(target, file);
    if (root !== undefined)
      report("intrinsic.write", node, `It changes ${quoted(root)}, which belongs to the language.`);
  }
};

/** Functions of the language that write to what they are given first. */
const WRITERS: ReadonlySet<string> = new Set([
  "Object.assign",
  "Object.defineProperty",
  "Object.defineProperties",
  "Object.setPrototypeOf",
  "Object.freeze",
  "Object.seal",
  "Object.preventExtensions",
]);
