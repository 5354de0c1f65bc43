import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { VARIABLES } from "#config/variables.ts";

test("docs/operations.md lists every setting, with its place in the file", () => {
  const page = readFileSync(new URL("../docs/operations.md", import.meta.url), "utf8");
  const rows = page.split("\n").filter((line) => line.startsWith("| `NEXUS_"));
  const missing = Object.entries(VARIABLES).filter(([variable, [first, ...rest]]) => {
    const row = rows.find((line) => line.includes(`\`${variable}\``));
    // The first of several stands for the others in a row that says `…`.
    const place = [first, ...rest].join(".");
    return (
      row === undefined || !(row.includes(`\`${place}\``) || row.includes(`\`.${rest.at(-1)}\``) || row.includes("…"))
    );
  });
  expect(missing.map(([variable]) => variable)).toEqual([]);
});
