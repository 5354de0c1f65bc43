import type { AnyNode } from "acorn";
import { type Address, addressOf } from "./addresses.ts";
import type { CodeFile } from "./code-file.ts";
import { keyUses } from "./keys.ts";
import { keysOf } from "./tree/candidates.ts";
import { plainKey, UNKNOWN } from "./tree/constant.ts";

/** What a file asks the network for. */
export interface Fetches {
  /** Every place where `fetch` is called or taken. */
  readonly uses: readonly AnyNode[];
  /** The addresses of the calls that are seen; undefined for one that is known only at run time. */
  readonly addresses: readonly (Address | undefined)[];
  /** What is asked for where nothing of the address is known. */
  readonly unknown: readonly AnyNode[];
  readonly methods: readonly Method[];
}

export interface Method {
  readonly at: AnyNode;
  /** Undefined when it is known only at run time. */
  readonly name: string | undefined;
  /** The host it is for, when it stands in the call itself. */
  readonly host: string | undefined;
}

const VERBS: ReadonlySet<string> = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]);

export function fetchesIn(file: CodeFile): Fetches {
  const uses: AnyNode[] = [];
  const addresses: (Address | undefined)[] = [];
  const unknown: AnyNode[] = [];
  const methods = new Map<AnyNode, Method>();
  for (const { at, owner, kind, names } of keyUses(file)) {
    if (names.has("method") && kind === "object" && owner.type === "Property") {
      for (const method of methodsOf(owner.value, file)) methods.set(owner, method);
    }
    if (!names.has("fetch") || kind === "object" || kind === "class") continue;
    uses.push(at);
    const call = file.tree.parentOf(owner);
    if (call?.type !== "CallExpression" || call.callee !== owner) {
      // Taken to be called elsewhere: what it is called with is not seen.
      addresses.push(undefined);
      continue;
    }
    const [url, init] = call.arguments;
    const address = url === undefined ? undefined : addressOf(url, file);
    addresses.push(address);
    if (url !== undefined && address === undefined && ![...keysOf(url, file)].some(isAddress)) unknown.push(url);
    if (init?.type !== "ObjectExpression") continue;
    for (const property of init.properties) {
      if (property.type !== "Property" || plainKey(property.key) !== "method") continue;
      for (const method of methodsOf(property.value, file)) methods.set(property, { ...method, host: address?.host });
    }
  }
  return { uses, addresses, unknown, methods: [...methods.values()] };
}

function isAddress(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/** The HTTP methods a value may be; nothing for what is no method at all. */
function methodsOf(value: AnyNode, file: CodeFile): Method[] {
  const whole = file.folder.keyOf(value);
  const names = whole === UNKNOWN ? [...keysOf(value, file)] : [whole];
  const verbs = names.map((name) => name.toUpperCase()).filter((name) => VERBS.has(name));
  if (verbs.length > 0) return verbs.map((name) => ({ at: value, name, host: undefined }));
  return whole === UNKNOWN ? [{ at: value, name: undefined, host: undefined }] : [];
}
