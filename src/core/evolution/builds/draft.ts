import type { BundleEntries } from "#core/contract/bundle.ts";
import { type Manifest, Manifest as ManifestSchema } from "#core/contract/manifest.ts";
import { digestEntries, MANIFEST_FILE } from "#core/contract/bundle.ts";
import { NexusError } from "#core/contract/errors.ts";
import { channelOf } from "#core/contract/message.ts";
import type { ModelAsker } from "#core/contract/model.ts";
import type { Finding } from "#core/contract/validation.ts";
import type { ModelDraft } from "#core/evolution/repair/model-writer.ts";
import type { WriteWish } from "#core/evolution/writer/written-module.ts";
import type { BuildSource } from "#core/contract/build-source.ts";
import type { BuildsDeps, ReadableSource } from "./builds-deps.ts";
import type { Desk } from "./desk.ts";
import { entriesFromText, entriesToText } from "./entries-text.ts";
import { notWritten } from "./failures.ts";
import { freeVersion, inFreeVersion } from "./free-version.ts";
import type { Written } from "./stored.ts";
import { materialOf, readyMade, wholeSource } from "./read-source.ts";

/** What is to be checked, and what was wrong with it before anybody looked inside. */
export interface Draft {
  readonly entries: BundleEntries;
  readonly unread: readonly Finding[];
}

/**
 * The module as it was written first: kept from before, or written now from its document, by a model, or as it came.
 * @throws NexusError with what stands in the way
 */
export async function draftOf(deps: BuildsDeps, desk: Desk, signal: AbortSignal): Promise<Draft> {
  const { buildPapers } = deps.store.forOrg(desk.org);
  const kept = await buildPapers.part(desk.build.id, "draft");
  if (kept !== undefined && desk.written() !== undefined) return { entries: entriesFromText(kept), unread: [] };
  const source = await wholeSource(deps, desk);
  const draft = await writtenFrom(deps, desk, source, signal);
  if (draft.unread.length === 0) await buildPapers.putPart(desk.build.id, "draft", entriesToText(draft.entries));
  return draft;
}

async function writtenFrom(deps: BuildsDeps, desk: Desk, source: BuildSource, signal: AbortSignal): Promise<Draft> {
  switch (source.kind) {
    case "url":
    case "document":
    case "exchange":
      return fromDocument(deps, desk, source, signal);
    case "words":
      return fromModel(deps, desk, desk.build.need, signal);
    case "index":
    case "pack":
      return fromElsewhere(deps, desk, source, signal);
    default:
      return source satisfies never;
  }
}

async function fromDocument(deps: BuildsDeps, desk: Desk, source: ReadableSource, signal: AbortSignal): Promise<Draft> {
  const material = await materialOf(deps, desk, source, signal);
  await desk.step("specify", "doing", "choosing what serves the need");
  const wish = await wishOf(deps, desk);
  const first = await deps.write({ material, wish }, signal);
  const version = await freeVersion(deps.store.forOrg(desk.org), first.manifest, first.entries);
  const { name } = first.manifest;
  const { entries, manifest, notes } =
    version === undefined ? first : await deps.write({ material, wish: { ...wish, name, version } }, signal);
  if (await isAsBefore(deps, desk, entries)) return actOnWords(deps, desk, entries, signal);
  await desk.step("specify", "done", whatItTakes(manifest));
  await desk.step("write", "done", whatWasWritten(manifest, entries));
  await desk.wrote({ wrote: "builder", notes: notes.map(short).slice(0, MOST_NOTES), asIs: false });
  return { entries, unread: [] };
}

/** What people said should be different has to lead to something else, or it is not worth their time to look again. */
async function isAsBefore({ store }: BuildsDeps, { org, build }: Desk, entries: BundleEntries): Promise<boolean> {
  const before = await store.forOrg(org).buildPapers.part(build.id, "before");
  return before !== undefined && digestEntries(entriesFromText(before)) === digestEntries(entries);
}

/**
 * A document says nothing of what people want: where their words change nothing, a model writes it anew, from what the
 * module was.
 * @throws NexusError build_failed where there is none
 */
async function actOnWords(deps: BuildsDeps, desk: Desk, before: BundleEntries, signal: AbortSignal): Promise<Draft> {
  const readme = new TextDecoder().decode(before.get("README.md") ?? new Uint8Array()).slice(0, MOST_README);
  try {
    return await fromModel(deps, desk, `${desk.build.need}\nWhat it was before, from its README:\n${readme}`, signal);
  } catch (thrown) {
    if (!(thrown instanceof NexusError && thrown.code === "model_unavailable")) throw thrown;
    const { id, code } = desk.build;
    throw new NexusError("build_failed", `build ${id} came to the same bytes`, {
      cause: thrown,
      say: "With what you said I would write the very same module: from a document alone I cannot act on it.",
      hint: `Edit it by hand: \`draft ${code}\` has its files. With a language model I could act on words.`,
    });
  }
}

/** As much of a README as is worth a model's while; characters. */
const MOST_README = 4_000;

/** @param need what the model is told it is for */
async function fromModel(deps: BuildsDeps, desk: Desk, need: string, signal: AbortSignal): Promise<Draft> {
  const { org, build } = desk;
  const { buildPapers } = deps.store.forOrg(org);
  await desk.step("specify", "doing", "asking a model for a specification");
  const written = await deps.modelWriter.write(
    {
      need,
      feedback: (await buildPapers.feedback(build.id)).map(({ words }) => words),
      taken: takenIn(deps, desk),
      asker: askerOf(desk),
      staysInside: await deps.staysInside(org, channelOf(build.conversation)),
      unitsLeft: build.allowedUnits - desk.spent(),
    },
    (note) => desk.note("specify", note),
    signal,
  );
  await desk.spend(written.units);
  if (written.state === "not_written") throw notWritten(written);
  await buildPapers.putPart(build.id, "specification", written.specification);
  const { writer, reviewer } = written.by;
  await desk.step("specify", "done", "a model wrote it; the tests are fixed since then");
  await desk.step("write", "done", `written by ${writer}${reviewer === undefined ? "" : `, reviewed by ${reviewer}`}`);
  await desk.wrote({
    wrote: "model",
    writer,
    ...reviewOf(written),
    notes: [],
    summary: written.summary.slice(0, 2_000),
    asIs: false,
  });
  return { entries: await inFreeVersion(deps.store.forOrg(org), written.entries), unread: [] };
}

/** What a model that did not write it says of it. */
function reviewOf({ by, review }: Extract<ModelDraft, { state: "written" }>): Pick<Written, "review"> {
  if (review === undefined) return {};
  const concerns = review.concerns.slice(0, MOST_CONCERNS).map(short);
  return { review: { by: by.reviewer ?? "another model", concerns, isRewritten: review.isRewritten } };
}

async function fromElsewhere(
  deps: BuildsDeps,
  desk: Desk,
  source: Extract<BuildSource, { kind: "index" | "pack" }>,
  signal: AbortSignal,
): Promise<Draft> {
  const where = source.kind === "index" ? `the index ${source.index}` : source.name;
  await desk.step("read", "doing", `fetching it from ${where}`);
  const { entries, findings, signer } = await readyMade(deps, source, signal);
  await desk.step("read", "done", `${entries.size} files from ${where}`);
  await desk.wrote({
    wrote: source.kind === "index" ? "index" : "hand",
    ...(signer && { signer }),
    notes: [],
    asIs: true,
  });
  return { entries, unread: findings };
}

/** Whom models are asked for: whoever asked for the build, where they did. */
export function askerOf({ org, build, shownBy }: Desk): ModelAsker {
  return { org, turn: shownBy, person: build.author, channel: channelOf(build.conversation) };
}

/** What the builder is to write: a new module, or the next version of what was built from the same before. */
async function wishOf(deps: BuildsDeps, desk: Desk): Promise<WriteWish> {
  const { org, build, sourceKey } = desk;
  const own = deps.store.forOrg(org);
  const words = [build.need, ...(await own.buildPapers.feedback(build.id)).map((one) => one.words)].join(" ").trim();
  const need = words === "" ? {} : { need: words };
  const before = (await own.builds.installedFrom(sourceKey))?.result;
  const name = isNamed(before) ? before.module : undefined;
  const here = deps.installed(org).find((module) => module.name === name);
  const taken = takenIn(deps, desk).filter((one) => one !== here?.name);
  if (here === undefined) return { ...need, taken };
  return { ...need, taken, name: here.name, version: nextMinor(here.version) };
}

function isNamed(result: unknown): result is { readonly module: string } {
  return typeof result === "object" && result !== null && "module" in result && typeof result.module === "string";
}

function takenIn({ installed }: Pick<BuildsDeps, "installed">, { org }: Desk): string[] {
  return installed(org).map(({ name }) => name);
}

function nextMinor(version: string): string {
  const [major = "1", minor = "0"] = version.split(".");
  return `${major}.${Number(minor) + 1}.0`;
}

function whatItTakes({ capabilities, hosts }: Manifest): string {
  const names = capabilities.map(({ title }) => title).join(", ");
  const where = hosts.map(({ host }) => host).join(", ");
  return `${capabilities.length === 1 ? "1 operation" : `${capabilities.length} operations`} of ${where}: ${names}`;
}

function whatWasWritten({ name, version }: Manifest, entries: BundleEntries): string {
  const code = [...entries]
    .filter(([path]) => path.endsWith(".ts"))
    .map(([, bytes]) => new TextDecoder().decode(bytes));
  return `${name} ${version}, ${code.join("\n").split("\n").length} lines`;
}

/** The manifest of files that were looked at before; undefined when it cannot be read. */
export function manifestIn(entries: BundleEntries): Manifest | undefined {
  const bytes = entries.get(MANIFEST_FILE);
  if (bytes === undefined) return undefined;
  try {
    return ManifestSchema.safeParse(JSON.parse(new TextDecoder().decode(bytes))).data;
  } catch {
    return undefined; // no JSON
  }
}

function short(note: string): string {
  return note.replace(/\s+/g, " ").trim().slice(0, 300);
}

const MOST_NOTES = 60;
const MOST_CONCERNS = 30;
