import { z } from "zod";
import type { OrgId } from "#core/contract/ids.ts";
import { ModuleName, PersonId, Sha256 } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import { cleanAnswer, withoutSecrets } from "#core/evolution/api/exchange/without-secrets.ts";
import { isCurl } from "#core/evolution/api/exchange/read-curl.ts";
import { Review } from "#core/evolution/installer/installer.ts";
import type { StoredBuild } from "#core/store/store.ts";
import { BuildSource } from "#core/contract/build-source.ts";
import { type Build, BuildRound, BuildStep } from "./build.ts";

const Result = z.strictObject({ sha256: Sha256, module: ModuleName, version: z.string() });
const Failure = z.strictObject({ code: z.string(), say: z.string(), hint: z.string() });

/** Who wrote what is being checked, and what was noted of it. */
export const Written = z.object({
  wrote: z.enum(["builder", "model", "index", "hand"]),
  /** Named as they are asked: `openai/gpt-5`. */
  writer: z.string().exactOptional(),
  review: Review.exactOptional(),
  /** Whoever signed for what came from an index. */
  signer: z.string().exactOptional(),
  notes: z.array(z.string()),
  /** A model's words on it. */
  summary: z.string().exactOptional(),
  /** It is checked as it is, and nobody repairs it: it is somebody's finished work. */
  asIs: z.boolean(),
});
export type Written = z.infer<typeof Written>;

/** A kept row as the rest of the house knows it. */
export function toBuild(org: OrgId, row: StoredBuild, rounds: readonly Json[]): Build {
  return {
    id: row.id,
    org,
    code: row.code,
    need: row.need,
    source: BuildSource.parse(row.source),
    author: row.author,
    actor: row.actor,
    conversation: row.conversation,
    contributors: z.array(PersonId).parse(row.contributors),
    ...(row.proposal && { proposal: row.proposal }),
    state: row.state,
    steps: z.array(BuildStep).parse(row.steps),
    rounds: z.array(BuildRound).parse(rounds),
    spentUnits: row.spentUnits,
    allowedUnits: row.allowedUnits,
    ...(row.result !== undefined && { result: Result.parse(row.result) }),
    ...reviewIn(row),
    ...(row.failure !== undefined && { failure: Failure.parse(row.failure) }),
    change: row.change,
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  };
}

function reviewIn({ written }: StoredBuild): Pick<Build, "review"> {
  const review = written === undefined ? undefined : Written.parse(written).review;
  return review === undefined ? {} : { review };
}

/** What a source is without the secrets that stood in a request: they are kept nowhere. */
export function unsecret(source: BuildSource): BuildSource {
  if (source.kind === "document")
    return isCurl(source.text) ? { ...source, text: withoutSecrets(source.text) } : source;
  if (source.kind !== "exchange") return source;
  const { curl, answer } = source;
  return { ...source, curl: withoutSecrets(curl), ...(answer !== undefined && { answer: cleanAnswer(answer) }) };
}

/** What a source is without the bytes that were handed in: those are kept as a part, and lists need not read them. */
export function lightSource(source: BuildSource): BuildSource {
  if (source.kind === "document") return { ...source, text: "" };
  if (source.kind === "pack") return { ...source, base64: "" };
  return source;
}
