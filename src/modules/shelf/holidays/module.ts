import type { ModuleOutput, Nexus } from "#core/contract/module.ts";
import { ask, refused, unreadable } from "./ask.ts";
import { get, textAt } from "./json.ts";

/** The public holidays that come next. https://date.nager.at/Api */
export async function next(input: { country: string }, nexus: Nexus): Promise<ModuleOutput> {
  const country = codeOf(input.country);
  if (country === undefined) return notACountry();
  const read = await readHolidays(`https://date.nager.at/api/v3/NextPublicHolidays/${country}`, country, nexus);
  if ("output" in read) return read.output;
  const [first] = read.holidays;
  if (first === undefined) return refused("no_data", `I know of no public holiday to come in ${country}.`).output;
  return {
    summary: `The next public holiday in ${country} is ${first.name}, on ${first.day}.`,
    parts: [table(`Public holidays to come in ${country}`, read.holidays.slice(0, MOST_TO_COME))],
    data: { country, next: { name: first.name, day: first.day } },
    remember: { country },
  };
}

/** All public holidays of a year. */
export async function year(input: { country: string; year: number }, nexus: Nexus): Promise<ModuleOutput> {
  const country = codeOf(input.country);
  if (country === undefined) return notACountry();
  if (!Number.isInteger(input.year) || input.year < 1975 || input.year > 2075) {
    return { error: { code: "slot_invalid", say: "I know the years from 1975 to 2075.", slot: "year" } };
  }
  const address = `https://date.nager.at/api/v3/PublicHolidays/${input.year}/${country}`;
  const read = await readHolidays(address, country, nexus);
  if ("output" in read) return read.output;
  const { holidays } = read;
  if (holidays.length === 0) return refused("no_data", `${country} has no public holidays in ${input.year}.`).output;
  return {
    summary: `${country} has ${holidays.length} public ${holidays.length === 1 ? "holiday" : "holidays"} in ${input.year}.`,
    parts: [table(`Public holidays in ${country}, ${input.year}`, holidays)],
    data: { country, year: input.year, days: holidays.map(({ day }) => day) },
    remember: { country },
  };
}

const MOST_TO_COME = 8;

interface Holiday {
  readonly day: string;
  readonly name: string;
  /** Where it is one, when that is not the whole country. */
  readonly where: string;
}

async function readHolidays(
  address: string,
  country: string,
  nexus: Nexus,
): Promise<{ readonly holidays: readonly Holiday[] } | { readonly output: ModuleOutput }> {
  const answer = await ask(address, nexus);
  if ("output" in answer) {
    const isUnknown = "error" in answer.output && answer.output.error.code === "not_found";
    return isUnknown ? refused("not_found", `Nager.Date knows no country ${country}.`) : answer;
  }
  if (!Array.isArray(answer.value)) return unreadable();
  return { holidays: answer.value.flatMap(toHoliday) };
}

function toHoliday(value: unknown): Holiday[] {
  const day = textAt(value, "date");
  const local = textAt(value, "localName");
  const name = textAt(value, "name") ?? local;
  if (day === undefined || name === undefined || !/^\d{4}-\d\d-\d\d$/.test(day)) return [];
  const counties = get(value, "counties");
  const where = Array.isArray(counties) ? counties.filter((one) => typeof one === "string").join(", ") : "";
  return [{ day, name: local === undefined || local === name ? name : `${name} (${local})`, where }];
}

function table(caption: string, holidays: readonly Holiday[]) {
  return {
    type: "table" as const,
    caption,
    columns: [{ header: "Day" }, { header: "Holiday" }, { header: "Only in" }],
    rows: holidays.map(({ day, name, where }) => [day, name, where]),
  };
}

function codeOf(country: unknown): string | undefined {
  const code = typeof country === "string" ? country.trim().toUpperCase() : "";
  return /^[A-Z]{2}$/.test(code) ? code : undefined;
}

function notACountry(): ModuleOutput {
  const say = "A country has two letters, as in CA, DE or GB.";
  return { error: { code: "slot_invalid", say, slot: "country" } };
}
