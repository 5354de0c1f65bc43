import { ZodError } from "zod";
import type { Audit } from "#core/audit/audit.ts";
import { canonicalJson } from "#core/contract/canonical-json.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { OrgId } from "#core/contract/ids.ts";
import type { Clock } from "#core/contract/ports.ts";
import type { ActorRef } from "#core/contract/principal.ts";
import { deriveKey } from "#core/credentials/derive-key.ts";
import type { Repositories, Store } from "#core/store/store.ts";
import { fingerprintOf, type OpenedOrgFile, readOrgFile, signingKey, writeOrgFile } from "./org-file.ts";
import type { OrgChange } from "./org-change.ts";
import { keepModule, moduleChanges, type PackBundle, readModules } from "./org-modules.ts";
import type { Section, SectionValues } from "./org-section.ts";
import { SECTIONS } from "./org-sections.ts";

export type { OrgChange } from "./org-change.ts";

/** What an import comes to. */
export interface OrgImport {
  readonly changes: readonly OrgChange[];
  /** Credentials the configuration works with and this org has none of. */
  readonly missingCredentials: readonly string[];
  readonly fingerprint: string;
  /** Whether this NEXUS signed it itself. */
  readonly isOwn: boolean;
}

/** Moves an org's configuration from one NEXUS to another, or back in time. */
export interface OrgMoves {
  /** One signed file without secrets, and its key's fingerprint. */
  exportOrg(org: OrgId, by: ActorRef): Promise<{ text: string; fingerprint: string }>;
  /** Reads a file and says what it would change. @throws NexusError import_invalid */
  compare(org: OrgId, text: string): Promise<OrgImport>;
  /**
   * Does all of it, or nothing.
   * @param trusted the fingerprint that somebody compared; a file of this NEXUS's own needs none
   * @throws NexusError import_invalid also when it was signed by a key nobody trusts
   */
  importOrg(org: OrgId, text: string, trusted: string | undefined, by: ActorRef): Promise<OrgImport>;
  /** The tenants an export came from, for finding or making the org it goes to. @throws NexusError import_invalid */
  open(text: string): OpenedOrgFile;
}

export interface OrgMovesDeps {
  readonly store: Store;
  readonly audit: Pick<Audit, "recordIn" | "record">;
  readonly masterKey: Buffer;
  readonly version: string;
  /** Makes one file of a module; needed where modules are exported. */
  readonly pack: PackBundle;
  readonly clock: Clock;
}

/** Makes what moves orgs. */
export function createOrgMoves({ store, audit, masterKey, version, pack, clock }: OrgMovesDeps): OrgMoves {
  const key = signingKey(deriveKey(masterKey, "org-export"));
  const own = fingerprintOf(key);
  return {
    open: readOrgFile,
    async exportOrg(org, by) {
      const known = (await store.people.orgs()).find((one) => one.org === org);
      const sections: Record<string, SectionValues> = {};
      for (const section of SECTIONS) sections[section.name] = await section.read(store, org);
      const credentials = await credentialsOf(store, org);
      const modules = await readModules(store, org, pack);
      const text = writeOrgFile(
        {
          format: "nexus.org/1",
          nexus: version,
          exportedAt: clock().toISOString(),
          tenants: [...(known?.tenants ?? [])],
          sections,
          credentials,
          ...(modules.length > 0 && { modules }),
        },
        key,
      );
      await audit.record(org, {
        act: "org.exported",
        outcome: "done",
        actor: by,
        right: "org.export",
        subject: orgRef(org),
      });
      for (const { name, version: moved, sha256 } of modules) {
        await audit.record(org, {
          act: "module.exported",
          outcome: "done",
          actor: by,
          right: "org.export",
          subject: { kind: "module", id: name, sha256 },
          detail: { version: moved },
        });
      }
      return { text, fingerprint: own };
    },
    async compare(org, text) {
      const file = readOrgFile(text);
      return { ...(await compared(store, org, file)), isOwn: file.fingerprint === own };
    },
    async importOrg(org, text, trusted, by) {
      const file = readOrgFile(text);
      const isOwn = file.fingerprint === own;
      if (!isOwn && file.fingerprint !== trusted) throw untrusted(file.fingerprint);
      return store.transaction(async (inside) => {
        const found = await compared(inside, org, file);
        for (const change of found.changes) await write(inside, org, file, change, by);
        const detail = { changes: found.changes.length, signedBy: file.fingerprint };
        const entry = { act: "org.imported", outcome: "done", actor: by, right: "org.import" } as const;
        await audit.recordIn(inside, org, { ...entry, subject: orgRef(org), detail });
        return { ...found, isOwn };
      });
    },
  };
}

function orgRef(org: OrgId) {
  return { kind: "org", id: org };
}

async function credentialsOf(inside: Repositories, org: OrgId): Promise<string[]> {
  const all = await inside.forOrg(org).credentials.list();
  return all.filter(({ owner }) => owner === undefined).map(({ name }) => name);
}

async function compared(inside: Repositories, org: OrgId, file: OpenedOrgFile): Promise<Omit<OrgImport, "isOwn">> {
  const unknown = Object.keys(file.payload.sections).filter(
    (name) => !SECTIONS.some((section) => section.name === name),
  );
  if (unknown.length > 0) {
    throw new NexusError("import_invalid", `unknown sections: ${unknown.join(", ")}`, {
      say: "The file was exported by a newer NEXUS: it has parts this one does not know.",
      hint: "Import it with that version, or a newer one.",
    });
  }
  const changes: OrgChange[] = [];
  for (const section of SECTIONS) {
    const to = file.payload.sections[section.name];
    // What an older NEXUS did not export stays as it is.
    if (to !== undefined) changes.push(...difference(section, await section.read(inside, org), to));
  }
  changes.push(...(await moduleChanges(inside, org, file.payload.modules ?? [])));
  const present = new Set(await credentialsOf(inside, org));
  const missingCredentials = file.payload.credentials.filter((name) => !present.has(name));
  return { changes, missingCredentials, fingerprint: file.fingerprint };
}

function difference({ name, title, onlyAdds }: Section, from: SectionValues, to: SectionValues): OrgChange[] {
  const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])].toSorted();
  return keys.flatMap((key): OrgChange[] => {
    const [before, after] = [from[key], to[key]];
    const change = { section: name, title, key, from: before, to: after };
    if (after === undefined) return onlyAdds === true ? [] : [{ ...change, kind: "removed" }];
    if (before === undefined) return [{ ...change, kind: "added" }];
    return canonicalJson(before) === canonicalJson(after) ? [] : [{ ...change, kind: "changed" }];
  });
}

async function write(
  inside: Repositories,
  org: OrgId,
  { payload }: OpenedOrgFile,
  change: OrgChange,
  by: ActorRef,
): Promise<void> {
  const module = payload.modules?.find(({ name }) => change.section === "installed" && name === change.key);
  if (module !== undefined) return keepModule(inside, org, module);
  const section = SECTIONS.find(({ name }) => name === change.section);
  try {
    await section?.write(inside, org, change.key, change.to, by);
  } catch (cause) {
    if (!(cause instanceof ZodError)) throw cause;
    throw new NexusError("import_invalid", `${change.section} ${change.key} is not a value of its kind`, {
      cause,
      say: `The file cannot be imported: “${change.key}” under “${change.title}” is nothing this NEXUS knows.`,
      hint: "Nothing was changed. Import it with the version it was exported by, or a newer one.",
    });
  }
}

function untrusted(fingerprint: string): NexusError {
  return new NexusError("import_invalid", `signed by ${fingerprint}, which nobody trusts here`, {
    say: `The file was signed by another NEXUS, with the key ${fingerprint}.`,
    hint: "Compare that with what `nexus export` printed there; if it is the same, import it with --trust and the fingerprint.",
  });
}
