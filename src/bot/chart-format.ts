import type { ChartPart } from "#core/contract/reply.ts";

type Format = ChartPart["format"];

/** Writes the values of one chart, all to the same precision. Currency comes in minor units; a value that is missing is “—”. */
export function createValueFormat(format: Format, values: readonly number[]): (value: number | undefined) => string {
  const largest = Math.max(0, ...values.filter(Number.isFinite).map(Math.abs));
  const write = writer(format, largest, values);
  return (value) => (value === undefined || !Number.isFinite(value) ? "—" : write(value));
}

/** The unit to name once, beside the title, rather than at every value. */
export function unitOf(format: Format): string | undefined {
  switch (format.type) {
    case "number":
      return format.unit;
    case "currency":
      return format.currency.toUpperCase();
    case "percent":
      return undefined;
    default:
      return format satisfies never;
  }
}

/** Major units in one minor unit: 100 cents, but 1 yen. */
export function minorUnits(currency: string): number {
  return 10 ** (currencyFormat(currency, {})?.resolvedOptions().maximumFractionDigits ?? 2);
}

function writer(format: Format, largest: number, values: readonly number[]): (value: number) => string {
  if (format.type === "currency") return currencyWriter(format.currency, largest, values);
  const digits = Math.max(digitsFor(largest), spreadDigits(values));
  const numbers = new Intl.NumberFormat("en", { maximumFractionDigits: digits, ...notation(largest) });
  return format.type === "percent"
    ? (value) => `${withoutMinusZero(numbers, value)}%`
    : (value) => withoutMinusZero(numbers, value);
}

function digitsFor(largest: number): number {
  if (largest >= 100 || largest === 0) return 0;
  if (largest >= 1) return largest >= 10 ? 1 : 2;
  return Math.min(12, 1 - Math.floor(Math.log10(largest)));
}

/** Large values that differ by little need their decimals to be told apart. */
function spreadDigits(values: readonly number[]): number {
  const finite = values.filter(Number.isFinite);
  const spread = Math.max(...finite) - Math.min(...finite);
  return spread > 0 && spread < 1 ? 2 : 0;
}

function currencyWriter(currency: string, largest: number, values: readonly number[]): (value: number) => string {
  const minor = minorUnits(currency);
  const isWhole = values.every((value) => value % minor === 0);
  const digits = isWhole || largest >= 100 * minor ? 0 : Math.round(Math.log10(minor));
  const options = { minimumFractionDigits: digits, maximumFractionDigits: digits, ...notation(largest / minor) };
  const numbers = currencyFormat(currency, options) ?? new Intl.NumberFormat("en", options);
  return (value) => withoutMinusZero(numbers, value / minor);
}

/** Beyond what a double counts exactly, all those digits would say more than is known. */
function notation(largest: number): Intl.NumberFormatOptions {
  return largest >= 1e15 ? { notation: "scientific", minimumFractionDigits: 0, maximumFractionDigits: 2 } : {};
}

/** Undefined for three letters (or not even letters) that Intl refuses. */
function currencyFormat(currency: string, digits: Intl.NumberFormatOptions): Intl.NumberFormat | undefined {
  if (!/^[A-Za-z]{3}$/.test(currency)) return undefined;
  return new Intl.NumberFormat("en", { style: "currency", currency, currencyDisplay: "narrowSymbol", ...digits });
}

function withoutMinusZero(numbers: Intl.NumberFormat, value: number): string {
  const written = numbers.format(value);
  return /^-[^1-9]*$/.test(written) ? written.slice(1) : written;
}
