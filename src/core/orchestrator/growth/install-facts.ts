import type { Build, BuildRound } from "#core/evolution/builds/build.ts";
import type { InstallPlan, Provenance, Review } from "#core/evolution/installer/installer.ts";
import { Effect, type Manifest } from "#core/contract/manifest.ts";
import type { ValidationReport } from "#core/contract/validation.ts";
import { unitsText } from "#core/contract/run-units.ts";
import type { Facts } from "#core/orchestrator/approvals/gate-card.ts";
import { clip } from "#core/orchestrator/compose.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { counted, hostText, permissionItems } from "./install-permissions.ts";

/** `Install Pet Store 1.0.0: GET petstore.example.com, reads only`, `Update Pet Store 1.0.0 → 1.1.0: may do more`. */
export function installTitle({ manifest, base, permissions }: InstallPlan): string {
  const { title, version, hosts } = manifest;
  if (base !== undefined) {
    const more = permissions.grows ? "may do more than before" : "may do no more than before";
    return inert(`Update ${title} ${base.version} → ${version}: ${more}`);
  }
  const reach = hosts.length === 0 ? "no network" : hosts.map(({ host }) => host).join(", ");
  return inert(`Install ${title} ${version}: ${reach}, ${effectsText(manifest)}`);
}

/** What whoever decides is shown: facts found by the host, and last the words of whoever wrote it. */
export function installFacts(plan: InstallPlan, build: Build): Facts {
  const { manifest, staged, sha256, lock } = plan;
  const { report, summary } = staged;
  const locked = Object.entries(lock).map(([name, { version }]) => `${name} ${version}`);
  const items = [
    // Of an update, first of all what it may do that the version before could not.
    ...permissionItems(plan),
    { label: "For", value: inert(build.need === "" ? manifest.description : build.need) },
    { label: "Does", value: inert(manifest.capabilities.map((one) => `${one.title} (${one.effect})`).join(", ")) },
    { label: "Cannot", value: cannotText(manifest) },
    { label: "Network", value: manifest.hosts.length === 0 ? "none" : manifest.hosts.map(hostText).join("; ") },
    { label: "Credentials", value: credentialsText(manifest) },
    ...(locked.length === 0 ? [] : [{ label: "Builds on", value: locked.join(", ") }]),
    { label: "Tested", value: testedText(report) },
    { label: "Egress seen", value: egressText(report) },
    ...warnings(report),
    ...fencesItem(report),
    { label: "Made by", value: `${provenanceText(staged.provenance, build)}, in ${roundsText(build)}` },
    ...notesItem(staged.notes),
    { label: "Bundle", value: `sha256 ${sha256.slice(0, 12)}: ${sizeText(report)}` },
  ];
  return {
    items,
    approve: "Approve",
    reject: "Reject With Feedback",
    details: "Review Code",
    ...worriesIn(staged.provenance),
    ...(summary && { said: { by: summary.by, text: summary.text } }),
    isPrivate: false,
  };
}

function effectsText({ capabilities }: Manifest): string {
  const effects = new Set(capabilities.map(({ effect }) => effect));
  const beyond = Effect.options.filter((effect) => effect !== "read" && effects.has(effect));
  return beyond.length === 0 ? "reads only" : `may ${beyond.map((effect) => DOES[effect]).join(", ")}`;
}

const DOES = {
  read: "read",
  write: "change things outside",
  money: "move money",
  notify: "notify others",
} as const satisfies Record<Effect, string>;

function cannotText({ capabilities, limits }: Manifest): string {
  const effects = new Set(capabilities.map(({ effect }) => effect));
  const not = Effect.options.filter((effect) => !effects.has(effect)).map((effect) => DOES[effect]);
  const more = [
    ...(limits.fileBytes === 0 ? ["keep files"] : []),
    `make more than ${counted(limits.fetches, "request")} or take more than ${limits.timeoutMs / 1_000} s a call`,
  ];
  return [...not, ...more].join(", ");
}

function credentialsText({ credentials }: Manifest): string {
  if (credentials.length === 0) return "none";
  return credentials
    .map(({ title, kind, host, header, query, oauth2 }) => {
      const where = header === undefined ? `query parameter ${query ?? ""}` : `header ${header}`;
      const signIn = oauth2 === undefined ? "" : `; people sign in at ${signInHosts(oauth2)}`;
      return inert(`${title} (${kind === "oauth2" ? "OAuth2" : "key"}), sent to ${host} alone, as ${where}${signIn}`);
    })
    .join("; ");
}

function signInHosts({ authorizationUrl, tokenUrl }: { authorizationUrl: string; tokenUrl: string }): string {
  return [...new Set([authorizationUrl, tokenUrl].map((address) => new URL(address).host))].join(" and ");
}

function testedText({ tests, mutation, probes, engines }: ValidationReport): string {
  const { first, second } = engines;
  const compared =
    engines.compared === 0
      ? `run on ${first} alone${engines.notCompared === undefined ? "" : `: ${inert(engines.notCompared)}`}`
      : `${first} and ${second ?? "another engine"} agreed on ${engines.agreed} of ${engines.compared} calls`;
  return [
    `${tests.passed} of ${tests.total} tests passed`,
    mutation === undefined
      ? "no mutants"
      : `${mutation.killed} of ${mutation.mutants} mutants killed${mutation.sampled ? " (a sample)" : ""}`,
    `${probes.passed} of ${probes.total} probes`,
    compared,
  ].join(", ");
}

function egressText({ egress }: ValidationReport): string {
  const declared = egress.declared.map(({ host }) => host);
  const seen = [...new Set(egress.observed.map(({ host, method }) => `${method} ${host}`))];
  const denied = egress.denied.length === 0 ? "nothing undeclared" : `${egress.denied.length} undeclared`;
  const unused = declared.filter((host) => !egress.observed.some((one) => one.host === host));
  const never = unused.length === 0 ? "" : `; declared but never asked: ${unused.join(", ")}`;
  return inert(`${seen.length === 0 ? "nobody" : seen.join(", ")}; ${denied}${never}`);
}

function warnings(report: ValidationReport): { label: string; value: string }[] {
  const found = [...report.static.findings, ...(report.runtime?.findings ?? [])].map(
    ({ rule, message, file, line }) => {
      const where = file === undefined ? "" : ` (${file}${line === undefined ? "" : `:${line}`})`;
      return `${rule}: ${message}${where}`;
    },
  );
  if (found.length === 0) return [];
  const more = found.length > MOST_SHOWN ? `; and ${found.length - MOST_SHOWN} more in the report` : "";
  return [{ label: "Warnings", value: inert(`${found.slice(0, MOST_SHOWN).join("; ")}${more}`) }];
}

const MOST_SHOWN = 3;

function sizeText({ static: { files, lines, bytes } }: ValidationReport): string {
  return `${counted(lines, "line")}, ${bytes.toLocaleString("en-CA")} bytes in ${counted(files, "file")}`;
}

function fencesItem({ fences }: ValidationReport): { label: string; value: string }[] {
  const down = fences.filter(({ up }) => !up).map(({ name }) => name);
  if (down.length === 0) return [];
  return [
    { label: "Fences", value: `${fences.length - down.length} of ${fences.length} up; down: ${down.join(", ")}` },
  ];
}

function provenanceText(provenance: Provenance, { source }: Build): string {
  switch (provenance.from) {
    case "build": {
      const from =
        source.kind === "url"
          ? ` from ${hostOf(source.url)}`
          : source.kind === "document"
            ? ` from ${source.name}`
            : "";
      const by =
        provenance.wrote === "model"
          ? `written by a model, ${provenance.model ?? "unnamed"}${reviewerText(provenance.review)}`
          : `built${from} by rules, without a model`;
      return inert(by);
    }
    case "index":
      return inert(`index ${provenance.index}, signed by ${provenance.signer}`);
    case "pack":
      return inert(`handed in as ${provenance.name}`);
    default:
      return provenance satisfies never;
  }
}

function reviewerText(review: Review | undefined): string {
  if (review === undefined) return "";
  const said = review.concerns.length === 0 ? "had no concerns" : `had ${counted(review.concerns.length, "concern")}`;
  return `; ${review.by} read it and ${said}${review.isRewritten ? ", so it was written anew" : ""}`;
}

/** The first worries of whoever read it, as far as a card has room. */
function worriesIn(provenance: Provenance): Pick<Facts, "worries"> {
  const review = provenance.from === "build" ? provenance.review : undefined;
  if (review === undefined || review.concerns.length === 0) return {};
  const { by, concerns, isRewritten } = review;
  const lines = concerns.slice(0, MOST_SHOWN).map((one) => clip(one, MAX_WORRY));
  const anew = isRewritten ? `${by}, before it was written anew` : by;
  return { worries: { by: anew, lines, more: concerns.length - lines.length } };
}

/** One worry on a card: a line or two on a phone; characters. */
const MAX_WORRY = 160;

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

function notesItem(notes: readonly string[]): { label: string; value: string }[] {
  if (notes.length === 0) return [];
  const more = notes.length > MOST_SHOWN ? `; and ${notes.length - MOST_SHOWN} more in notes.txt` : "";
  return [{ label: "Noted", value: inert(`${notes.slice(0, MOST_SHOWN).join("; ")}${more}`) }];
}

function roundsText({ rounds, spentUnits }: Build): string {
  const cost = rounds.reduce((sum, { costMicroUsd = 0 }: BuildRound) => sum + costMicroUsd, 0);
  const money = cost === 0 ? "" : `, USD ${(cost / 1_000_000).toFixed(2)}`;
  return `${counted(Math.max(1, rounds.length), "round")}, ${unitsText(spentUnits)}${money}`;
}
