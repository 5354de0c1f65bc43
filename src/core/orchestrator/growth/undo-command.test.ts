import { expect, test } from "vitest";
import { readUndoCommand } from "./undo-command.ts";

const isModule = (name: string) => ["weather", "deploy notes"].includes(name.toLowerCase());
const read = (words: string) => readUndoCommand(words, isModule);

test.each([
  ["undo weather", { name: "undo_module", module: "weather" }],
  ["undo the Deploy Notes module", { name: "undo_module", module: "Deploy Notes" }],
  ["undo deploy-notes", { name: "undo_module", module: "deploy-notes" }],
  ["versions weather", { name: "versions", module: "weather" }],
  ["versions of weather", { name: "versions", module: "weather" }],
  ["pin weather", { name: "pin", module: "weather" }],
  ["unpin weather", { name: "unpin", module: "weather" }],
  ["uninstall weather", { name: "uninstall", module: "weather" }],
  ["revoke weather 1.4.0", { name: "revoke", module: "weather", version: "1.4.0", why: "" }],
  [
    "revoke deploy-notes v1.4.0 because it leaks",
    { name: "revoke", module: "deploy-notes", version: "1.4.0", why: "it leaks" },
  ],
  ["solo", { name: "solo" }],
  ["solo on", { name: "solo", set: true }],
  ["Solo mode off", { name: "solo", set: false }],
])("“%s” is understood", (words, command) => {
  expect(read(words)).toEqual(command);
});

test.each(["undo", "undo that", "undo my last change", "pin the tail on the donkey", "revoke key 7", "solo concert"])(
  "“%s” is not for modules",
  (words) => {
    expect(read(words)).toBeUndefined();
  },
);
