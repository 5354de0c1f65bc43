import { NexusError } from "#core/contract/errors.ts";
import { BuildId } from "#core/contract/ids.ts";
import type { ProgramWish } from "#core/contract/message.ts";
import type { Principal } from "#core/contract/principal.ts";
import type { BuildResource } from "#core/contract/programs/build.ts";
import { pageFrom } from "#core/contract/programs/page.ts";
import type { Asked, Programs } from "#core/contract/programs.ts";
import { looksLikeSecret } from "#core/credentials/paste-detector.ts";
import { withoutRequestSecrets } from "#core/evolution/api/exchange/request-in-words.ts";
import type { Build } from "#core/evolution/builds/build.ts";
import type { Builds } from "#core/evolution/builds/builds.ts";
import { unsecret } from "#core/evolution/builds/stored.ts";
import type { AdminDeps } from "./admin-deps.ts";
import { toApproval } from "./approval-resource.ts";
import { askTurn } from "./ask-turn.ts";

type BuildPrograms = Pick<
  Programs,
  | "listBuilds"
  | "getBuild"
  | "buildPapers"
  | "openBuild"
  | "stopBuild"
  | "buildAgain"
  | "putDraftFile"
  | "promoteBuild"
  | "installModule"
>;

/** What programs do with modules that are built: the same wishes as in chat, each a turn of its own. */
export function createBuildPrograms(deps: AdminDeps & { readonly builds: Builds }): BuildPrograms {
  const { builds, approval, authorise } = deps;
  const read = async (principal: Principal, id: BuildId): Promise<BuildResource> => {
    const build = await builds.get(principal.org, id);
    if (build === undefined) throw new NexusError("build_unknown", `no build ${id} in this org`);
    return toResource(build);
  };
  /** Asks for something about a build, and answers with how that stands then. */
  const ask = async (
    principal: Principal,
    wish: ProgramWish,
    { once, id }: { readonly once: string | undefined; readonly id?: BuildId },
    signal: AbortSignal,
  ): Promise<Asked<BuildResource>> => {
    const request = await askTurn(deps, principal, wish, once, signal);
    if (request.state === "pending") return { state: "pending", request };
    const gate = request.approval && (await approval.get(principal.org, request.approval));
    if (gate?.state === "open") return { state: "waiting", approval: toApproval(gate, principal) };
    const about = request.build ?? id;
    if (about === undefined)
      throw new NexusError("conflict", "nothing was begun", { say: request.said ?? "Nothing was begun." });
    return { state: "done", result: await read(principal, about) };
  };
  const allowed = (principal: Principal, id: BuildId): Promise<void> =>
    authorise(principal, "module.build", { kind: "build", id });

  return {
    async listBuilds(principal, { after, limit }) {
      await authorise(principal, "module.build");
      const from = BuildId.safeParse(after);
      const found = await builds.list(principal.org, { ...(from.success && { after: from.data }), limit: limit + 1 });
      return pageFrom(found.map(toResource), ({ id }) => id, limit);
    },
    async getBuild(principal, { id }) {
      await allowed(principal, id);
      return read(principal, id);
    },
    async buildPapers(principal, { id }) {
      await allowed(principal, id);
      await read(principal, id);
      const { files, report, specification, notes, feedback } = await builds.papers(principal.org, id);
      return {
        files: [...files].map(([path, text]) => ({ path, text })),
        ...(report && { report: { ...report } }),
        ...(specification !== undefined && { specification }),
        notes: [...notes],
        feedback: feedback.map(({ by, words }) => ({ by, words })),
      };
    },
    async openBuild(principal, { need = "", source, once }, signal) {
      await authorise(principal, "module.build");
      requireNoSecret(need, ...(source.kind === "exchange" ? [source.curl] : []));
      return ask(
        principal,
        { do: "build", need: withoutRequestSecrets(need), source: unsecret(source) },
        { once },
        signal,
      );
    },
    async stopBuild(principal, { id, once }, signal) {
      await allowed(principal, id);
      return ask(principal, { do: "stop_build", build: id }, { once, id }, signal);
    },
    async buildAgain(principal, { id, words = "", once }, signal) {
      await allowed(principal, id);
      requireNoSecret(words);
      return ask(
        principal,
        { do: "build_again", build: id, words: withoutRequestSecrets(words) },
        { once, id },
        signal,
      );
    },
    async putDraftFile(principal, { id, path, text, once }, signal) {
      await allowed(principal, id);
      return ask(principal, { do: "edit_draft", build: id, path, text }, { once, id }, signal);
    },
    async promoteBuild(principal, { id, once }, signal) {
      await allowed(principal, id);
      return ask(principal, { do: "ask_install", build: id }, { once, id }, signal);
    },
    async installModule(principal, { module, version, index, once }, signal) {
      await authorise(principal, "module.build", { kind: "module", id: module });
      const which = { ...(version !== undefined && { version }), ...(index !== undefined && { index }) };
      return ask(principal, { do: "install", module, ...which }, { once }, signal);
    },
  };
}

function toResource(build: Build): BuildResource {
  const { id, code, need, author, contributors, proposal, state, spentUnits, allowedUnits, result, failure } = build;
  return {
    id,
    code,
    need,
    source: build.source.kind,
    askedBy: author,
    contributors: [...contributors],
    ...(proposal && { proposal }),
    state,
    steps: build.steps.map((step) => ({ ...step })),
    rounds: build.rounds.map(({ round, sha256, ok, diff, units, said }) => ({
      round,
      sha256,
      ok,
      diff,
      units,
      ...(said !== undefined && { said }),
    })),
    spentUnits,
    allowedUnits,
    ...(result && { result: { ...result } }),
    ...(build.review && { review: { ...build.review, concerns: [...build.review.concerns] } }),
    ...(failure && { failure: { code: failure.code, said: failure.say, hint: failure.hint } }),
    createdAt: build.createdAt.toISOString(),
    updatedAt: build.updatedAt.toISOString(),
  };
}

/** Words and requests are kept with the build: what looks like a key is not, as in chat. */
function requireNoSecret(...texts: readonly string[]): void {
  const found = texts.map((text) => looksLikeSecret(text)).find((one) => one !== undefined);
  if (found === undefined) return;
  throw new NexusError("secret_in_message", "a build with a secret in it", {
    say: `That holds what looks like a secret (${found.kind}), so I did not store it.`,
    hint: "Put a word like TOKEN in its place: which credential a module needs is found out without it.",
  });
}
