import { parseArgs } from "node:util";
import { z } from "zod";
import { exactly, reportOf, type Report, round } from "#bench/report.ts";
import type { Measurement } from "#bench/run.ts";
import { floodAndKill, killAtEach, sendAllAgain, type Sent, stepsOf } from "./hook-kills.ts";
import { type HookWorld, openHookWorld } from "./hook-world.ts";
import { seededRandom } from "./seeded-random.ts";

/** Kills the service before each step of a delivery to a hook, and in the midst of many. */
export const hooksDrill: Measurement = {
  name: "hooks",
  options: "[--every 1] [--messages 300] [--kills 10] [--hooks 4] [--seed 1] [--seconds 900]",
  purpose: "kill -9 before each write of a delivery, and amid many: what was answered 202 is said, and said once",
  run: (args) => runHooksDrill(readOptions(args)),
};

const count = z.coerce.number().int().positive();
const Options = z.object({
  every: count,
  messages: count,
  kills: z.coerce.number().int().nonnegative(),
  hooks: count,
  seed: z.coerce.number().int(),
  seconds: count,
});
type Options = z.infer<typeof Options>;

function readOptions(args: string[]): Options {
  const { values } = parseArgs({
    args,
    options: {
      every: { type: "string", default: "1" },
      messages: { type: "string", default: "300" },
      kills: { type: "string", default: "10" },
      hooks: { type: "string", default: "4" },
      seed: { type: "string", default: "1" },
      seconds: { type: "string", default: "900" },
    },
  });
  return Options.parse(values);
}

async function runHooksDrill(options: Options): Promise<Report> {
  const signal = AbortSignal.timeout(options.seconds * 1_000);
  const began = performance.now();
  await using world = await openHookWorld();
  const hooks = await world.setUp(options.hooks, signal);
  const [first] = hooks;
  if (first === undefined) throw new Error("no hook was set up");
  const sent: Sent = new Map();
  const steps = await stepsOf(world, first, sent, signal);
  const chosen = steps.filter((_, index) => index % options.every === 0);
  const died = await killAtEach(world, first, chosen, sent, signal);
  const random = seededRandom(options.seed);
  const amid = await floodAndKill(
    world,
    hooks,
    { messages: options.messages, kills: options.kills, random },
    sent,
    signal,
  );
  const again = await sendAllAgain(world, hooks, sent, signal);
  for (const complaint of world.complaints) console.error(complaint);
  return judge(
    world,
    sent,
    again,
    { ...options, steps: steps.length, died, amid },
    (performance.now() - began) / 1_000,
  );
}

interface Played extends Options {
  readonly steps: number;
  readonly died: number;
  readonly amid: number;
}

function judge(world: HookWorld, sent: Sent, again: readonly number[], played: Played, seconds: number): Report {
  const { platform } = world;
  const said = new Map<string, number>();
  for (const { reply } of platform.shown) said.set(reply.summary, (said.get(reply.summary) ?? 0) + 1);
  const all = [...sent].map(([title, { statuses }]) => ({ statuses, times: said.get(title) ?? 0 }));
  const taken = all.filter(({ statuses }) => statuses.at(-1) === 202 || statuses.at(-1) === 200);
  const tries = all.flatMap(({ statuses }) => statuses);
  const figures = {
    "steps of a delivery": played.steps,
    "killed before a step": played.died,
    "killed amid many": played.amid,
    starts: world.starts,
    deliveries: sent.size,
    tries: tries.length,
    "tries that nobody answered": tries.filter((status) => status === 0).length,
    "taken, and told so at a later try": all.filter(({ statuses }) => statuses.at(-1) === 200).length,
    seconds: round(seconds, 1),
  };
  return reportOf("hooks", figures, [
    exactly("never taken", all.length - taken.length, 0),
    exactly("taken and never said", taken.filter(({ times }) => times === 0).length, 0),
    exactly("said twice", all.filter(({ times }) => times > 1).length + platform.repeated, 0),
    exactly("answered 202 twice", all.filter(({ statuses }) => countOf(statuses, 202) > 1).length, 0),
    exactly("sent again and not known", again.filter((status) => status !== 200).length, 0),
    exactly("said out of order", countOutOfOrder(world), 0),
    exactly("killed amid many, of those wanted", played.amid, played.kills),
    exactly("complaints", world.complaints.length, 0),
  ]);
}

function countOf(statuses: readonly number[], wanted: number): number {
  return statuses.filter((status) => status === wanted).length;
}

/** Posts of one hook that appeared before one that was sent earlier. */
function countOutOfOrder({ platform }: HookWorld): number {
  const last = new Map<string, number>();
  let wrong = 0;
  for (const { reply } of platform.shown) {
    const [, hook = "", at = ""] = /^flood-(\d+)-(\d+)$/.exec(reply.summary) ?? [];
    if (at === "") continue;
    if (Number(at) < (last.get(hook) ?? -1)) wrong += 1;
    last.set(hook, Number(at));
  }
  return wrong;
}
