/**
 * Runs once per runner, as the script of the snapshot its isolates start from: it walks to every object of the language
 * and keeps them in one list, each with the number of its keys, under a name that `inside.ts` takes away before module code runs. Walking takes 2 ms, and
 * freezing what was walked to 0.3, so only the latter is left to each context. The objects cannot be frozen here: a
 * snapshot of frozen ones ends the process.
 *
 * A script and no module, for a snapshot knows no modules; so it imports and exports nothing.
 */
(() => {
  const { getPrototypeOf, defineProperty } = Object;
  const { ownKeys, getOwnPropertyDescriptor } = Reflect;
  const seen = new Set<unknown>([globalThis]);
  const list: object[] = [];
  const visit = (value: unknown): void => {
    if ((typeof value !== "object" && typeof value !== "function") || value === null || seen.has(value)) return;
    seen.add(value);
    list.push(value);
    visit(getPrototypeOf(value));
    for (const key of ownKeys(value)) {
      const descriptor = getOwnPropertyDescriptor(value, key);
      if (descriptor === undefined) continue;
      visit("value" in descriptor ? descriptor.value : descriptor.get);
      visit(descriptor.set);
    }
  };
  for (const key of ownKeys(globalThis)) visit(getOwnPropertyDescriptor(globalThis, key)?.value);
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
  const intrinsics = list.map((object) => [object, ownKeys(object).length]);
  defineProperty(globalThis, "nexusIntrinsics", { value: intrinsics, configurable: true });
})();
