const { getPrototypeOf } = Object;
const { ownKeys, getOwnPropertyDescriptor } = Reflect;

/** Walks from object to object, along prototypes, values, getters and setters. */
export interface Walk {
  readonly visit: (value: unknown) => void;
  /** To what hangs on an object, and not to the object. */
  readonly visitKeys: (value: object) => void;
}

/** @param enter whether an object has not been visited; true leads on from there */
export function createWalk(enter: (object: object) => boolean): Walk {
  const visit = (value: unknown): void => {
    if ((typeof value !== "object" && typeof value !== "function") || value === null || !enter(value)) return;
    visit(getPrototypeOf(value));
    visitKeys(value);
  };
  const visitKeys = (value: object): void => {
    for (const key of ownKeys(value)) {
      const descriptor = getOwnPropertyDescriptor(value, key);
      if (descriptor === undefined) continue;
      visit("value" in descriptor ? descriptor.value : descriptor.get);
      visit(descriptor.set);
    }
  };
  return { visit, visitKeys };
}

/** Every object of the language but the global one, which is the module's own. */
export function findIntrinsics(): readonly object[] {
  const seen = new Set<unknown>([globalThis]);
  const found: object[] = [];
  const { visit, visitKeys } = createWalk((object) => {
    if (seen.has(object)) return false;
    seen.add(object);
    found.push(object);
    return true;
  });
  visitKeys(globalThis);
  // Not reachable by name: the prototypes of functions, generators and iterators.
  const hidden = [
    async function () {},
    function* () {},
    async function* () {},
    [][Symbol.iterator](),
    new Map().entries(),
    new Set().values(),
    ""[Symbol.iterator](),
    "".matchAll(/./g),
    Iterator.from({ next: () => ({ done: true, value: undefined }) }),
    [].values().map(() => undefined),
  ];
  for (const value of hidden) visit(getPrototypeOf(value));
  return found;
}
