import { now } from "#sandbox/engines/frame/clock.ts";

const { defineProperty } = Object;
const { apply, getOwnPropertyDescriptor } = Reflect;

/** Makes `Intl.DateTimeFormat` read the clock that stands still, when it is given no date. QuickJS has no Intl. */
export function fixFormats(): void {
  const formats = Intl.DateTimeFormat.prototype;
  const realFormat: () => (date?: number | Date) => string =
    getOwnPropertyDescriptor(formats, "format")?.get ?? missing("format");
  const realParts: (date?: number | Date) => unknown =
    getOwnPropertyDescriptor(formats, "formatToParts")?.value ?? missing("formatToParts");
  defineProperty(formats, "format", {
    get(this: unknown) {
      const format = apply<unknown, [], (date?: number | Date) => string>(realFormat, this, []);
      return (date?: number | Date) => format(date ?? now());
    },
  });
  defineProperty(formats, "formatToParts", {
    value(this: unknown, date?: number | Date) {
      return apply(realParts, this, [date ?? now()]);
    },
  });
}

function missing(what: string): () => never {
  return () => {
    throw new TypeError(`${what} is not available to modules`);
  };
}
