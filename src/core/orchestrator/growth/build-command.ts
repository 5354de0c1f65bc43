import { readCode } from "#core/contract/short-code.ts";

/** What can be typed about modules being built. */
export type BuildCommand =
  | { readonly name: "builds" }
  | { readonly name: "build"; readonly do: "show" | "stop" | "ask"; readonly code: string }
  /** Built anew, with what should be different; an empty text reads its source again. */
  | { readonly name: "build"; readonly do: "again"; readonly code: string; readonly words: string }
  | { readonly name: "draft"; readonly code: string }
  | {
      readonly name: "install";
      readonly module: string;
      readonly version: string | undefined;
      readonly index: string | undefined;
    };

const LIST = /^(?:(?:list |show )?(?:me )?(?:the |my |all )?builds|what (?:are you|is being) (?:building|built))$/i;
const SHOW = /^(?:show )?build #?([a-z0-9]{4})$/i;
const STOP = /^(?:stop|cancel|abort|end) build #?([a-z0-9]{4})$/i;
const AGAIN =
  /^(?:build #?([a-z0-9]{4}) again|(?:retry|rebuild|repeat) build #?([a-z0-9]{4}))(?:[\s,:;-]+(?:with |but |and )?(.+))?$/i;
const FEEDBACK = /^build #?([a-z0-9]{4}) ?[:;,-] ?(.+)$/i;
const ASK = /^(?:promote|ask for|request)(?: (?:build|draft))? #?([a-z0-9]{4})$/i;
const DRAFT = /^(?:show )?(?:the )?draft #?([a-z0-9]{4})$/i;
const INSTALL =
  /^(?:install|update|upgrade) (?:the )?(?:module )?([a-z][a-z0-9-]{0,39})(?: ?@ ?| (?:version )?v?)?(\d+\.\d+\.\d+)?(?: from (?:the )?(?:index )?([a-z][a-z0-9-]{0,29}))?$/i;

/** @param words a text without its closing marks, its letters as they were typed */
export function readBuildCommand(words: string): BuildCommand | undefined {
  if (LIST.test(words)) return { name: "builds" };
  const shown = codeIn(SHOW.exec(words)?.[1]);
  if (shown !== undefined) return { name: "build", do: "show", code: shown };
  const stopped = codeIn(STOP.exec(words)?.[1]);
  if (stopped !== undefined) return { name: "build", do: "stop", code: stopped };
  const [, one, other, more] = AGAIN.exec(words) ?? [];
  const again = codeIn(one ?? other);
  if (again !== undefined) return { name: "build", do: "again", code: again, words: more ?? "" };
  const [, sentBack, said] = FEEDBACK.exec(words) ?? [];
  const code = codeIn(sentBack);
  if (code !== undefined && said !== undefined) return { name: "build", do: "again", code, words: said };
  const asked = codeIn(ASK.exec(words)?.[1]);
  if (asked !== undefined) return { name: "build", do: "ask", code: asked };
  const draft = codeIn(DRAFT.exec(words)?.[1]);
  if (draft !== undefined) return { name: "draft", code: draft };
  const [, module, version, index] = INSTALL.exec(words) ?? [];
  // “install this” goes with a file.
  if (module === undefined || /^(?:this|that|it|these)$/i.test(module)) return undefined;
  return { name: "install", module: module.toLowerCase(), version, index: index?.toLowerCase() };
}

function codeIn(letters: string | undefined): string | undefined {
  return letters === undefined ? undefined : readCode(letters);
}
