import { valueAt } from "#core/clock/watches/fields.ts";
import type { Judgement } from "#core/clock/watches/judge.ts";
import type { News } from "#core/clock/watches/list-news.ts";
import { sayTest } from "#core/clock/watches/say-test.ts";
import type { Action, Part, Reply } from "#core/contract/reply.ts";
import type { StoredWatch } from "#core/store/store.ts";
import { clip, say } from "#core/orchestrator/compose.ts";
import { whenOf } from "#core/orchestrator/context.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { Scene } from "#core/orchestrator/scene.ts";
import { titleCase } from "#core/orchestrator/title-case.ts";
import type { EndedBy } from "./watch-outcome.ts";
import { sayValue } from "./watch-offer.ts";
import type { LookResult } from "./watch-run.ts";

/** Tells somebody that what they waited for is so: what it says now first, then why they are told. */
export function tellReply(
  scene: Scene,
  watch: StoredWatch,
  look: Extract<LookResult, { is: "run" }>,
  { news, value }: Pick<Judgement, "news" | "value">,
): Reply {
  const { plan } = watch;
  const { result, manifest } = look;
  const isSample = result.ok && result.sample;
  const now = inert(result.ok ? result.summary : result.say);
  const told = news.slice(0, MOST_NEWS).map((one) => newsWords(one, scene));
  const more = news.length > MOST_NEWS ? [`… and ${news.length - MOST_NEWS} more.`] : [];
  const [first = now] = told;
  const summary = `${first}${isSample ? " (sample data)" : ""}`;
  const isOnce = plan.often === "once";
  const { composer } = scene;
  const actions = [
    isOnce
      ? composer.button("Tell Me the Next Time", { verb: "wat", do: "again", watch: watch.id })
      : composer.button("Stop Telling Me", { verb: "wat", do: "end", watch: watch.id }),
    composer.whyButton(scene.turn.turnId),
  ];
  const asked = `You wanted to know ${isOnce ? "when" : "whenever"} ${plan.title}.`;
  const asOf = result.ok ? ` · as of ${whenOf(result.asOf, scene)}` : "";
  const words: Part[] = [
    ...(told.length > 1 ? [{ type: "text", markdown: [...told.slice(1), ...more].join("\n") } as const] : []),
    ...(told.length > 0 ? [] : valuePart(watch, value, scene)),
    { type: "text", markdown: asked },
    {
      type: "context",
      markdown: `${isSample ? "**Sample data**, generated · " : ""}${manifest.title}${asOf} · \`watch ${watch.code}\``,
    },
  ];
  return seenBy(watch, say(summary, actions, words));
}

/** Says that a source cannot be looked at, and that it goes on being tried. */
export function cannotLook(scene: Scene, watch: StoredWatch, look: LookResult): Reply {
  const { composer } = scene;
  const actions: Action[] = [composer.button("End This Watch", { verb: "wat", do: "end", watch: watch.id })];
  const title = watch.plan.title;
  const goesOn = `I go on trying until ${whenOf(watch.endsAt, scene)}, ever more rarely; after a week of this I give up. I don't mention it again.`;
  if (look.is === "run" && !look.result.ok) {
    const { credential, module } = { credential: look.result.credential, module: look.manifest };
    const need = module.credentials.find(({ name }) => name === credential);
    if (need !== undefined) {
      const label = titleCase(`Connect ${need.title}`);
      actions.unshift(
        composer.button(
          label,
          { verb: "con", module: module.name, credential: need.name, asked: watch.person },
          "primary",
        ),
      );
    }
  }
  const why = whyNot(look);
  return seenBy(
    watch,
    say(`I can't see at the moment whether ${title}. ${why}`, actions, [
      { type: "context", markdown: `${goesOn} \`watch ${watch.code}\`` },
    ]),
  );
}

/** Says that a watch is over without what it waited for. */
export function endedReply(scene: Scene, watch: StoredWatch, why: EndedBy): Reply {
  const { title, often, untilMs } = watch.plan;
  const came = watch.tellings > 0 ? "" : " It did not come to that.";
  const words = {
    left: "",
    time:
      untilMs === undefined
        ? `I have watched for 30 days whether ${title}, and stop now.${came}`
        : `The day is over, so I don't watch any more whether ${title}.${came}`,
    over: `The day is over, so I don't watch any more whether ${title}.${came}`,
    failing: `For a week I could not see whether ${title}, so I have given up.`,
  }[why];
  const again = scene.composer.button(often === "once" ? "Watch Again" : "Go On for 30 Days", {
    verb: "wat",
    do: "again",
    watch: watch.id,
  });
  const isPast = why === "over" || untilMs !== undefined;
  return seenBy(watch, say(words, isPast ? [] : [again]));
}

/** What stands in the way of a look, in words. */
export function whyNot(look: LookResult): string {
  if (look.is === "away") return "The module that would tell is switched off, or not here any more.";
  if (look.is === "refused") return inert(look.verdict.say);
  return look.result.ok ? "Its source does not answer." : `${inert(look.result.say)} ${inert(look.result.hint)}`;
}

/** Private data is for its owner alone, wherever it is told. */
export function seenBy({ plan }: Pick<StoredWatch, "plan">, reply: Reply): Reply {
  return { ...reply, visibility: plan.isPrivate ? "only_actor" : "everyone" };
}

/** One piece of news about an entry, in words. */
export function newsWords(news: News, scene: Scene): string {
  const name = `“${clip(inert(news.name), 120)}”`;
  switch (news.what) {
    case "new":
      return `New: ${name}.`;
    case "gone":
      return `${name} is not there any more.`;
    case "moved":
      return `${name} is moved: it was ${timeWords(news.from, scene)}, and is ${timeWords(news.to, scene)} now.`;
    default:
      return news satisfies never;
  }
}

const MOST_NEWS = 5;

function timeWords(text: string, scene: Scene): string {
  const at = /T\d{2}:/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? inert(text) : whenOf(new Date(at), scene);
}

function valuePart({ plan, seen }: StoredWatch, value: ReturnType<typeof valueAt>, { asker }: Scene): Part[] {
  const { locale } = asker;
  const before = plan.test.is === "changed" ? valueAt(seen, ["value"]) : undefined;
  const was = before === undefined ? "" : `, it was ${sayValue(plan.path, before, locale)}`;
  if (value === undefined) return [];
  return [
    {
      type: "fields",
      items: [
        {
          label: clip(sayTest(plan.path, plan.test, locale), 100),
          value: `${sayValue(plan.path, value, locale)}${was}`,
        },
      ],
    },
  ];
}
