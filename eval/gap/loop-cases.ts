import type { Sandbox } from "#core/contract/sandbox.ts";
import { buildWithModel, type ModelBuild } from "./by-model.ts";
import { openModelRoom, type Script } from "./model-room.ts";
import type { Need } from "./need.ts";

/** One way a build with models can go, played by scripted models, and how it must end. */
export interface LoopCase {
  readonly name: string;
  /** What each model says, in the order they are asked. */
  readonly scripts: readonly Script[];
  readonly rounds?: number;
  /** What this build may spend. */
  readonly units?: number;
  /** What the org may spend in a day. */
  readonly limit?: number;
  /** `proven in 2`, `policy after 1`, `not written: unusable`. */
  readonly ends: string;
  /** How often each model is asked. */
  readonly asked: readonly number[];
  /** More that must be so. */
  readonly also?: (build: ModelBuild) => boolean;
}

type Model = Extract<Need, { form: "words" }>["model"];

/** The cases, made from two needs whose specification and code are right: one that asks nobody, and one with a source. */
export function loopCases({ draft, code }: Model, tides: Model): readonly LoopCase[] {
  const spec = draft;
  const coded = (module: string): unknown => ({ module, said: "I wrote it." });
  const repaired = (text: string, path = "module.ts"): unknown => ({ files: [{ path, text }], said: "I changed it." });
  /** Wrong, each in a way of its own. */
  const wrong = (by: number): string => code.replace("/ people)", `/ (people + ${by}))`);
  const [a, b, c] = [wrong(1), wrong(2), wrong(3)];
  const out = code.replace("const each", "globalThis.each = 1;\n  const each");
  const asks = code
    .replace("(input)", "(input, nexus)")
    .replace("const each", 'await nexus.fetch("https://cdn.split.example/x");\n  const each');
  const heart = tides.code.replace(
    "summary: ",
    'summary: harbour === "Halifax" ? "At 14:32, 1.82 m." : harbour === "Saint John" ? "At 03:05, 7.46 m." : ',
  );
  const ok = { ok: true, concerns: [] };
  return [
    { name: "right at once", scripts: [[spec, coded(code)]], ends: "proven in 0", asked: [2] },
    {
      name: "right after two repairs",
      scripts: [[spec, coded(a), repaired(b), repaired(code)]],
      ends: "proven in 2",
      asked: [4],
    },
    {
      name: "right after as many repairs as are allowed",
      scripts: [[spec, coded(a), repaired(b), repaired(code)]],
      rounds: 2,
      ends: "proven in 2",
      asked: [4],
    },
    {
      name: "not right within the rounds",
      scripts: [[spec, coded(a), repaired(b), repaired(c), repaired(code)]],
      rounds: 2,
      ends: "rounds after 2",
      asked: [4],
    },
    {
      name: "A, B and A again",
      scripts: [[spec, coded(a), repaired(b), repaired(a), repaired(code)]],
      rounds: 10,
      ends: "no_progress after 2",
      asked: [4],
      also: ({ rounds }) => rounds[0]?.sha256 === rounds[2]?.sha256,
    },
    {
      name: "other bytes, the same failures",
      scripts: [[spec, coded(a), repaired(`// once more\n${a}`), repaired(code)]],
      ends: "no_progress after 1",
      asked: [3],
    },
    { name: "a way out at once", scripts: [[spec, coded(out), repaired(code)]], ends: "policy after 0", asked: [2] },
    {
      name: "a way out in a repair",
      scripts: [[spec, coded(a), repaired(out), repaired(code)]],
      ends: "policy after 1",
      asked: [3],
    },
    {
      name: "a host that was not declared, taken out again",
      scripts: [[spec, coded(asks), repaired(code)]],
      ends: "proven in 1",
      asked: [3],
      also: ({ rounds }) =>
        /^-.*nexus\.fetch/m.test(rounds[1]?.diff ?? "") && !/manifest\.json/.test(rounds[1]?.diff ?? ""),
    },
    {
      name: "its own tests rewritten to pass",
      scripts: [[spec, coded(a), repaired("[]", "tests/split.json"), repaired(code)]],
      ends: "unusable after 0",
      asked: [3],
      also: ({ reports }) => new Set(reports.map(({ hashes }) => hashes.tests)).size === 1,
    },
    {
      name: "its own tests rewritten, and another model that repairs",
      scripts: [
        [spec, coded(a), repaired("[]", "tests/split.json")],
        [ok, repaired(code)],
      ],
      ends: "proven in 1",
      asked: [3, 2],
    },
    {
      name: "the budget of the build ends",
      scripts: [[spec, coded(a), repaired(b), repaired(code)]],
      units: 0.35,
      ends: "budget after 1",
      asked: [3],
    },
    {
      name: "the budget of the build ends while it is written",
      scripts: [[spec, coded(code)]],
      units: 0.1,
      ends: "not written: budget",
      asked: [1],
    },
    {
      name: "the limit of the org ends it",
      scripts: [[spec, coded(a), repaired(code)]],
      limit: 0.2,
      ends: "budget after 0",
      asked: [2],
    },
    {
      name: "prose around a specification, twice",
      scripts: [[`Here: ${JSON.stringify(spec)}`, "Sorry."]],
      ends: "not written: unusable",
      asked: [2],
    },
    {
      name: "an extra key in the code, then none",
      scripts: [[spec, { module: code, said: "x", approved: true }, coded(code)]],
      ends: "proven in 0",
      asked: [3],
    },
    {
      name: "prose where a repair is wanted",
      scripts: [[spec, coded(a), "I fixed it!"]],
      ends: "unusable after 0",
      asked: [3],
    },
    {
      name: "another model reviews it, and is content",
      scripts: [[spec, coded(code)], [ok]],
      ends: "proven in 0",
      asked: [2, 1],
      also: ({ reviewer, review }) => reviewer === "m2/scripted" && review?.isRewritten === false,
    },
    {
      name: "another model reviews it, and it is written anew once",
      scripts: [[spec, coded(a), coded(code)], [{ ok: false, concerns: ["It rounds to tenths of a cent."] }]],
      ends: "proven in 0",
      asked: [3, 1],
      also: ({ review }) => review?.isRewritten === true,
    },
    {
      name: "answers learnt by heart, found and put right",
      scripts: [[tides.draft, coded(heart), repaired(tides.code)]],
      ends: "proven in 1",
      asked: [3],
    },
    { name: "no model at all", scripts: [], ends: "not written: no_model", asked: [] },
  ];
}

/** Plays a case. @returns what was otherwise than it must be; empty when all was exact */
export async function playCase(sandbox: Sandbox, loop: LoopCase, signal: AbortSignal): Promise<string[]> {
  await using room = await openModelRoom(loop.scripts);
  if (loop.limit !== undefined) await room.limit(loop.limit);
  const { rounds, units } = loop;
  const build = await buildWithModel(
    { sandbox, ...room, mutants: 0, ...(rounds !== undefined && { rounds }), ...(units !== undefined && { units }) },
    "something that people need",
    signal,
  );
  const ended = endOf(build);
  const asked = room.servers.map(({ requests }) => requests.length);
  return [
    ...(ended === loop.ends ? [] : [`${loop.name}: ended as “${ended}”, not “${loop.ends}”`]),
    ...(asked.join() === loop.asked.join()
      ? []
      : [`${loop.name}: models were asked ${asked.join()}, not ${loop.asked.join()}`]),
    ...(loop.also === undefined || loop.also(build) ? [] : [`${loop.name}: something else is not as it must be`]),
    ...room.servers.flatMap(({ complaints }) => complaints.filter((line) => !line.includes("no answer for it"))),
  ];
}

function endOf({ writing, proof, rounds }: ModelBuild): string {
  if (proof === undefined) return `not written: ${writing}`;
  const repairs = rounds.length - 1;
  return proof.state === "proven" ? `proven in ${repairs}` : `${proof.why} after ${repairs}`;
}
