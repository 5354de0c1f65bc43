import { globSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readConfig } from "#config.ts";
import { NexusError } from "#core/contract/errors.ts";

/** What tests hand to the broker to keep it on loopback. */
const FOR_TESTS = ["lookup", "allowAddress", "connect"];

const files = globSync("src/**/*.ts").filter((file) => !file.endsWith(".test.ts"));

test("no variable can lead the broker anywhere but to the public internet", () => {
  for (const word of ["LOOKUP", "ALLOW_ADDRESS", "CONNECT", "RESOLVER", "HOSTS", "PROXY", "INSECURE"]) {
    for (const name of [`NEXUS_EGRESS_${word}`, `NEXUS_SANDBOX_${word}`, `NEXUS_${word}`]) {
      expect(() => readConfig({ [name]: "127.0.0.1" })).toThrow(NexusError);
    }
  }
});

test.each(["egress", ...FOR_TESTS])("no config file can either: %s", (key) => {
  const path = join(tmpdir(), `nexus-egress-${process.pid}-${key}.json`);
  try {
    for (const content of [{ [key]: {} }, { sandbox: { [key]: {} } }, { http: { [key]: {} } }]) {
      writeFileSync(path, JSON.stringify(content));
      expect(() => readConfig({ NEXUS_CONFIG: path })).toThrow(NexusError);
    }
  } finally {
    rmSync(path);
  }
});

test("a broker is made from what a test hands in, or from nothing, and never from the settings", () => {
  const made = files.flatMap((file) =>
    [...readFileSync(file, "utf8").matchAll(/\bcreateEgress\(.*?\)/g)].map(([call]) => `${file}: ${call}`),
  );
  expect(made.toSorted()).toEqual([
    "src/cli/registry-search.ts: createEgress({ log })",
    "src/main.ts: createEgress({ log, ...parts.egress })",
    "src/sandbox/egress/egress.ts: createEgress(options: EgressOptions)",
  ]);
});

test("nothing that ships starts NEXUS with such a part", () => {
  const starters = files.filter((file) => /\bstartNexus\(/.test(readFileSync(file, "utf8")) && file !== "src/main.ts");
  expect(starters).toContain("src/cli/start.ts");
  for (const file of starters) expect(readFileSync(file, "utf8")).not.toMatch(/\begress\b/);
  const users = files.filter((file) => /\ballowAddress\b/.test(readFileSync(file, "utf8")));
  expect(users).toEqual(["src/sandbox/egress/egress.ts"]);
});
