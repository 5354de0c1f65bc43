import { NexusError } from "#core/contract/errors.ts";
import { BuildId, newId } from "#core/contract/ids.ts";
import { newCode } from "#core/contract/short-code.ts";
import type { Repositories } from "#core/store/store.ts";
import type { Build } from "./build.ts";
import type { BuildOpening, BuildRequest } from "./builds.ts";
import type { BuildsDeps } from "./builds-deps.ts";
import { json } from "./desk.ts";
import { sourceKey } from "./source-key.ts";
import { stepsFor } from "./steps.ts";
import { lightSource, toBuild, unsecret } from "./stored.ts";

/**
 * A build as it is begun with a turn's transaction, or the one of the same that there is already.
 * @throws NexusError too_many_requests when too many of its org's are under way
 */
export async function openBuild(deps: BuildsDeps, request: BuildRequest): Promise<BuildOpening> {
  const { store, audit } = deps;
  const { org, need } = request;
  const source = unsecret(request.source);
  const key = sourceKey(source, need);
  const own = store.forOrg(org);
  const same = await own.builds.openOn(key);
  if (same !== undefined)
    return {
      build: toBuild(org, same, await own.buildPapers.rounds(same.id)),
      isNew: false,
      commit: () => Promise.resolve(),
    };
  if ((await own.builds.countRunning()) >= MOST_RUNNING) throw tooMany();
  const now = deps.clock();
  const build: Build = {
    id: newId(BuildId),
    org,
    code: newCode(deps.randomBytes),
    need,
    source,
    author: request.author,
    actor: request.actor,
    conversation: request.conversation,
    contributors: [request.author],
    ...(request.proposal && { proposal: request.proposal }),
    state: "queued",
    steps: stepsFor(source),
    rounds: [],
    spentUnits: 0,
    allowedUnits: deps.units,
    change: 0,
    createdAt: now,
    updatedAt: now,
  };
  const commit = async (inside: Repositories): Promise<void> => {
    const { builds, buildPapers } = inside.forOrg(org);
    const { id, code, author, actor, conversation, contributors, proposal, state, steps, allowedUnits } = build;
    await builds.add({
      id,
      code,
      need,
      source: lightSource(source),
      author,
      actor,
      conversation,
      contributors: [...contributors],
      ...(proposal && { proposal }),
      state,
      steps: json(steps),
      allowedUnits,
      sourceKey: key,
      shownBy: request.turn,
    });
    await buildPapers.putPart(id, "source", JSON.stringify(source));
    await audit.recordIn(inside, org, {
      act: "build.started",
      outcome: "done",
      actor: request.by,
      right: "module.build",
      subject: { kind: "build", id },
      turn: request.turn,
      detail: { source: source.kind, ...(proposal && { proposal }) },
    });
  };
  return { build, isNew: true, commit };
}

/** How many builds of one org may be queued or worked on. */
const MOST_RUNNING = 5;

function tooMany(): NexusError {
  return new NexusError("too_many_requests", "too many builds of one org", {
    say: `${MOST_RUNNING} modules are being built here already.`,
    hint: "Wait for one to end, or stop one: `builds` lists them.",
  });
}
