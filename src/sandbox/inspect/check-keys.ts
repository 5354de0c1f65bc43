import type { AnyNode } from "acorn";
import type { CodeFile } from "./code-file.ts";
import { GLOBALS } from "./globals.ts";
import { globalOf } from "./intrinsics.ts";
import { type KeyUse, keyUses } from "./keys.ts";
import type { Check, Look } from "./look.ts";
import { quoted } from "./show.ts";
import { isFunction } from "./tree/tree.ts";

/** Keys: those that lead to constructors, prototypes and traps, and those that nobody can know before it runs. */
export const checkKeys: Check = (look) => {
  for (const use of keyUses(look.file)) {
    for (const name of use.names) checkKey(use, name, look);
    if (!use.known && use.kind === "member" && !isSurelyNumber(use.at, look.file)) {
      look.report("prop.dynamic-key", use.at, "The key is known only when it runs.");
    }
  }
};

const DENIED: ReadonlySet<string> = new Set([
  "constructor",
  "__proto__",
  "__defineGetter__",
  "__defineSetter__",
  "__lookupGetter__",
  "__lookupSetter__",
  "prepareStackTrace",
  "captureStackTrace",
  "stackTraceLimit",
  "callee",
  "setPrototypeOf",
  "getPrototypeOf",
  "defineProperty",
  "defineProperties",
  "getOwnPropertyDescriptor",
  "getOwnPropertyDescriptors",
]);

/** Harmless symbols: how a value is gone through, and how a held thing is let go. */
const SYMBOLS: ReadonlySet<string> = new Set(["iterator", "asyncIterator", "dispose", "asyncDispose"]);

function checkKey(use: KeyUse, name: string, look: Look): void {
  const { file, report } = look;
  if (DENIED.has(name) && !isClassConstructor(use.owner)) {
    report("prop.denied", use.at, `It reaches for ${quoted(name)}.`);
  }
  if (name === "caller" && isFunctionName(use, file)) report("prop.denied", use.at, `It reaches for ${quoted(name)}.`);
  if (name === "prototype" && use.kind !== "object" && !isBorrowedMethod(use, file)) {
    report("prop.prototype", use.at, "It reaches for a prototype.");
  }
  if (isSymbol(use, file) && !SYMBOLS.has(name)) {
    report("prop.symbol", use.at, `It uses Symbol.${name.slice(0, 40)}.`);
  }
  if (use.owner.type === "Property" && use.kind === "object" && use.owner.kind !== "init") {
    report("prop.accessor", use.owner, `The object has code behind ${quoted(name)}.`);
  }
  const value = valueGiven(use, file);
  if (value === undefined || isPlainData(value)) return;
  if (name === "then") report("prop.thenable", use.at, "It gives an object a `then` of its own.");
  if (name === "toJSON") report("prop.tojson", use.at, "It gives an object a `toJSON` of its own.");
}

/** What a key is given where it stands, if anything. */
function valueGiven({ owner, kind }: KeyUse, file: CodeFile): AnyNode | undefined {
  if (owner.type === "Property") return kind === "object" ? owner.value : undefined;
  if (owner.type === "MethodDefinition") return owner.value;
  if (owner.type === "PropertyDefinition") return owner.value ?? undefined;
  const parent = file.tree.parentOf(owner);
  return parent?.type === "AssignmentExpression" && parent.left === owner ? parent.right : undefined;
}

function isPlainData(value: AnyNode): boolean {
  return (
    value.type === "Literal" ||
    value.type === "TemplateLiteral" ||
    value.type === "ArrayExpression" ||
    value.type === "ObjectExpression"
  );
}

function isClassConstructor(owner: AnyNode): boolean {
  return owner.type === "MethodDefinition" && owner.kind === "constructor" && !owner.computed;
}

function isSymbol({ owner, kind }: KeyUse, file: CodeFile): boolean {
  if (owner.type === "MemberExpression") return globalOf(owner.object, file) === "Symbol";
  if (kind !== "pattern") return false;
  const pattern = file.tree.parentOf(owner);
  const declarator = pattern === undefined ? undefined : file.tree.parentOf(pattern);
  return declarator?.type === "VariableDeclarator" && declarator.init
    ? globalOf(declarator.init, file) === "Symbol"
    : false;
}

/** `caller` is a plain word in data, and a way up the stack on a function. */
function isFunctionName({ owner }: KeyUse, file: CodeFile): boolean {
  if (owner.type !== "MemberExpression" || owner.object.type !== "Identifier") return false;
  if (owner.object.name === "arguments") return true;
  const variable = file.scopes.variableOf(owner.object);
  const source = variable === undefined ? undefined : file.scopes.sourceOf(variable);
  return source?.kind === "function" || (source?.kind === "value" && isFunction(source.value));
}

/** `Object.prototype.hasOwnProperty.call(o, k)`: a prototype's method, called and not changed. */
function isBorrowedMethod({ owner }: KeyUse, file: CodeFile): boolean {
  if (owner.type !== "MemberExpression" || owner.object.type !== "Identifier") return false;
  if (!file.scopes.isGlobal(owner.object) || !GLOBALS.has(owner.object.name)) return false;
  const method = file.tree.parentOf(owner);
  if (method?.type !== "MemberExpression" || method.object !== owner || method.computed) return false;
  const how = file.tree.parentOf(method);
  if (how?.type !== "MemberExpression" || how.object !== method || how.computed) return false;
  const call = file.tree.parentOf(how);
  const isCalled = call?.type === "CallExpression" && call.callee === how;
  return isCalled && how.property.type === "Identifier" && /^(?:call|apply)$/.test(how.property.name);
}

/** Whether a key is a number whatever happens: what is counted, what arithmetic makes. */
function isSurelyNumber(node: AnyNode, file: CodeFile, depth = 0): boolean {
  if (depth > 5) return false;
  switch (node.type) {
    case "UpdateExpression":
      return true;
    case "UnaryExpression":
      return /^[-+~]$/.test(node.operator);
    case "BinaryExpression":
      if (/^(?:[-*/%|&^]|\*\*|<<|>>>?)$/.test(node.operator)) return true;
      if (node.operator !== "+" || node.left.type === "PrivateIdentifier") return false;
      return isSurelyNumber(node.left, file, depth + 1) && isSurelyNumber(node.right, file, depth + 1);
    case "Literal":
      return typeof node.value === "number";
    case "CallExpression":
      return node.callee.type === "MemberExpression" && globalOf(node.callee.object, file) === "Math";
    case "Identifier": {
      const variable = file.scopes.variableOf(node);
      const source = variable === undefined ? undefined : file.scopes.sourceOf(variable);
      if (source?.kind === "value") {
        return source.pattern.type === "Identifier" && isSurelyNumber(source.value, file, depth + 1);
      }
      // A counter: every plain value it is given is a number.
      return (
        source?.kind === "writes" &&
        source.writes.length > 0 &&
        source.writes.every((write) => isSurelyNumber(write.value, file, depth + 1))
      );
    }
    default:
      return false;
  }
}
