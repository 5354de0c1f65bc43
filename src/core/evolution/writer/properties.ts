import type { ApiSchema } from "#core/evolution/api/api-description.ts";

/** The properties of an object, without the name that changes an object's nature: no bundle may hold it. */
export function propertiesOf(schema: ApiSchema): readonly (readonly [string, ApiSchema])[] {
  return Object.entries(schema.properties ?? {}).filter(([name]) => name !== "__proto__");
}
