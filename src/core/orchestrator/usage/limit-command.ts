import type { ChannelKey } from "#core/contract/ids.ts";
import { MATRIX } from "#core/contract/permission.ts";
import { channelOf } from "#core/contract/message.ts";
import { EACH, type QuotaKey, type QuotaPeriod } from "#core/contract/quota.ts";
import type { Part } from "#core/contract/reply.ts";
import { unitsText } from "#core/contract/run-units.ts";
import { changeDraft, type LimitChange } from "#core/metering/limits.ts";
import { budgetOf } from "#core/registry/call-budget.ts";
import { actorOf } from "#core/orchestrator/acting.ts";
import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { findModule } from "#core/orchestrator/runs/modules-switch.ts";
import type { Change } from "#core/orchestrator/wishes/plan-change.ts";
import { withUndo } from "#core/orchestrator/wishes/plan-done.ts";
import { limitHeld } from "#core/orchestrator/wishes/plan-held.ts";
import { again, nameOf } from "./quota-words.ts";
import { requirePermission } from "#core/orchestrator/people/rights.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";

/** A limit as it was typed. */
export interface LimitWish {
  /** `org`, `person`, `channel`, `here`, a mention, a channel or the name of a module. */
  readonly on: string;
  /** Without one, both. */
  readonly period: QuotaPeriod | undefined;
  readonly units: number | "off" | "default";
}

/** `limit org 100 a day`, `limit weather 50 a month`, `limit person off`. */
export function readLimit(words: string): LimitWish | undefined {
  const [, on, rest] =
    /^(?:set )?limit\s+(?:for |on )?(.{1,80}?)\s+(?:to )?((?:\d|off\b|none\b|reset\b|default\b).*)$/i.exec(words) ?? [];
  const [, amount, every] =
    /^(\d{1,9}(?:\.\d{1,3})?|off|none|reset|default)(?: units?)?(?:\s*(?:an?|per|each|every|\/)?\s*(day|daily|month|monthly))?$/i.exec(
      rest ?? "",
    ) ?? [];
  if (on === undefined || amount === undefined) return undefined;
  const word = amount.toLowerCase();
  const period = every === undefined ? undefined : /^m/i.test(every) ? "month" : "day";
  if (word === "off" || word === "none") return { on, period, units: "off" };
  if (word === "reset" || word === "default") return { on, period, units: "default" };
  // “limit the damage to 3” is a sentence.
  return period === undefined ? undefined : { on, period, units: Number(amount) };
}

/** Sets a limit, or takes one away. */
export async function setLimit(deps: OrchestratorDeps, scene: Scene, wish: LimitWish): Promise<Outcome> {
  await requirePermission(deps, scene, "quota.manage");
  const { org } = scene.turn;
  const found = await subjectOf(deps, scene, wish.on);
  if ("unknown" in found) return { replies: [say(found.unknown)] };
  const periods = wish.period === undefined ? (["day", "month"] as const) : [wish.period];
  const changes = periods.map((period): LimitChange => ({ ...found, period, units: wish.units }));
  const by = actorOf(scene);
  const name = await nameOf(deps, org, found, scene.conversation);
  const before = (await deps.metering.limits(org)).filter(
    ({ scope, subject, period }) => scope === found.scope && subject === found.subject && periods.includes(period),
  );
  const was = before.map(({ limit, period }) => (limit === undefined ? undefined : `${unitsText(limit)} a ${period}`));
  const told = was.filter((text) => text !== undefined).join(", ");
  const little = littleNote(wish.units).map((markdown) => ({ type: "context", markdown }) as const);
  const set = await Promise.all(
    changes.map(async ({ units, ...named }): Promise<Extract<Change, { set: "limit" }>> => {
      const key = named.scope === "org" ? { ...named, subject: EACH } : named;
      return { set: "limit", key, before: await limitHeld(deps.store, org, key), after: units };
    }),
  );
  const reply = say(`${wordOf(wish, name)}${told === "" ? "" : ` Before: ${told}.`}`, [], little);
  const done = withUndo(scene, reply, { title: `change the limit for ${name}`, changes: set });
  return {
    ...done,
    commit: async (inside) => {
      for (const change of changes) await deps.metering.setLimitIn(inside, org, change, by);
      await done.commit(inside);
    },
    audit: changes.map((change) => ({ ...changeDraft(change), actor: by, right: "quota.manage" })),
  };
}

const ENOUGH = budgetOf({ timeoutMs: 60_000, fetches: 1 }).leastUnits;
const LITTLE = `That is less than the ${unitsText(ENOUGH)} I hold before I ask anybody outside: only what is cheaper, or known already, is answered.`;

/** What is to be said of a limit under which hardly anything can be asked. */
export function littleNote(units: LimitWish["units"]): string[] {
  return typeof units === "number" && units < ENOUGH ? [LITTLE] : [];
}

function wordOf({ units, period }: LimitWish, name: string): string {
  if (units === "off")
    return `No ${period === undefined ? "" : `${period === "day" ? "daily" : "monthly"} `}limit for ${name} any more.`;
  if (units === "default") return `What the settings say holds for ${name} again.`;
  return `The limit for ${name} is ${unitsText(units)} a ${period ?? "day"} now.`;
}

type Subject = Pick<QuotaKey, "scope" | "subject">;

/** Whose limit words name, or that they name nothing known. */
export async function subjectOf(
  deps: OrchestratorDeps,
  scene: Scene,
  on: string,
): Promise<Subject | { unknown: string }> {
  const word = on.trim().replace(/^(?:the|each|every|any)\s+/i, "");
  if (/^(?:org|organi[sz]ation|workspace|server|everybody|everyone|all)$/i.test(word))
    return { scope: "org", subject: EACH };
  if (/^(?:person|people|user|member)s?$/i.test(word)) return { scope: "person", subject: EACH };
  if (/^channels?$/i.test(word)) return { scope: "channel", subject: EACH };
  if (/^modules?$/i.test(word)) return { scope: "module", subject: EACH };
  const channel = channelIn(scene, word);
  if (channel !== undefined) return { scope: "channel", subject: channel };
  if (word.startsWith("#")) {
    return { unknown: `I don't know ${inert(word)} by that name. Say \`limit here 50 a day\` in it.` };
  }
  const module = findModule(deps, scene.turn.org, word);
  if (module !== undefined) return { scope: "module", subject: module.manifest.name };
  const [person, ...others] = await deps.roles.find(scene.turn.org, word);
  if (person === undefined) {
    return {
      unknown: `I know no module and nobody called “${inert(word)}” here. \`limits\` shows what can be limited.`,
    };
  }
  if (others.length > 0) return { unknown: "Several people here have that name: mention the one you mean." };
  return { scope: "person", subject: person.person };
}

/** The channel a word names: this one, or one mentioned as its platform writes it. */
export function channelIn({ conversation }: Pick<Scene, "conversation">, word: string): ChannelKey | undefined {
  const bare = (name: string) => name.replace(/^#/, "").toLowerCase();
  const isHere =
    /^(?:here|this channel)$/i.test(word) ||
    (conversation.kind === "channel" && conversation.name !== undefined && bare(word) === bare(conversation.name));
  if (isHere) return channelOf(conversation);
  const id = /^<#([A-Za-z0-9]+)(?:\|[^>]*)?>$/.exec(word)?.[1];
  return id === undefined ? undefined : channelOf({ ...conversation, channelId: id });
}

/** The limits that hold, for whoever sets them; for anybody else those that concern them. */
export async function showLimits(deps: OrchestratorDeps, scene: Scene): Promise<Outcome> {
  const { org } = scene.turn;
  const role = await deps.roles.roleOf(org, scene.person);
  if (!MATRIX[role].has("quota.manage")) return { replies: [await ownLimits(deps, scene)] };
  const lines = await deps.metering.limits(org);
  const rows = await Promise.all(
    lines.map(async (line) => {
      const { limit, raised, period, standing, from } = line;
      const text = limit === undefined ? `none a ${period}` : `${unitsText(limit)} a ${period}${more(raised)}`;
      const used = standing === undefined ? "" : `${Number(standing.used.toFixed(2))}`;
      return [
        await nameOf(deps, org, line, scene.conversation),
        text,
        used,
        from === "set" ? "set here" : "the settings",
      ];
    }),
  );
  const held = lines.filter(({ limit }) => limit !== undefined).length;
  const summary = held === 0 ? "No limit holds." : `${held} ${held === 1 ? "limit holds" : "limits hold"}.`;
  const table: Part = {
    type: "table",
    caption: "Limits",
    columns: [
      { header: "For" },
      { header: "Limit", align: "right" },
      { header: "Used", align: "right" },
      { header: "From" },
    ],
    rows,
  };
  const parts: Part[] = [
    { type: "text", markdown: summary },
    ...(rows.length === 0 ? [] : [table]),
    { type: "context", markdown: HOW },
  ];
  return { replies: [{ summary, parts, visibility: "only_actor" }] };
}

function more(raised: number): string {
  return raised > 0 ? `, ${unitsText(raised)} more for now` : "";
}

const HOW =
  "`limit org 100 a day` · `limit person 20 a day` · `limit here 50 a day` · `limit weather 50 a month` · `limit … off` · `limit … reset`";

/** What holds for one person here, as they stand. */
async function ownLimits(deps: OrchestratorDeps, { turn, person, conversation }: Scene) {
  const standings = await deps.metering.standings(turn.org, { person, channel: channelOf(conversation) });
  if (standings.length === 0) return say("No limit holds for you here.");
  const items = await Promise.all(
    standings.map(async (standing) => ({
      label: `${standing.period === "day" ? "Daily" : "Monthly"}, ${standing.scope === "person" ? "you" : await nameOf(deps, turn.org, standing, conversation)}`,
      value: `${Number(standing.used.toFixed(2))} of ${unitsText(standing.limit)} used; starts again ${again(standing)}`,
    })),
  );
  const summary = "These limits hold for you here.";
  return {
    summary,
    parts: [
      { type: "text", markdown: summary },
      { type: "fields", items },
    ] satisfies Part[],
    visibility: "only_actor" as const,
  };
}
