const { defineProperty } = Object;
const { getOwnPropertyDescriptor } = Reflect;

/** Puts values on an object as the language does its own: no loop sees them, and until all is frozen they can change. */
export function define(target: object, values: object): void {
  for (const name of Object.keys(values)) {
    const value: unknown = getOwnPropertyDescriptor(values, name)?.value;
    defineProperty(target, name, { value, writable: true, enumerable: false, configurable: true });
  }
}
