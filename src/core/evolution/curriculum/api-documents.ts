import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { parse as parseYaml } from "yaml";
import { z } from "zod";
import type { Log } from "#core/contract/ports.ts";
import { tellingWords } from "./terms.ts";

/** An API document of the operator's own, by the words it is written in. */
export interface ApiDocument {
  readonly name: string;
  readonly title: string;
  readonly host: string | undefined;
  /** Stems of its title, tags and operations. */
  readonly words: ReadonlySet<string>;
}

/** The documents of a folder. */
export interface ApiDocuments {
  all(): Promise<readonly ApiDocument[]>;
  /** The text of one; undefined when it is gone. */
  text(name: string): Promise<string | undefined>;
}

/** A folder that holds no documents. */
export const NO_DOCUMENTS: ApiDocuments = { all: () => Promise.resolve([]), text: () => Promise.resolve(undefined) };

/** Makes the view of a folder of OpenAPI documents. Each is read again only when it changed. */
export function createApiDocuments(folder: string, log: Log): ApiDocuments {
  const known = new Map<string, { readonly changedMs: number; readonly document: ApiDocument | undefined }>();
  const read = async (name: string): Promise<ApiDocument | undefined> => {
    const path = join(folder, name);
    const { mtimeMs, size } = await stat(path);
    const kept = known.get(name);
    if (kept?.changedMs === mtimeMs) return kept.document;
    const document = size > LARGEST ? undefined : describe(name, await readFile(path, "utf8"));
    if (document === undefined)
      log.warn({ file: name }, "an API document cannot be read, so no need is matched with it");
    known.set(name, { changedMs: mtimeMs, document });
    return document;
  };
  return {
    async all() {
      const names = await readdir(folder).catch((err: unknown) => {
        log.warn({ err, folder }, "the folder of API documents cannot be read");
        return [];
      });
      const documents: ApiDocument[] = [];
      for (const name of names
        .filter((each) => DOCUMENT.test(each))
        .toSorted()
        .slice(0, MOST)) {
        const document = await read(name).catch(() => undefined);
        if (document !== undefined) documents.push(document);
      }
      return documents;
    },
    async text(name) {
      // Kept in a row since: a name is never a way out of the folder.
      if (!DOCUMENT.test(name)) return undefined;
      return await readFile(join(folder, name), "utf8").catch(() => undefined);
    },
  };
}

const DOCUMENT = /^[\w .()-]{1,180}\.(?:json|ya?ml)$/i;
const MOST = 200;
/** What is larger would keep everybody else waiting; in bytes. */
const LARGEST = 5_000_000;

/** https://spec.openapis.org/oas/v3.1.1.html, as far as it says what an API is for */
const Document = z.object({
  info: z.object({ title: z.string(), description: z.string().optional() }),
  servers: z.array(z.object({ url: z.string() })).optional(),
  host: z.string().optional(),
  paths: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
});
const Operation = z.object({
  summary: z.string().optional(),
  operationId: z.string().optional(),
  tags: z.array(z.string()).optional(),
});

function describe(name: string, text: string): ApiDocument | undefined {
  const read = Document.safeParse(parsed(name, text));
  if (!read.success) return undefined;
  const { info, servers = [], host, paths } = read.data;
  const told = [info.title, (info.description ?? "").slice(0, 300)];
  for (const [path, methods] of Object.entries(paths)) {
    told.push(path.replaceAll(/[^A-Za-z]+/g, " "));
    for (const method of Object.values(methods)) {
      const operation = Operation.safeParse(method);
      if (!operation.success) continue;
      const { summary = "", operationId = "", tags = [] } = operation.data;
      told.push(summary, operationId.replaceAll(/([a-z])([A-Z])/g, "$1 $2").replaceAll(/[_-]/g, " "), ...tags);
    }
  }
  const [server] = servers;
  const where = host ?? (server === undefined || !URL.canParse(server.url) ? undefined : new URL(server.url).host);
  return {
    name,
    title: info.title,
    host: where,
    words: new Set(told.flatMap((each) => tellingWords(each).map(({ stem }) => stem))),
  };
}

function parsed(name: string, text: string): unknown {
  try {
    return name.toLowerCase().endsWith(".json") ? JSON.parse(text) : parseYaml(text, { maxAliasCount: 1_000 });
  } catch {
    return undefined;
  }
}
