import { NexusError } from "#core/contract/errors.ts";
import type { BundleEntries } from "#core/contract/bundle.ts";
import type { Finding } from "#core/contract/validation.ts";
import { ApiMaterial } from "#core/evolution/api/api-material.ts";
import { BuildSource } from "#core/contract/build-source.ts";
import type { BuildsDeps, ReadableSource } from "./builds-deps.ts";
import type { Desk } from "./desk.ts";

/** The source of a build with all that was handed in. */
export async function wholeSource({ store }: Pick<BuildsDeps, "store">, { org, build }: Desk): Promise<BuildSource> {
  const kept = await store.forOrg(org).buildPapers.part(build.id, "source");
  return kept === undefined ? build.source : BuildSource.parse(JSON.parse(kept));
}

/** What an API is described with: read once and kept, so that a build that is taken up again works from the same. */
export async function materialOf(
  deps: Pick<BuildsDeps, "store" | "read">,
  desk: Desk,
  source: ReadableSource,
  signal: AbortSignal,
): Promise<ApiMaterial> {
  const { buildPapers } = deps.store.forOrg(desk.org);
  const kept = await buildPapers.part(desk.build.id, "material");
  if (kept !== undefined) {
    const material = ApiMaterial.parse(JSON.parse(kept));
    await desk.step("read", "done", whatItIs(material, source));
    return material;
  }
  await desk.step("read", "doing", reading(source));
  const material = await deps.read(source, signal);
  await buildPapers.putPart(desk.build.id, "material", JSON.stringify(material));
  await desk.step("read", "done", whatItIs(material, source));
  return material;
}

/** The files of a module that is there already. */
export async function readyMade(
  deps: Pick<BuildsDeps, "indexes" | "readPack">,
  source: Extract<BuildSource, { kind: "index" | "pack" }>,
  signal: AbortSignal,
): Promise<{ readonly entries: BundleEntries; readonly findings: readonly Finding[]; readonly signer?: string }> {
  if (source.kind === "pack") return deps.readPack(new Uint8Array(Buffer.from(source.base64, "base64")));
  if (deps.indexes === undefined) {
    throw new NexusError("index_unavailable", "no index is set up", {
      say: "No module index is set up here.",
      hint: "Whoever runs me can name one in NEXUS_MODULE_INDEXES.",
    });
  }
  const { index, module, version } = source;
  return { ...(await deps.indexes.fetch({ index, module, version }, signal)), findings: [] };
}

function reading(source: ReadableSource): string {
  switch (source.kind) {
    case "url":
      return `reading ${hostOf(source.url)}`;
    case "document":
      return `reading ${source.name}`;
    case "exchange":
      return "reading the request";
    default:
      return source satisfies never;
  }
}

function whatItIs(material: ApiMaterial, source: ReadableSource): string {
  switch (material.kind) {
    case "openapi":
      // What was handed in is first looked into where it is described.
      return `${source.kind === "document" ? "a document" : "an OpenAPI document"} of ${kilobytes(material.text)}`;
    case "graphql":
      return `the schema of a GraphQL endpoint, ${kilobytes(material.text)}`;
    case "mcp":
      return `the tools of an MCP server at ${hostOf(material.url)}`;
    case "exchange":
      return "one request";
    default:
      return material satisfies never;
  }
}

function kilobytes(text: string): string {
  const bytes = Buffer.byteLength(text);
  return bytes < 1_000 ? `${bytes} bytes` : `${Math.round(bytes / 1_000)} kB`;
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : "the address";
}
