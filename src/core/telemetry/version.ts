import { readFileSync } from "node:fs";
import { z } from "zod";

/** Which NEXUS this is, for logs and reports: the version in its package.json. */
export function readVersion(): string {
  const text = readFileSync(new URL("../../../package.json", import.meta.url), "utf8");
  return z.object({ version: z.string() }).parse(JSON.parse(text)).version;
}
