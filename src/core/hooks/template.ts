import { NexusError } from "#core/contract/errors.ts";
import { HookPath } from "#core/contract/hook.ts";
import type { Json } from "#core/contract/json.ts";
import { fieldAt, wordsOf } from "./field.ts";

const FIELD = /\{\{\s*([^{}]*?)\s*\}\}/g;
const MOST_FIELDS = 20;

/** The fields that a template names. @throws NexusError request_invalid where one cannot be a field */
export function fieldsOf(template: string): readonly HookPath[] {
  const named = [...template.matchAll(FIELD)].map(([, path = ""]) => path);
  const paths = named.map((path) => {
    const read = HookPath.safeParse(path);
    if (!read.success)
      throw bad(`{{${path.slice(0, 60)}}} is no field: write {{repository.full_name}}, with dots between.`);
    return read.data;
  });
  if (paths.length > MOST_FIELDS) throw bad(`That are ${paths.length} fields, and ${MOST_FIELDS} are the most.`);
  return [...new Set(paths)];
}

/**
 * A template filled with what came.
 * @param tame makes a text of somebody outside harmless
 * @returns undefined where none of its fields is there: it is about something else
 */
export function fill(template: string, body: Json, tame: (text: string) => string): string | undefined {
  const paths = fieldsOf(template);
  if (paths.length > 0 && paths.every((path) => wordsOf(fieldAt(body, path)) === undefined)) return undefined;
  return template.replaceAll(FIELD, (_, path: string) => {
    const words = wordsOf(fieldAt(body, HookPath.parse(path)));
    return words === undefined ? NOTHING : tame(words);
  });
}

/** What stands where a field is not in what came. */
const NOTHING = "–";

function bad(say: string): NexusError {
  return new NexusError("request_invalid", "a template that cannot be filled", {
    say,
    hint: "Say it again with other fields.",
  });
}
