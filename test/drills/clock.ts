import { parseArgs } from "node:util";
import { z } from "zod";
import { atMost, exactly, percentile, reportOf, type Report, round } from "#bench/report.ts";
import type { Measurement } from "#bench/run.ts";
import { playCrowd } from "./clock-crowd.ts";
import { playEdges } from "./clock-edges.ts";

/** Plays every zone's changes of the clocks through restarts and clocks that jump, and lets thousands be due at once. */
export const clockDrill: Measurement = {
  name: "clock",
  options: "[--zones 418] [--schedules 10000] [--orgs 50] [--year 2026] [--seconds 240]",
  purpose: "every zone's changes of the clocks, restarts, jumps, and a crowd: each slot runs once, and nobody waits",
  run: (args) => runClockDrill(readOptions(args)),
};

const count = z.coerce.number().int().positive();
const Options = z.object({ zones: count, schedules: count, orgs: count, year: count, seconds: count });
type Options = z.infer<typeof Options>;

function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      zones: { type: "string", default: "1000" },
      schedules: { type: "string", default: "10000" },
      orgs: { type: "string", default: "50" },
      year: { type: "string", default: "2026" },
      seconds: { type: "string", default: "240" },
    },
  });
  return Options.parse(values);
}

async function runClockDrill(options: Options): Promise<Report> {
  const began = performance.now();
  const edges = await playEdges(someZones(options.zones), options.year);
  for (const line of edges.wrong) console.error(line);
  const edgesSeconds = (performance.now() - began) / 1_000;
  const crowd = await playCrowd(options.schedules, options.orgs, options.seconds * 1_000);
  const p99 = round(percentile(crowd.busyMs, 0.99), 1);
  const figures = {
    zones: edges.zones,
    "changes of clocks": edges.edges,
    timelines: edges.timelines,
    restarts: edges.restarts,
    "jumps of the clock": edges.jumps,
    "slots that were to run": edges.expected,
    "slots that ran": edges.ran,
    "slots too late to run": edges.leftOut,
    "seconds for the edges": round(edgesSeconds, 1),
    "schedules in one minute": options.schedules,
    "delivered in s": round(crowd.seconds, 1),
    "delivered per s": round(crowd.shown / crowd.seconds, 0),
    "live answers meanwhile": crowd.busyMs.length,
    "live answer p50 ms, idle": round(percentile(crowd.idleMs, 0.5), 1),
    "live answer p99 ms, idle": round(percentile(crowd.idleMs, 0.99), 1),
    "live answer p50 ms, crowd": round(percentile(crowd.busyMs, 0.5), 1),
  };
  return reportOf("clock", figures, [
    exactly("slots that ran twice", edges.doubled, 0),
    exactly("slots that did not run", edges.missing, 0),
    exactly("runs outside of a slot or its policy", edges.outside, 0),
    exactly("owners not told, or told wrongly, of a slot left out", edges.wronglyTold, 0),
    exactly("of the crowd delivered", crowd.shown, options.schedules),
    exactly("of the crowd delivered twice", crowd.doubled, 0),
    exactly("slots of the crowd not done", crowd.unfinished, 0),
    exactly("errors in the log", crowd.errors, 0),
    atMost("live answer p99 ms, crowd", p99, 500),
  ]);
}

/** Those whose clocks are odd come first, so that a short drill has them. */
function someZones(most: number): string[] {
  return [...new Set([...ODD, ...Intl.supportedValuesOf("timeZone")])].slice(0, most);
}

const ODD = [
  "Europe/Berlin",
  "Australia/Lord_Howe",
  "Antarctica/Troll",
  "Africa/Casablanca",
  "Africa/Cairo",
  "America/Godthab",
  "Asia/Tokyo",
  "America/Santiago",
  "Asia/Beirut",
  "Pacific/Chatham",
];
