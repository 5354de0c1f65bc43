import { expect, test } from "vitest";
import { Manifest } from "#core/contract/manifest.ts";
import { backgroundFor } from "./background.ts";
import { sampleManifests } from "./fixtures/manifests.ts";

function talkBeside(modules: readonly Manifest[]): string[] {
  return backgroundFor(modules).flatMap(({ sentences }) => sentences);
}

/** A sample module under another name, with one more example. */
function sampleWith(changes: { name?: string; example?: string }): Manifest[] {
  const [first, ...rest] = sampleManifests();
  if (first === undefined) return [];
  const { name = first.name, example = "weather somewhere" } = changes;
  const capabilities = first.capabilities.map((each) => ({ ...each, examples: [...each.examples, example] }));
  return [Manifest.parse({ ...first, name, capabilities }), ...rest];
}

test("talk that comes close to an example is in scope", () => {
  expect(talkBeside(sampleManifests())).toContain("flip a coin");
  expect(talkBeside(sampleWith({ example: "please flip a coin" }))).not.toContain("flip a coin");
  expect(talkBeside(sampleWith({ example: "please flip a coin" }))).toContain("tell me a joke");
});

test("a subject that a module is named for is in scope as a whole", () => {
  expect(talkBeside(sampleWith({ name: "jokes" }))).not.toContain("tell me a joke");
});
