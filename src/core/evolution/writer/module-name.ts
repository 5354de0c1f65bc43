import { wordsOf } from "#core/evolution/api/names.ts";

/**
 * A name for a module, made of its title: not one that NEXUS keeps for itself, none that is taken, and none that could be
 * taken for another. The sandbox's rules (`manifest.reserved-name`, `manifest.confusable-name`) are the stricter judge.
 */
export function moduleName(title: string, server: string, taken: readonly string[]): string {
  const host = URL.canParse(server) ? new URL(server).hostname : "";
  const owner =
    host.split(".").filter((label) => !/^(?:www|api|apis|rest|v\d|com|org|net|io|co|dev|app)$/.test(label))[0] ?? "";
  const words = wordsOf(title).filter((word) => !FILLERS.has(word));
  const candidates = [words, [owner, ...words], [...words, "source"], [owner, "source"], ["web", "source"]].map(nameOf);
  const free = candidates.find((name) => name !== "" && isFree(name, taken));
  if (free !== undefined) return free;
  const base = candidates.find((name) => name !== "") ?? "web-source";
  for (let count = 2; count < 100; count += 1) {
    const name = `${base.slice(0, 34)}-no-${NUMBERS[count] ?? count}`;
    if (isFree(name, taken)) return name;
  }
  return `${base.slice(0, 34)}-again`;
}

const FILLERS: ReadonlySet<string> = new Set(
  "the a an of for and api apis rest web service services openapi swagger public v1 v2 v3 documentation docs reference".split(
    " ",
  ),
);
const NUMBERS: readonly string[] = "zero one two three four five six seven eight nine ten eleven twelve".split(" ");

function nameOf(words: readonly string[]): string {
  let name = "";
  for (const word of words) {
    if (word === "") continue;
    const longer = name === "" ? word : `${name}-${word}`;
    if (longer.length > 32) break;
    name = longer;
  }
  return /^[a-z]/.test(name)
    ? name.replace(/-+$/, "")
    : name === ""
      ? ""
      : `the-${name}`.slice(0, 32).replace(/-+$/, "");
}

function isFree(name: string, taken: readonly string[]): boolean {
  if (RESERVED.has(name) || name.split("-")[0] === "nexus") return false;
  return ![...OWN, ...taken].some((other) => isAlike(name, other));
}

/** Alike to the eye or one slip of the finger apart. */
function isAlike(one: string, other: string): boolean {
  const [a, b] = [skeletonOf(one), skeletonOf(other)];
  return a === b || (Math.min(a.length, b.length) >= 4 && (isOneSlip(a, b) || isOneSlip(one, other)));
}

function skeletonOf(name: string): string {
  return name
    .replaceAll("-", "")
    .replaceAll("rn", "m")
    .replaceAll("vv", "w")
    .replaceAll(/[l1]/g, "i")
    .replaceAll("0", "o")
    .replaceAll("5", "s");
}

function isOneSlip(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1) return false;
  let same = 0;
  while (same < short.length && short[same] === long[same]) same += 1;
  const [a, b] = [short.slice(same), long.slice(same)];
  if (short.length < long.length) return a === b.slice(1);
  return a.slice(1) === b.slice(1) || (a[0] === b[1] && a[1] === b[0] && a.slice(2) === b.slice(2));
}

const OWN: readonly string[] = ["calendar", "finance", "gaming", "showroom", "weather", "nexus"];

const RESERVED: ReadonlySet<string> = new Set(
  `nexus help modules module commands why status health stop cancel abort halt who thanks sample demo connect disconnect
   add link unlink use enable disable approve approval approvals reject deny vote gate gates role roles settings setup
   credentials credential secret secrets time zone timezone install uninstall update upgrade rollback revoke remove build
   doctor start home share feedback quota
   admin administrator owner root sudo system host core sandbox registry security audit official support
   user assistant tool tools bot agent model everyone here channel all any none other
   constructor prototype proto this null undefined true false eval arguments tostring valueof hasownproperty builds drafts
   undo versions pin solo proposals proposal search`.split(/\s+/),
);
