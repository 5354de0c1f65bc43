import type { OrgId } from "#core/contract/ids.ts";
import type { Json } from "#core/contract/json.ts";
import type { ActorRef } from "#core/contract/principal.ts";
import type { Repositories } from "#core/store/store.ts";

/** What a section holds, by a name that means the same on another NEXUS. */
export type SectionValues = Readonly<Record<string, Json>>;

/** One part of an org's configuration. */
export interface Section {
  readonly name: string;
  readonly title: string;
  read(inside: Repositories, org: OrgId): Promise<SectionValues>;
  /** Writes what is to be different; undefined takes a value away. @throws ZodError for a value that is none */
  write(inside: Repositories, org: OrgId, key: string, value: Json | undefined, by: ActorRef): Promise<void>;
  /** Whether what the file does not name stays as it is. */
  readonly onlyAdds?: true;
}

/** Values as JSON has them. */
export function plain(entries: readonly (readonly [string, unknown])[]): [string, Json][] {
  return entries.map(([key, value]) => {
    const json: Json = JSON.parse(JSON.stringify(value));
    return [key, json];
  });
}

/** The first parts of a key with colons, and the rest of it. */
export function split(key: string, parts: number): string[] {
  const all = key.split(":");
  return [...all.slice(0, parts - 1), all.slice(parts - 1).join(":")];
}
