import { discover } from "#core/evolution/api/discover.ts";
const kind = process.argv[2];
let text = "";
if (kind === "yaml") { text = "openapi: 3.0.0\npaths:\n"; const l: string[] = []; for (let i = 0; i < 330_000; i++) l.push(`  /p${i}:\n    get: {summary: "a b c", x: [1,2,3]}`); text += l.join("\n"); }
if (kind === "yaml2") { text = "openapi: 3.0.0\n" + "a: [b, c, d, e]\n".repeat(1_200_000); }
if (kind === "json") text = '{"openapi":"3.0.0","paths":{' + Array.from({length: 300_000}, (_, i) => `"/p${i}":{"get":{"summary":"abc"}}`).join(",") + "}}";
text = text.slice(0, 19_900_000);
let worst = 0, last = performance.now();
const t = setInterval(() => { const n = performance.now(); worst = Math.max(worst, n - last); last = n; }, 5);
const s = performance.now();
try { const m = await discover("https://a.example.com/x", async ({url}) => ({ status: 200, headers: {}, text, url }), new AbortController().signal); console.log(m.kind); } catch (e) { console.log(String(e)); }
await new Promise((r) => setTimeout(r, 20));
clearInterval(t);
console.log(kind, text.length, "total", Math.round(performance.now() - s), "ms; event loop blocked", Math.round(worst), "ms", Math.round(process.memoryUsage().rss/1e6), "MB");
