import { define } from "./define.ts";

const { construct } = Reflect;
const RealDate = Date;

let clockMs = 0;

/** Sets the clock a module sees, ms since 1970. It stands still. */
export function setClock(nowMs: number): void {
  clockMs = nowMs;
}

/** What the clock shows, ms since 1970. */
export function now(): number {
  return clockMs;
}

/** Makes `Date` read this clock. */
export function fixDate(): void {
  const FixedDate = function (this: unknown, ...args: unknown[]): unknown {
    if (new.target === undefined) return new RealDate(clockMs).toString();
    return construct(RealDate, args.length === 0 ? [clockMs] : args, new.target);
  };
  FixedDate.prototype = RealDate.prototype;
  define(FixedDate, { name: "Date", length: 7, now: () => clockMs, parse: RealDate.parse, UTC: RealDate.UTC });
  define(RealDate.prototype, { constructor: FixedDate });
  define(globalThis, { Date: FixedDate });
}
