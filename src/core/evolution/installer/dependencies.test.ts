import { expect, test } from "vitest";
import { digestEntries } from "#core/contract/bundle.ts";
import { ModuleName } from "#core/contract/ids.ts";
import { dependentsOf, lockFor, mustBeFree, type Present } from "./dependencies.ts";

function present(name: string, version: string, dependencies: Record<string, string> = {}): Present {
  const sha256 = digestEntries(new Map([[name, version]]));
  return { manifest: { name: ModuleName.parse(name), version, dependencies }, sha256 };
}

function refusal(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return "nothing was refused";
}

const weather = present("weather", "2.1.0");

test("what a module builds on is locked to exactly what is here", () => {
  const reports = present("reports", "1.0.0", { weather: "^2.0.0" });
  expect(lockFor(reports.manifest, [weather, present("finance", "1.0.0")])).toEqual({
    weather: { version: "2.1.0", sha256: weather.sha256 },
  });
});

test.each([
  [{ weather: "^3.0.0" }, "reports builds on weather ^3.0.0; here is 2.1.0."],
  [{ moon: "1.x" }, "reports builds on moon 1.x, which is not here."],
  [{ weather: "the newest" }, "reports asks for weather in “the newest”, which is no range of versions."],
])("a module that needs %o is refused with the reason", (dependencies, say) => {
  const { manifest } = present("reports", "1.0.0", dependencies);
  expect(refusal(() => lockFor(manifest, [weather]))).toMatchObject({ code: "dependency_missing", say });
});

test("a circle is refused, and the whole way of it is named", () => {
  const a = present("tides", "1.1.0", { moon: "1.x" });
  const here = [
    present("tides", "1.0.0"),
    present("moon", "1.0.0", { sky: "1.x" }),
    present("sky", "1.0.0", { tides: "1.x" }),
  ];
  expect(refusal(() => lockFor(a.manifest, here))).toMatchObject({
    code: "dependency_missing",
    say: "tides would build on itself: tides → moon → sky → tides.",
  });
  const itself = present("tides", "1.1.0", { tides: "1.x" });
  expect(refusal(() => lockFor(itself.manifest, here))).toMatchObject({ code: "dependency_missing" });
});

test("a circle among others is none of this module's", () => {
  const here = [present("moon", "1.0.0", { sky: "1.x" }), present("sky", "1.0.0", { moon: "1.x" })];
  expect(Object.keys(lockFor(present("tides", "1.0.0", { moon: "1.x" }).manifest, here))).toEqual(["moon"]);
});

test("a version that others could not build on any more is refused, and they are named", () => {
  const here = [
    present("moon", "1.0.0"),
    present("tides", "1.0.0", { moon: "^1.0.0" }),
    present("sky", "1.0.0", { moon: "*" }),
  ];
  expect(refusal(() => lockFor(present("moon", "2.0.0").manifest, here))).toMatchObject({
    code: "dependency_needed",
    say: "tides builds on moon ^1.0.0; this is 2.0.0.",
  });
  expect(lockFor(present("moon", "1.4.0").manifest, here)).toEqual({});
});

test("a module that others build on cannot be taken away", () => {
  const here = [present("moon", "1.0.0"), present("tides", "1.0.0", { moon: "^1.0.0" })];
  expect(dependentsOf(ModuleName.parse("moon"), here)).toEqual([{ name: "tides", range: "^1.0.0" }]);
  expect(refusal(() => mustBeFree(ModuleName.parse("moon"), here))).toMatchObject({
    code: "dependency_needed",
    say: "tides builds on moon.",
    hint: "Take away tides first.",
  });
  expect(refusal(() => mustBeFree(ModuleName.parse("tides"), here))).toBe("nothing was refused");
});
