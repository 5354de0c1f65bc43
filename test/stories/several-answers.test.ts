import { join } from "node:path";
import { expect, test } from "vitest";
import { finish, temporaryDir } from "./service.ts";

const FIXTURES = join(process.cwd(), "src", "modules", "finance", "fixtures");

test("two files in one question are two answers, and both are on the screen before it ends", async () => {
  using dir = temporaryDir();
  const files = ["chequing.csv", "card.csv"].flatMap((name) => ["--file", join(FIXTURES, name)]);
  const { stdout, code } = await finish(["ask", ...files], { dataDir: dir.path });
  expect(stdout.match(/Imported \d+ transactions/g)).toHaveLength(2);
  expect(code).toBe(0);
});
