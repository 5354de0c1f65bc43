/** The modules that come with NEXUS. */
export const OWN_MODULES: readonly string[] = ["calendar", "finance", "gaming", "showroom", "weather"];

/** Words that mean something to NEXUS, to people who talk with it, or to the language. */
export const RESERVED: ReadonlySet<string> = new Set(
  `nexus help modules module commands why status health stop cancel abort halt who thanks sample demo connect disconnect
   add link unlink use enable disable approve approval approvals reject deny vote gate gates role roles settings setup
   credentials credential secret secrets time zone timezone install uninstall update upgrade rollback revoke remove build
   doctor start home share feedback quota
   admin administrator owner root sudo system host core sandbox registry security audit official support
   user assistant tool tools bot agent model everyone here channel all any none other
   constructor prototype proto this null undefined true false eval arguments tostring valueof hasownproperty`.split(
    /\s+/,
  ),
);

/** A name as the eye takes it: separators gone, letters that look alike made the same. */
export function skeletonOf(name: string): string {
  return name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[-_.\s]/g, "")
    .replace(/rn/g, "m")
    .replace(/vv/g, "w")
    .replace(/[l1|]/g, "i")
    .replace(/0/g, "o")
    .replace(/5/g, "s");
}

/** Whether somebody could take one name for the other: they look alike, or one slip of the finger lies between. */
export function areConfusable(one: string, other: string): boolean {
  const [a, b] = [skeletonOf(one), skeletonOf(other)];
  if (a === b) return true;
  return Math.min(one.length, other.length) >= 5 && (isOneSlip(a, b) || isOneSlip(one, other));
}

/** One letter more, less, another, or two swapped. */
function isOneSlip(one: string, other: string): boolean {
  const [short, long] = one.length <= other.length ? [one, other] : [other, one];
  if (long.length - short.length > 1) return false;
  let at = 0;
  while (at < short.length && short[at] === long[at]) at += 1;
  const rest = short.slice(at + 1);
  if (short.length < long.length) return short.slice(at) === long.slice(at + 1);
  if (rest === long.slice(at + 1)) return true;
  return short[at] === long[at + 1] && short[at + 1] === long[at] && short.slice(at + 2) === long.slice(at + 2);
}
