import type { JsonObject } from "#core/contract/json.ts";
import { Manifest } from "#core/contract/manifest.ts";
import type { HostModule, HostNexus, ModuleOutput } from "#core/contract/module.ts";
import { today } from "./day.ts";
import { freeBusy } from "./free-busy.ts";
import { openGoogle } from "./google.ts";
import manifest from "./manifest.json" with { type: "json" };
import { next } from "./next.ts";
import { range } from "./range.ts";
import { createSample } from "./sample.ts";
import type { CalendarSource } from "./source.ts";

type Capability = (input: JsonObject, nexus: HostNexus, source: CalendarSource) => Promise<ModuleOutput>;

/** The calendar module: a person's Google calendar, through Google's own library, which is why it runs in the host. */
export function createCalendar(): HostModule {
  return {
    manifest: Manifest.parse(manifest),
    capabilities: { today: bind(today), next: bind(next), range: bind(range), freeBusy: bind(freeBusy) },
  };
}

/** The capability over the connected calendar or, when nobody connected one, over the labelled sample. */
function bind(capability: Capability): HostModule["capabilities"][string] {
  return async (input, nexus) => {
    if (nexus.sample !== "required") return capability(input, nexus, await openGoogle(nexus));
    const output = await capability(input, nexus, createSample(nexus.asker.timeZone));
    return "error" in output ? output : { ...output, sample: true };
  };
}
