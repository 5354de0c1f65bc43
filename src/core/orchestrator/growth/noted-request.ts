import { MATRIX, whoMay } from "#core/contract/permission.ts";
import type { Reply } from "#core/contract/reply.ts";
import type { Noticed } from "#core/evolution/curriculum/curriculum.ts";
import { errorReply } from "#core/orchestrator/failure.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";
import { titleCase } from "#core/orchestrator/title-case.ts";

/** The plain answer to a request nobody can serve yet. */
export function cannotDo(scene: Scene): Reply {
  return errorReply("cannot_do", CANNOT, `I noted the request. ${HELP}`, scene.turn.turnId, [
    scene.composer.whyButton(scene.turn.turnId),
  ]);
}

/**
 * The same with what is known of such requests: how many people made the like this week, which is all that is told of
 * others; a module that seems to do it; and, to whoever may have one built, how.
 */
export async function notedRequest(deps: OrchestratorDeps, scene: Scene, text: string): Promise<Reply> {
  const { org, turnId } = scene.turn;
  const noticed = await noticedNow(deps, scene, text);
  const why = scene.composer.whyButton(turnId);
  if (noticed?.serves !== undefined) return servedReply(scene, noticed.serves);
  const isFirst = noticed === undefined || noticed.people < 2;
  if (isFirst && noticed?.offered === undefined) return cannotDo(scene);
  const mayBuild = MATRIX[await deps.roles.roleOf(org, scene.person)].has("module.build");
  if (noticed.offered !== undefined) return offeredReply(scene, noticed, noticed.offered, mayBuild);
  const how = mayBuild ? " Know its API? Say `build me a module for` and the address of its document." : ` ${HELP}`;
  const hint = `${noted(noticed)}${how}`;
  return errorReply("cannot_do", CANNOT, hint, turnId, [why]);
}

const CANNOT = "I can't do that yet: no installed module does it.";
const HELP = "Say `help` for what I can do now.";

/** Whether somebody says that they would like NEXUS to be able to do something. */
export function isWishForMore(text: string): boolean {
  return MORE.test(text.normalize("NFKC").replaceAll("\u2019", "'").trim());
}

const MORE =
  /^(?:(?:hey |hi |ok |so )?nexus[,:]? )?(?:i (?:really )?wish (?:you|nexus|the bot|we|i|there|it) (?:could|would|can|had|knew|was|were)|it(?:'d| would) be (?:so |really |very )?(?:nice|great|good|cool|handy|useful|helpful|awesome|lovely) (?:if|to have)|would(?:n't)? it be (?:nice|great|possible|cool) (?:if|to)|why can(?:'t|not) you|can you (?:please )?learn (?:to|how)|(?:please )?learn (?:to|how to) |you should (?:be able|learn|know)|if only you|too bad you can't|when will you be able to)/i;

/** A wish that something else answered is noted all the same, and the one who had it is told so. */
export function withWish(outcome: Outcome, text: string): Outcome {
  if (!isWishForMore(text) || outcome.isQuestion === true) return outcome;
  if (outcome.unmet !== undefined) return { ...outcome, unmet: { ...outcome.unmet, kind: "wish" } };
  // What was done or is waited for was no wish, but a polite way to ask.
  const { run, tiers } = outcome.record ?? {};
  if (run !== undefined || tiers?.by === undefined || tiers.tools.length > 0) return outcome;
  return { ...outcome, unmet: { text, reason: "they said that they wish for it", kind: "wish" } };
}

/** Noting must not fail because counting does. */
async function noticedNow(deps: OrchestratorDeps, scene: Scene, text: string): Promise<Noticed | undefined> {
  try {
    return await deps.curriculum.noticed(scene.turn.org, scene.person, text);
  } catch (err) {
    deps.log.warn({ err, turn: scene.turn.turnId }, "it could not be counted who asked for the like");
    return undefined;
  }
}

/** A module that could be installed: whoever may have that done is given the way. */
function offeredReply(
  { composer, turn }: Scene,
  noticed: Noticed,
  { module, title }: NonNullable<Noticed["offered"]>,
  mayBuild: boolean,
): Reply {
  const how = mayBuild
    ? `say \`install ${module}\`, and I check it and ask for approval.`
    : `one of the ${whoMay("operator")} can say \`install ${module}\`.`;
  const hint = `${noted(noticed)} The module ${inert(title)} seems to do it: ${how}`;
  const say = { verb: "say", text: `install ${module}` } as const;
  const install = mayBuild ? [composer.button(titleCase(`Install ${inert(title)}`), say, "primary")] : [];
  return errorReply("cannot_do", CANNOT, hint, turn.turnId, [...install, composer.whyButton(turn.turnId)]);
}

function noted({ people }: Noticed): string {
  if (people < 2) return "I noted the request.";
  return `I noted the request: you are the ${ordinal(people)} person to ask for something like it this week.`;
}

function servedReply(scene: Scene, { module, title, example, isOff }: NonNullable<Noticed["serves"]>): Reply {
  const { composer, turn } = scene;
  const why = composer.whyButton(turn.turnId);
  const name = inert(title);
  if (isOff) {
    const ask = composer.button(titleCase(`Ask to Switch On ${name}`), { verb: "mod", module, on: true }, "primary");
    const cause = `I can't do that now: ${name} seems to do it, and it is switched off here.`;
    return errorReply("cannot_do", cause, `Say \`enable ${module}\` to ask for it.`, turn.turnId, [ask, why]);
  }
  const said = inert(example);
  const ask = composer.button(titleCase(said), { verb: "say", text: example, from: module }, "primary");
  const hint = `I noted the request. If you mean something like “${said}”: that is what ${name} does.`;
  return errorReply("cannot_do", CANNOT, hint, turn.turnId, [ask, why]);
}

/** `2nd`, `3rd`, `11th` */
function ordinal(count: number): string {
  const ending = { one: "st", two: "nd", few: "rd", other: "th", zero: "th", many: "th" };
  return `${count}${ending[ORDINALS.select(count)]}`;
}

const ORDINALS = new Intl.PluralRules("en", { type: "ordinal" });
