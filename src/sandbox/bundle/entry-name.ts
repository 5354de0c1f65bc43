import { CAPS } from "./caps.ts";

const PART = new RegExp(`^[a-z0-9][a-z0-9._-]{0,${CAPS.nameChars - 1}}$`);
/** Names that Windows opens as a device, whatever their ending. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/;

/**
 * What is wrong with an entry's name, in words; undefined when it is plain. Only names that every system writes and reads
 * the same way are plain, so that a bundle is the same files wherever it is unpacked.
 */
export function findNameProblem(path: string): string | undefined {
  if (path === "README.md") return undefined;
  if (path.includes("\0")) return "has a NUL in it";
  if (path.includes("\\")) return "has a backslash in it";
  if (/^[a-z]:/i.test(path)) return "begins with a drive";
  if (path.startsWith("/")) return "is an absolute path";
  const parts = path.split("/");
  if (parts.some((part) => part === ".." || part === ".")) return "leads out of the bundle or round about";
  if (parts.some((part) => part === "")) return "has an empty part";
  if (parts.some((part) => part.startsWith("."))) return "is hidden: it begins with a dot";
  if (parts.some((part) => /[. ]$/.test(part))) return "ends with a dot or a space, which some systems drop";
  if (path !== path.normalize("NFKC")) return "has letters that some systems take for others";
  if (!parts.every((part) => PART.test(part))) return "is not a plain lower-case name";
  if (parts.some((part) => part.includes(".."))) return "has two dots in a row";
  if (parts.some((part) => DEVICE.test(part))) return "is the name of a device on Windows";
  if (path.length > CAPS.pathChars) return `is longer than ${CAPS.pathChars} characters`;
  if (parts.length > CAPS.depth + 1) return `is more than ${CAPS.depth} folders deep`;
  return undefined;
}

/** Names with the same key are one file on some system: letter case and ways to write a letter do not tell them apart. */
export function foldName(path: string): string {
  return path.normalize("NFKC").toLowerCase().normalize("NFKC");
}
