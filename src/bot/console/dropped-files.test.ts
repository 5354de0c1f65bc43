import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, expect, test } from "vitest";
import { takeDroppedFiles } from "./dropped-files.ts";

const home = await mkdtemp(join(tmpdir(), "nexus-dropped-"));
afterAll(async () => await rm(home, { recursive: true }));
const folders = { current: home, home };
const file = join(home, "it's my (oct) file.csv");
await writeFile(file, "x");
await writeFile(join(home, "plain.csv"), "x");
await mkdir(join(home, "folder"));

test.each([
  ["a plain path", `import ${home}/plain.csv`, "import", join(home, "plain.csv")],
  [
    "a path with backslashes, as most terminals paste it",
    `import ${file.replaceAll(/([ '()])/g, "\\$1")} now`,
    "import now",
    file,
  ],
  ["a path in double quotes", `"${file}"`, "", file],
  ["a file address", `import ${pathToFileURL(file).href.replaceAll("'", "%27")}`, "import", file],
  ["a path from the current folder", "import ./plain.csv please", "import please", join(home, "plain.csv")],
  ["a path from home", "~/plain.csv", "", join(home, "plain.csv")],
])("%s becomes an attachment", (_what, line, text, path) => {
  expect(takeDroppedFiles(line, folders)).toEqual({ text, files: [path] });
});

test.each([
  ["words", "what's the weather in Toronto, it's cold"],
  ["a path that leads nowhere", "/no/such/file.csv  stays   as it is"],
  ["a folder", `import ${home}/folder`],
  ["a bare file name", "plain.csv"],
  ["a file address of another machine", "file://elsewhere/etc/passwd"],
  ["a quote that is never closed", `say "hello`],
])("%s stays text, unchanged", (_what, line) => {
  expect(takeDroppedFiles(line, folders)).toEqual({ text: line, files: [] });
});
