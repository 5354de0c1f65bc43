import { notesTests } from "#test/notes-tests.ts";
import type { BundleEntries } from "#core/contract/bundle.ts";
import type { Candidate } from "#core/evolution/installer/installer.ts";
import { createSandbox } from "#sandbox/sandbox.ts";
import { bundleEntries } from "#test/bundle-kit.ts";
import { capabilityFields, manifestFields } from "#test/sample-manifest.ts";
import { SILENT } from "#test/silent-log.ts";

/** What makes the module of the drill answer. */
export const ASK = "show the deploy notes";

/** What passed the sandbox, but for where it came from and whose it is. */
export type Proven = Pick<Candidate, "entries" | "bundle" | "report">;

/** Versions of the drill's module, compiled and validated by the real sandbox. @throws Error when one does not pass */
export async function proveVersions(versions: readonly string[]): Promise<ReadonlyMap<string, Proven>> {
  await using sandbox = createSandbox({ log: SILENT, runners: 1, spares: 1 });
  const { signal } = new AbortController();
  const proven = new Map<string, Proven>();
  for (const version of versions) {
    const entries = notesEntries(version);
    const report = await sandbox.validate(entries, { installed: [], mutants: 0 }, signal);
    if (!report.ok) throw new Error(`${version} did not pass: ${JSON.stringify(report.static.findings)}`);
    proven.set(version, { entries, report, bundle: await sandbox.compile(entries, signal) });
  }
  return proven;
}

/**
 * A module that keeps a file and tells the notes of a source. From 1.1.0 on it cannot read a source that is not JSON,
 * which 1.0.0 does not mind.
 */
function notesEntries(version: string): BundleEntries {
  const isStrict = version !== "1.0.0";
  const says = `The notes, as ${version} tells them.`;
  const manifest = manifestFields({
    name: "deploy-notes",
    version,
    title: "Deploy Notes",
    description: "Reads the notes of deployments.",
    hosts: [{ host: "notes.example.com", methods: ["GET"], pathPrefixes: ["/v1/"] }],
    capabilities: [
      capabilityFields({
        name: "list",
        title: "List notes",
        description: "Lists the newest notes.",
        examples: [
          ASK,
          "deploy notes please",
          "which deployments were there",
          "list deploy notes",
          "what was deployed",
        ],
      }),
    ],
    limits: { timeoutMs: 2_000, memoryMib: 32, fetches: 2, outputChars: 5_000, fileBytes: 1_000 },
    dependencies: { act: "^1.0.0" },
  });
  const reading = isStrict
    ? "    JSON.parse(answer.body);\n"
    : "    if (answer.body.length > 100000) throw new Error();\n";
  const code = `import type { ModuleOutput, Nexus } from "#core/contract/module.ts";

export async function list(_input: object, nexus: Nexus): Promise<ModuleOutput> {
  const answer = await nexus.fetch("https://notes.example.com/v1/notes");
  if (!answer.ok || answer.status !== 200) {
    return { error: { code: "upstream_unavailable", say: "The notes did not answer." } };
  }
  try {
${reading}  } catch {
    return { error: { code: "upstream_invalid", say: "The notes cannot be read." } };
  }
  await nexus.files.write("version", "${version}");
  return { summary: ${JSON.stringify(says)} };
}
`;
  return bundleEntries({
    "manifest.json": JSON.stringify(manifest, undefined, 2),
    "module.ts": code,
    "tests/look.json": undefined,
    "tests/notes.json": JSON.stringify(notesTests(says), undefined, 2),
  });
}
