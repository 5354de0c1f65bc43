import { isPublicAddress } from "#sandbox/egress/address.ts";
import { openBrokerWorld, POLICY } from "#test/abuse/broker-world.ts";
import { EXCHANGES } from "#test/abuse/exchanges.ts";
import { tryExchange } from "#test/abuse/exchange.ts";
import type { AbuseCase } from "./case-file.ts";
import { blank, type CaseResult, notRun } from "./case-result.ts";

/** Asks the broker for an address, as the module of the catalogue would: one host, `/v1/`, GET. */
export async function tryAddress({ id, expected }: AbuseCase, url: string): Promise<CaseResult> {
  const result = blank(id);
  const codes = new Set<string>();
  for (const reading of readingsOf(url)) {
    await using world = await openBrokerWorld();
    const asked = await world.ask(reading, {}, { ...POLICY, hosts: POLICY.hosts.slice(0, 1) });
    codes.add(asked.result.ok ? "ok" : asked.result.code);
    const stray = world.seen.find(({ host, path }) => host !== "api.example.com" || !path.startsWith("/v1/"));
    if (stray !== undefined) result.escapes.push(`a request reached ${stray.host}${stray.path}`);
    if (expected === "pass") break;
  }
  result.saw = [...codes].join(", ");
  if ((expected === "pass") !== codes.has("ok")) result.wrong.push(`expected ${expected}, got ${result.saw}`);
  return result;
}

/** An address as it is written, and as whoever wrote its escapes or its “(long)” meant it. */
function readingsOf(url: string): string[] {
  const escapes: Readonly<Record<string, string>> = {
    "\\\\": "\\",
    "\\t": "\t",
    "\\n": "\n",
    "\\r": "\r",
    "\\0": "\0",
  };
  const meant = url.replaceAll(/\\[\\tnr0]/g, (escape) => escapes[escape] ?? escape);
  const grown = url.replace(/ ?\+ ?\(long\)$/, "x".repeat(3_000));
  return [...new Set([url, meant, grown])];
}

/** Sorts a list of `ADDRESS => public=true|false`, or of addresses that must all be private. */
export function tryAddressList({ id }: AbuseCase, list: readonly string[]): CaseResult {
  const result = blank(id);
  for (const line of list) {
    const [address = "", wanted = "public=false"] = line.split(" => ");
    const isPublic = isPublicAddress(address.trim());
    if (isPublic !== (wanted.trim() === "public=true")) result.wrong.push(`${line}, found public=${isPublic}`);
  }
  result.saw = `${list.length} addresses`;
  return result;
}

/** An exchange that is known by its id: the catalogue describes it, and does not write it down. */
export async function tryExchanges({ id, expected }: AbuseCase): Promise<CaseResult> {
  const known = EXCHANGES.filter((exchange) => exchange.id === id);
  if (known.length === 0) return notRun(id, "an exchange that is only described, and not among those we know");
  const result = blank(id);
  const ends: string[] = [];
  for (const exchange of known) {
    const { ended, problems } = await tryExchange(exchange);
    ends.push(ended);
    result.wrong.push(...problems.map((problem) => `${exchange.attack}: ${problem}`));
    if (expected === "runtime-deny" && ended === "ok") result.wrong.push(`${exchange.attack}: expected a refusal`);
    if (expected === "pass" && ended !== "ok")
      result.wrong.push(`${exchange.attack}: expected an answer, got ${ended}`);
    if (problems.some((problem) => problem.startsWith("the credential"))) result.escapes.push(...problems);
  }
  result.saw = [...new Set(ends)].join(", ");
  return result;
}
