import { expect, test } from "vitest";
import { digestEntries } from "#core/contract/bundle.ts";
import { ModuleName, Sha256 } from "#core/contract/ids.ts";
import { submit } from "#test/stories/stranger.ts";
import { freeVersion, inFreeVersion } from "./free-version.ts";

const name = ModuleName.parse("jokes");
const OTHER = Sha256.parse("ab".repeat(32));
const entries = submit();

/** An org in which these versions were live before, each with its bytes. */
function known(...versions: readonly (readonly [string, Sha256])[]) {
  const history = versions.map(([version, sha256]) => ({ to: { version, sha256 } }));
  return { moduleInstalls: { history: () => Promise.resolve(history) } };
}

test("a version that was here with other bytes, and was taken back, is not used a second time", async () => {
  const own = known(["1.0.0", OTHER], ["1.2.0", OTHER]);
  expect(await freeVersion(own, { name, version: "1.0.0" }, entries)).toBe("1.3.0");
  const manifest = (await inFreeVersion(own, entries)).get("manifest.json");
  expect(JSON.parse(new TextDecoder().decode(manifest))).toMatchObject({ name, version: "1.3.0" });
});

test("the very same bytes keep their version, and so does what was never here", async () => {
  const same = known(["1.0.0", digestEntries(entries)]);
  expect(await freeVersion(same, { name, version: "1.0.0" }, entries)).toBeUndefined();
  expect(await inFreeVersion(same, entries)).toBe(entries);
  expect(await freeVersion(known(), { name, version: "1.0.0" }, entries)).toBeUndefined();
});
