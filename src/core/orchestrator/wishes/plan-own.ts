import { say } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { countryOf } from "./countries.ts";
import { chosenLocale } from "./chosen-locale.ts";
import { alone, offerPlan } from "./plan-offer.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { findZone } from "#core/orchestrator/people/time-zone.ts";
import { titleCase } from "#core/orchestrator/title-case.ts";
import type { Wish } from "./wish.ts";

/** Plans by which clock somebody is answered; undefined where the words name no zone. */
export async function planZone(deps: OrchestratorDeps, scene: Scene, typed: string): Promise<Outcome | undefined> {
  const zone = findZone(typed);
  if (zone === undefined) return undefined;
  const before = (await deps.store.people.chosenTimeZone({ org: scene.turn.org, person: scene.person })) ?? null;
  const clock = (timeZone: string) =>
    new Intl.DateTimeFormat(scene.asker.locale, { timeZone, hour: "numeric", minute: "2-digit" }).format(scene.now);
  const { timeZone } = scene.asker;
  return offerPlan(deps, scene, {
    title: `show you times in ${zone}`,
    changes: [{ set: "zone", before, after: zone }],
    items:
      zone === timeZone
        ? []
        : [
            {
              label: "Your time zone",
              value: `${zone}, where it is ${clock(zone)} (now: ${timeZone}, ${clock(timeZone)})`,
            },
          ],
  });
}

/** Plans how somebody's dates and numbers are written; undefined where the words name no country we know. */
export async function planLocale(deps: OrchestratorDeps, scene: Scene, of: string): Promise<Outcome | undefined> {
  const country = countryOf(of);
  if (country === undefined) return undefined;
  const after = `en-${country.region}`;
  const before = chosenLocale(scene.remembered) ?? null;
  return offerPlan(deps, scene, {
    title: `write your dates and numbers as in ${country.name}`,
    changes: [{ set: "locale", before, after }],
    items:
      before === after
        ? []
        : [{ label: "As in", value: `${sample(after, scene)} (now: ${sample(scene.asker.locale, scene)})` }],
    notes: ["The words stay English."],
  });
}

/** NEXUS writes English and says so; what can be done in another language's way is offered. */
export function declineLanguage(scene: Scene, { language }: Extract<Wish, { wish: "language" }>): Outcome {
  if (/^english$/i.test(language)) return { replies: [alone(say("I write English already."))] };
  const country = countryOf(language);
  const text = country && `write dates and numbers as in ${country.name}`;
  const also =
    text === undefined ? "" : ` Your dates and numbers I can write as in ${country?.name ?? ""}: say \`${text}\`.`;
  const actions =
    text === undefined
      ? []
      : [scene.composer.button(titleCase(`Dates as in ${country?.name ?? ""}`), { verb: "say", text })];
  return {
    replies: [
      alone(say(`I only write English so far. I noted that you want ${inert(titleCase(language))}.${also}`, actions)),
    ],
    unmet: { text: `answer in ${language.toLowerCase()}`, reason: "only English", kind: "ours" },
  };
}

function sample(locale: string, { now, asker }: Scene): string {
  const date = new Intl.DateTimeFormat(locale, { timeZone: asker.timeZone, dateStyle: "short", timeStyle: "short" });
  return `${date.format(now)} · ${new Intl.NumberFormat(locale).format(1234.5)}`;
}
