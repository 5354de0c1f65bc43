import type { ApiInput } from "#core/evolution/api/api-description.ts";
import { plainWords } from "#core/evolution/api/plain-words.ts";
import { OperationRefused, type Reading } from "./reading.ts";

/** A path as it is asked for: its variables in braces, and what it wrongly carried after a question mark. */
export interface PathReading {
  readonly path: string;
  readonly inputs: readonly ApiInput[];
  /** Variables whose values may hold slashes. */
  readonly spans: readonly string[];
}

/**
 * A path of a document, mended where that is safe.
 * @throws OperationRefused when it climbs, hides a slash or is no path
 */
export function readPath(reading: Reading, written: string): PathReading {
  const shown = `“${plainWords(written, 80)}”`;
  const [beforeHash = ""] = written.trim().split("#");
  if (beforeHash !== written.trim()) reading.repair("path.fragment", written, "what follows # in a path is never sent");
  const [bare, query] = splitOnce(beforeHash, "?");
  let path = bare;
  if (/^[a-z][a-z0-9+.-]*:/i.test(path)) throw new OperationRefused(`its path ${shown} names a host of its own`);
  if (!path.startsWith("/")) {
    path = `/${path}`;
    reading.repair("path.no-slash", written, "the path does not begin with a slash, and gets one");
  }
  path = withVariables(reading, path);
  const fixed = path.replaceAll(/\{[^{}]*\}/g, "x");
  if (/[{}]/.test(fixed)) throw new OperationRefused(`the braces of its path ${shown} do not match`);
  if (/%|\\|\/\.{1,2}(?:\/|$)|[\p{C}\s"<>^`|]/u.test(fixed))
    throw new OperationRefused(`its path ${shown} is not plain`);
  if (path.includes("//")) {
    path = path.replaceAll(/\/{2,}/g, "/");
    reading.repair("path.slashes", written, "slashes that stand together in a path are one");
  }
  const inputs = query === undefined || query === "" ? [] : queryInputs(reading, query, written);
  return { path, inputs, spans: [...written.matchAll(SPANS)].map(([, plus, after]) => plus ?? after ?? "") };
}

/** RFC 6570's reserved expansion, and how AWS writes it. */
const SPANS = /\{\+([A-Za-z_][\w.-]*)\}|\{([A-Za-z_][\w.-]*)\+\}/g;

/** A path without the server's own part is what some documents mean by two slashes or none. */
function withVariables(reading: Reading, path: string): string {
  const braced = path
    .replaceAll(/\/:([A-Za-z_]\w*)(?=\/|$)/g, "/{$1}")
    .replaceAll(/\/<(?:\w+:)?([A-Za-z_]\w*)>(?=\/|$)/g, "/{$1}")
    .replaceAll(/\{\{([^{}]+)\}\}/g, "{$1}")
    .replaceAll(/\{[+/?#&;.]?([A-Za-z_][\w.-]*)(?::[^{}]*|\*|\+)?\}/g, "{$1}")
    .replaceAll(
      /\{\s+([^{}]+?)\s*\}|\{([^{}]+?)\s+\}/g,
      (_, one?: string, other?: string) => `{${one ?? other ?? ""}}`,
    );
  if (braced !== path) reading.repair("path.variables", path, `its variables are written in braces: ${braced}`);
  for (const [, name = ""] of braced.matchAll(/\{([^{}]*)\}/g)) {
    if (name.length > 100 || !/^[\p{L}\p{N}_$.@:[\] -]+$/u.test(name)) {
      throw new OperationRefused(`the name of a variable of its path, “${plainWords(name, 40)}”, cannot be used`);
    }
  }
  return braced;
}

/** What stands in a path after a question mark is always sent as it is, variables aside. */
function queryInputs(reading: Reading, query: string, written: string): readonly ApiInput[] {
  reading.repair("path.query", written, "what follows ? in a path is sent as parameters");
  return query
    .split("&")
    .map((pair) => splitOnce(pair, "="))
    .flatMap(([name, value = ""]): readonly ApiInput[] => {
      if (!/^[\w.[\]-]{1,100}$/.test(name) || value.length > 200) return [];
      const input = { name, in: "query", at: [], required: true, description: "", schema: { type: "string" } } as const;
      return [/^\{[^{}]*\}$/.test(value) || value === "" ? input : { ...input, fixed: value }];
    });
}

function splitOnce(text: string, mark: string): [string, string?] {
  const at = text.indexOf(mark);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + mark.length)];
}
