import { readFileSync, readdirSync, writeFileSync, mkdirSync, rmSync } from "node:fs";
import { describe } from "#core/evolution/api/describe.ts";
import { writeModule } from "#core/evolution/writer/write-module.ts";
import { takeIn } from "#sandbox/bundle/intake.ts";
import { assembleBundle } from "#sandbox/bundle/assemble.ts";
import { checkManifest } from "#sandbox/inspect/check-manifest.ts";
import { inspectModule } from "#sandbox/inspect/inspect-module.ts";
import { runAllTests } from "#sandbox/validate/run-tests.ts";
import { runProbes, findingsOf } from "#sandbox/validate/run-probes.ts";
import { makeProbes } from "#sandbox/validate/probes.ts";
import { chooseBase } from "#sandbox/validate/base-call.ts";
import { newId, OrgId } from "#core/contract/ids.ts";
const dir = "/work/shared/data/openapi/";
const args = process.argv.slice(2);
const only = args.filter((a) => !a.startsWith("--"));
const all = args.includes("--all");
const names = readdirSync(dir).sort().filter((n) => only.length === 0 || only.some((o) => n.startsWith(o)));
let count = 0, bad = 0, tests = 0; const org = newId(OrgId); const why = new Map<string, [number, string]>();
const note = (k: string, ex: string) => { const w = why.get(k); why.set(k, [(w?.[0] ?? 0) + 1, w?.[1] ?? ex]); };
const signal = AbortSignal.timeout(3600000);
for (const name of names) {
  let api;
  try { const text = readFileSync(dir + name, "utf8"); try { api = describe({ kind: "openapi", text }); } catch { try { api = describe({ kind: "openapi", text, server: "https://service.example.com" }); } catch { api = describe({ kind: "openapi", text, server: "https://service.example.com" }, { keysInAddress: true }); if (!process.argv.includes("--keys")) continue; } } } catch (e) { console.log("REFUSED", name, (e as any).say?.slice(0, 200) ?? (e as any).stack); continue; }
  const groups: (readonly string[] | undefined)[] = [undefined];
  if (all) for (let i = 0; i < api.operations.length; i += 5) groups.push(api.operations.slice(i, i + 5).map((o) => o.id));
  for (const operations of groups) {
    count++;
    const label = `${name} ${operations?.join(",") ?? "default"}`;
    let w;
    try { w = writeModule(api, { taken: [], ...(operations ? { operations } : {}) }); } catch (e) { bad++; note(`write ${(e as Error).message.slice(0, 80)}`, label); if (!(e as any).code) console.log((e as any).stack, label); continue; }
    if (operations && w.operations.length < operations.length) { for (const n of w.notes.filter((x) => x.includes("cannot be served"))) note(`note ${n.replace(/^\S+/, "")}`, label); }
    const root = `/tmp/nexus/s2/mods/m${count}`;
    for (const [p, b] of w.entries) { const f = `${root}/${p}`; mkdirSync(f.replace(/[^/]*$/, ""), { recursive: true }); writeFileSync(f, b); }
    const intake = takeIn(w.entries);
    const insp = inspectModule({ sources: Object.fromEntries(intake.sources) as any, manifest: intake.manifest!, ...( { sources: intake.sources } as any) });
    const findings = [...intake.findings, ...checkManifest(w.manifest, { installed: [] }), ...insp.findings];
    for (const f of findings) { note(`${f.severity} ${f.rule} ${f.severity === "error" ? f.message.slice(0, 120) : ""}`, `${label} ${f.file}:${f.line} ${f.message}`); if (f.severity === "error") bad++; }
    const bundle = assembleBundle({ ...intake, manifest: w.manifest }, new Map());
    let mod: any;
    try { mod = await import(`${root}/module.ts`); } catch (e) { bad++; note("import", label + " " + (e as Error).message); continue; }
    const run: any = async (call: any, host: any, s: any) => {
      const nexus = { fetch: (u: string, i: any) => host.fetch(u, JSON.parse(JSON.stringify(i ?? {})), s), log() {}, now: () => call.now, random: () => 0.5, asker: call.asker, sample: call.sample };
      try { return { status: "completed", output: JSON.parse(JSON.stringify(await mod[call.capability](JSON.parse(JSON.stringify(call.input)), nexus) ?? null)), cpuMs: 1, peakMib: 1 }; } catch (e) { return { status: "failed", message: String((e as any).stack).slice(0, 500) }; }
    };
    const ends = await runAllTests({ run, bundle, org }, intake.tests, signal);
    tests += ends.length;
    for (const { test, result } of ends) if (!result.passed) { bad++; note(`test ${result.why?.replace(/“.*/, "").slice(0, 70)}`, `${root} ${label} :: ${test.name} → ${result.why?.slice(0, 500)}`); }
    const bases = new Map(w.manifest.capabilities.map((each) => [each.name, chooseBase(each, ends)]));
    const probes = makeProbes(w.manifest, bases as any);
    if (args.includes("--count")) console.log(label, ends.length, probes.length);
    const probed = await runProbes({ run, bundle, org }, probes, signal);
    for (const f of probed) if (!f.result.passed) { note(`probe ${f.rule} ${f.result.why?.slice(0, 60)}`, `${root} ${label} ${f.result.name} → ${f.result.why?.slice(0, 300)}`); }
    rmSync(root, { recursive: true }); if (ends.some((e) => !e.result.passed)) for (const [p, b] of w.entries) { const f = `${root}/${p}`; mkdirSync(f.replace(/[^/]*$/, ""), { recursive: true }); writeFileSync(f, b); }
  }
}
console.log({ modules: count, bad, tests });
for (const [k, [n, ex]] of [...why].sort((a, b) => b[1][0] - a[1][0]).slice(0, 60)) console.log(n, k, "\n      ", ex.slice(0, 420));
