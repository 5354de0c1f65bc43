import { fillReply } from "#core/contract/fill-reply.ts";
import { newId, OrgId } from "#core/contract/ids.ts";
import type { Json, JsonObject } from "#core/contract/json.ts";
import type { Capability, Manifest } from "#core/contract/manifest.ts";
import { type Bundle, type FetchInit, type FetchResult, ModuleOutput } from "#core/contract/module.ts";
import type { Sandbox } from "#core/contract/sandbox.ts";
import { bareHost } from "#sandbox/bare-host.ts";
import { checkUrl } from "#sandbox/egress/check-url.ts";
import type { HiddenTest } from "./need.ts";

/** Whether some capability of a module does what a hidden test wants; if none does, what each did instead. */
export type HiddenVerdict = { readonly passed: true } | { readonly passed: false; readonly why: string };

/**
 * Tries a hidden test on a module. It knows no capability and no slot by name: values go to the slots whose names come
 * nearest, and a capability passes by asking the expected thing of the source and showing what it said.
 */
export async function runHidden(
  sandbox: Pick<Sandbox, "run">,
  bundle: Bundle,
  test: HiddenTest,
  signal: AbortSignal,
): Promise<HiddenVerdict> {
  const failures: string[] = [];
  for (const capability of bundle.manifest.capabilities) {
    const why = await tryCapability(sandbox, bundle, capability, test, signal);
    if (why === undefined) return { passed: true };
    failures.push(`${capability.name}: ${why}`);
  }
  return { passed: false, why: failures.join("; ") };
}

async function tryCapability(
  sandbox: Pick<Sandbox, "run">,
  bundle: Bundle,
  capability: Capability,
  test: HiddenTest,
  signal: AbortSignal,
): Promise<string | undefined> {
  const input = inputFor(capability, test.values);
  if (typeof input === "string") return input;
  const source = createSource(bundle.manifest, test);
  const outcome = await sandbox.run(
    {
      org: newId(OrgId),
      bundle,
      capability: capability.name,
      input,
      limits: bundle.manifest.limits,
      now: new Date("2026-11-21T12:00:00Z"),
      seed: "hidden",
      asker: { locale: "en-CA", timeZone: "UTC" },
      sample: "off",
      origin: "stranger",
    },
    { ...bareHost(), fetch: async (url, init) => source.fetch(url, init) },
    signal,
  );
  if (outcome.status !== "completed") return `it ended as ${outcome.status}`;
  if (test.request !== undefined && !source.wasAsked()) return `it asked ${source.others() || "nothing"}`;
  const output = ModuleOutput.safeParse(outcome.output);
  if (!output.success) return "its answer is none";
  if ("error" in output.data) return `it said ${output.data.error.code}: ${output.data.error.say}`;
  const summary = output.data.summary ?? fillReply(capability.reply, output.data.data) ?? capability.title;
  const shown = [summary, ...textsOf(output.data.parts ?? []), ...textsOf(output.data.data ?? null)].join("\n");
  const missing = test.shows.find((text) => !shown.includes(text));
  return missing === undefined ? undefined : `it does not show ${JSON.stringify(missing)}`;
}

/** The values by slot, or what has no slot. */
function inputFor({ slots, required }: Capability, values: JsonObject): JsonObject | string {
  const input: JsonObject = {};
  for (const [name, value] of Object.entries(values)) {
    const slot = nearest(name, Object.keys(slots));
    if (slot === undefined) return `it has no slot for ${name}`;
    input[slot] = fit(value, slots[slot]?.type);
  }
  const missing = required.find((slot) => !(slot in input));
  return missing === undefined ? input : `it also needs ${missing}`;
}

/** A person says words; the slot makes a number of them where it wants one, and a choice of a yes. */
function fit(value: Json, type: Capability["slots"][string]["type"] | undefined): Json {
  if (type === "number" || typeof value === "object") return typeof value === "string" ? Number(value) : value;
  return typeof value === "boolean" ? (value ? "yes" : "no") : String(value);
}

function nearest(name: string, slots: readonly string[]): string | undefined {
  const wanted = bare(name);
  return (
    slots.find((slot) => bare(slot) === wanted) ??
    slots.find((slot) => bare(slot).endsWith(wanted) || wanted.endsWith(bare(slot))) ??
    slots.find((slot) => bare(slot).startsWith(wanted) || wanted.startsWith(bare(slot)))
  );
}

function bare(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** The source of a hidden test: it answers the one request it expects, however its parameters are ordered and escaped. */
function createSource(manifest: Manifest, { request, answer }: HiddenTest) {
  const others: string[] = [];
  let isAsked = false;
  return {
    wasAsked: () => isAsked,
    others: () => others.join(", "),
    fetch(raw: string, init: FetchInit): FetchResult {
      const method = init.method ?? "GET";
      const checked = checkUrl(raw, method, manifest.hosts);
      if (!checked.ok) return checked;
      if (request === undefined || answer === undefined || !isExpected(request, method, checked.url, init.body ?? "")) {
        others.push(`${method} ${raw} ${init.body ?? ""}`.trim());
        return { ok: true, status: 404, headers: { "content-type": "application/json" }, body: "{}" };
      }
      isAsked = true;
      const body = typeof answer.body === "string" ? answer.body : JSON.stringify(answer.body);
      return {
        ok: true,
        status: answer.status,
        headers: { "content-type": "application/json", ...answer.headers },
        body,
      };
    },
  };
}

function isExpected(
  { method, path, query, body, form, bodyHolds }: NonNullable<HiddenTest["request"]>,
  asked: string,
  url: URL,
  sent: string,
): boolean {
  const fields = new URLSearchParams(sent);
  return (
    asked === method &&
    decodeURIComponent(url.pathname) === path &&
    Object.entries(query).every(([name, value]) => url.searchParams.get(name) === value) &&
    Object.entries(form ?? {}).every(([name, value]) => fields.get(name) === value) &&
    (body === undefined || isPartOf(body, parsed(sent))) &&
    bodyHolds.every((text) => sent.includes(text))
  );
}

function isPartOf(part: Json, whole: Json): boolean {
  if (typeof part !== "object" || part === null) return part === whole;
  if (typeof whole !== "object" || whole === null) return false;
  const there = new Map(Object.entries(whole));
  return Object.entries(part).every(([key, value]) => isPartOf(value, there.get(key) ?? null));
}

function parsed(text: string): Json {
  try {
    const value: Json = JSON.parse(text);
    return value;
  } catch {
    return null;
  }
}

/** Every text and figure of an answer, wherever it stands. */
function textsOf(value: unknown): string[] {
  if (typeof value === "string" || typeof value === "number" || typeof value === "boolean") return [String(value)];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}
