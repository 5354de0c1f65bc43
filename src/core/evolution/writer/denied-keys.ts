/** Whether a name leads from data to the language's own works: no module may write it down as a key. */
export function isDenied(name: string): boolean {
  return DENIED.has(name);
}

const DENIED: ReadonlySet<string> = new Set([
  "constructor",
  "prototype",
  "__proto__",
  "__defineGetter__",
  "__defineSetter__",
  "__lookupGetter__",
  "__lookupSetter__",
  "prepareStackTrace",
  "captureStackTrace",
  "stackTraceLimit",
  "caller",
  "callee",
  "setPrototypeOf",
  "getPrototypeOf",
  "defineProperty",
  "defineProperties",
  "getOwnPropertyDescriptor",
  "getOwnPropertyDescriptors",
  "then",
  "toJSON",
]);
