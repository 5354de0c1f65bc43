import { readFileSync } from "node:fs";
import { Ajv, type ValidateFunction } from "ajv";

const FILE = new URL("../fixtures/block-schema.json", import.meta.url);

/** The definitions of the published types, one per block and element. */
interface Definitions {
  readonly definitions: Readonly<
    Record<string, { readonly properties?: { readonly type?: { readonly const?: string } } }>
  >;
}

/** Checks the structure of one block: which fields, of which kind. What is too long or too many is checked elsewhere. */
export interface BlockSchema {
  /** What is wrong with it, or undefined. */
  check(type: string, block: unknown): string | undefined;
}

/** Names of the definitions whose `type` is not a constant at their top. */
const UNIONS: Readonly<Record<string, string>> = { image: "ImageBlock" };

let known: BlockSchema | undefined;

/** The JSON Schema that was generated from `@slack/types`; compiling takes a while, so once per process. */
export function blockSchema(): BlockSchema {
  known ??= readBlockSchema();
  return known;
}

function readBlockSchema(): BlockSchema {
  const schema: Definitions = JSON.parse(readFileSync(FILE, "utf8"));
  // Unions of many blocks: without `allErrors` the first mismatch is reported, which is enough to find it.
  const ajv = new Ajv({ strict: false, allErrors: false });
  ajv.addSchema(schema, "blocks");
  const names = new Map<string, string>(Object.entries(UNIONS));
  for (const [name, { properties }] of Object.entries(schema.definitions)) {
    const type = properties?.type?.const;
    if (type !== undefined && name.endsWith("Block")) names.set(type, name);
  }
  const compiled = new Map<string, ValidateFunction>();

  return {
    check(type, block) {
      const name = names.get(type);
      if (name === undefined) return `unsupported type: ${type}`;
      const validate = compiled.get(type) ?? ajv.compile({ $ref: `blocks#/definitions/${name}` });
      compiled.set(type, validate);
      return validate(block) ? undefined : ajv.errorsText(validate.errors);
    },
  };
}
