/** What the last word of a value's name says of its number. */
export interface Unit {
  /** How it is written behind the number. */
  readonly sign: string;
  /** What the stored number is multiplied by to be read. */
  readonly scale: number;
  /** How far a number must go back before it counts as having been back; in stored numbers. */
  readonly margin: number;
  /** Ways to say an amount, each with what it is in stored numbers. */
  readonly said: readonly (readonly [words: RegExp, stored: (amount: number) => number])[];
}

const PERCENT_SAID = /^(?:%|percent|per cent)$/i;

const UNITS: readonly (readonly [name: RegExp, unit: Unit])[] = [
  [
    /Celsius$|^celsius$/,
    {
      sign: " °C",
      scale: 1,
      margin: 0.5,
      said: [
        [/^(?:°\s?c|c|degrees? (?:celsius|c)|celsius)$/i, (amount) => amount],
        [/^(?:°\s?f|f|degrees? (?:fahrenheit|f)|fahrenheit)$/i, (amount) => ((amount - 32) * 5) / 9],
      ],
    },
  ],
  [
    /MetresPerSecond$/,
    {
      sign: " m/s",
      scale: 1,
      margin: 1,
      said: [
        [/^m\/s$/i, (amount) => amount],
        [/^(?:km\/h|kmh|kph)$/i, (amount) => amount / 3.6],
        [/^mph$/i, (amount) => amount * 0.447_04],
        [/^(?:knots?|kn)$/i, (amount) => amount * 0.514_444],
      ],
    },
  ],
  [/Percent$/, { sign: " %", scale: 1, margin: 2, said: [[PERCENT_SAID, (amount) => amount]] }],
  // A share of one, which people say in percent.
  [
    /^(?:chance|probability|share|ratio)|(?:Chance|Probability|Share|Ratio)$/,
    { sign: " %", scale: 100, margin: 0.05, said: [[PERCENT_SAID, (amount) => amount / 100]] },
  ],
  [/^cents$|Cents$/, { sign: "", scale: 0.01, margin: 0, said: [[/^$/, (amount) => amount * 100]] }],
  [/Ms$/, { sign: " ms", scale: 1, margin: 0, said: [[/^ms$/i, (amount) => amount]] }],
];

/** The unit that a value's name tells, if it tells one: `windMetresPerSecond`. */
export function unitOf(name: string): Unit | undefined {
  return UNITS.find(([pattern]) => pattern.test(name))?.[1];
}

/** A name as a person reads it, without its unit: `windMetresPerSecond` is “wind”. */
export function plainName(name: string): string {
  const words = name
    .replace(/(?:Celsius|MetresPerSecond|Percent|Ms)$/, "")
    .replace(/^(?:is|has)(?=[A-Z])/, "")
    .replaceAll(/([a-z\d])([A-Z])/g, "$1 $2")
    .replaceAll(/[_-]+/g, " ")
    .toLowerCase()
    .trim();
  if (words === "celsius" || words === "") return "temperature";
  if (/^(?:high|low)$/.test(words) && name.endsWith("Celsius"))
    return `${words === "high" ? "highest" : "lowest"} temperature`;
  return words === "cents" ? "amount" : words;
}

/**
 * An amount as the source has it; undefined where what was said is no way to say it of this.
 * @param said what stood behind the number, empty for nothing
 * @param isFahrenheit whether a bare number of degrees is in Fahrenheit
 */
export function storedAmount(
  unit: Unit | undefined,
  amount: number,
  said: string,
  isFahrenheit: boolean,
): number | undefined {
  const word = said.trim();
  const way = unit?.said.find(([words]) => words.test(word));
  if (way !== undefined) return rounded(way[1](amount));
  const isBare = word === "" || /^(?:degrees?|°)$/i.test(word);
  if (unit?.sign === " °C" && isBare) return rounded(isFahrenheit ? ((amount - 32) * 5) / 9 : amount);
  // “Above 60” of a chance is in percent; “above 0.6” is as the source has it.
  if (unit?.scale === 100 && isBare) return amount > 1 ? amount / 100 : amount;
  if (unit === undefined)
    return PERCENT_SAID.test(word) || /^(?:km\/h|kph|mph|m\/s|°.*)$/i.test(word) ? undefined : amount;
  return word === "" ? amount : undefined;
}

/** A stored number as a person reads it. */
export function sayAmount(unit: Unit | undefined, stored: number, locale: string): string {
  const shown = new Intl.NumberFormat(locale, { maximumSignificantDigits: 6 }).format(stored * (unit?.scale ?? 1));
  return `${shown}${unit?.sign ?? ""}`;
}

function rounded(amount: number): number {
  return Math.round(amount * 10_000) / 10_000;
}
