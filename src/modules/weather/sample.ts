import type { Nexus } from "#core/contract/module.ts";
import { localDay } from "./by-day.ts";
import type { Moment, Outlook } from "./moment.ts";
import type { Place } from "./place.ts";

/** A forecast made from place and day alone, so that the same question gets the same answer. */
export function sampleOutlook(place: Place, nexus: Nexus): Outlook {
  const stepMs = 3 * 3_600_000;
  const first = Math.ceil(nexus.now().getTime() / stepMs) * stepMs;
  const offsetS = askerOffsetS(nexus);
  const moments = Array.from({ length: 40 }, (_, index) => sampleAt(place, first + index * stepMs, offsetS));
  return { moments, offsetS };
}

/** The weather now, made from place and day alone. */
export function sampleMoment(place: Place, nexus: Nexus): Moment {
  return sampleAt(place, nexus.now().getTime(), askerOffsetS(nexus));
}

function sampleAt(place: Place, atMs: number, offsetS: number): Moment {
  const date = localDay(atMs, offsetS);
  const name = place.label.toLowerCase();
  const roll = (what: string): number => hash(`${name}|${date}|${what}`) / 0xffff_ffff;
  const climate = 4 + 18 * (hash(name) / 0xffff_ffff);
  const yearShare = (atMs / 86_400_000 - 20) / 365.25;
  const season = -7 * Math.cos(2 * Math.PI * yearShare);
  const hour = new Date(atMs + offsetS * 1000).getUTCHours();
  const daytime = 4 * Math.sin(((hour - 9) / 24) * 2 * Math.PI);
  const celsius = Math.round((climate + season + daytime + 4 * (roll("warm") - 0.5)) * 10) / 10;
  const skies = [800, 801, 802, 803, 804, celsius < 1 ? 600 : 500, celsius < 1 ? 601 : 501];
  const code = skies[Math.floor(roll("sky") * skies.length) % skies.length] ?? 800;
  return {
    atMs,
    celsius,
    feelsCelsius: Math.round((celsius - 2 * roll("wind")) * 10) / 10,
    lowCelsius: celsius,
    highCelsius: celsius,
    humidity: 40 + Math.round(50 * roll("humid")),
    windMs: Math.round(10 * (1 + 8 * roll("wind"))) / 10,
    windDeg: Math.round(359 * roll("from")),
    code,
    wet: code < 700 ? 0.5 + Math.round(50 * roll("wet")) / 100 : Math.round(15 * roll("wet")) / 100,
  };
}

function askerOffsetS(nexus: Nexus): number {
  const now = nexus.now();
  try {
    const zone = { timeZone: nexus.asker.timeZone, timeZoneName: "longOffset" } as const;
    const name = new Intl.DateTimeFormat("en", zone).formatToParts(now).find((part) => part.type === "timeZoneName");
    const offset = /([+-])(\d\d):(\d\d)/.exec(name?.value ?? "");
    return offset ? Number(`${offset[1]}1`) * (Number(offset[2]) * 3600 + Number(offset[3]) * 60) : 0;
  } catch {
    return 0;
  }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c_9dc5;
  for (let index = 0; index < text.length; index++) {
    value = Math.imul(value ^ text.charCodeAt(index), 0x0100_0193);
  }
  // FNV alone leaves the high bits of texts that differ in their last letters alike.
  value = Math.imul(value ^ (value >>> 15), 0x2c1b_3c6d);
  return (value ^ (value >>> 13)) >>> 0;
}
