import { createRequire } from "node:module";
import { createGenerator } from "ts-json-schema-generator";
import { expect, test } from "vitest";

test("the schema of blocks is the one of the published types", async () => {
  const types = createRequire(import.meta.url)
    .resolve("@slack/types")
    .replace(/\.js$/, ".d.ts");
  const generator = createGenerator({
    path: types,
    type: "KnownBlock",
    skipTypeCheck: true,
    expose: "export",
    jsDoc: "none",
    additionalProperties: false,
  });
  const schema = JSON.stringify(generator.createSchema("KnownBlock"), undefined, 1);
  await expect(`${schema}\n`).toMatchFileSnapshot("../fixtures/block-schema.json");
});
