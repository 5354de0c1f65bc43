import { expect, test } from "vitest";
import { readHookChange } from "./wish-hook-changes.ts";
import { readWatchChange } from "./wish-watch-changes.ts";

test.each([
  ["stop the bitcoin watch", "end", "bitcoin", true],
  ["cancel my watch", "end", "", true],
  ["delete the watch for rain in Porto", "end", "rain in Porto", true],
  ["pause the bitcoin watch", "pause", "bitcoin", true],
  ["stop watching the rain", "end", "the rain", false],
  ["stop telling me when it rains", "end", "it rains", false],
] as const)("“%s” is about a watch that there is", (said, deed, which, isSure) => {
  expect(readWatchChange(said)).toEqual({ wish: "watch_change", do: deed, which, isSure });
});

test.each(["stop watching me", "watch this", "stop watching television", "delete the apple watch", "stop it"])(
  "“%s” is about none",
  (said) => {
    expect(readWatchChange(said)).toBeUndefined();
  },
);

test.each([
  ["pause the GitHub webhook", "pause", "GitHub"],
  ["delete our deploys hook", "end", "deploys"],
  ["take over the GitHub webhook", "adopt", "GitHub"],
  ["test the hook", "test", ""],
] as const)("“%s” is about a hook that there is", (said, deed, which) => {
  expect(readHookChange(said)).toEqual({ wish: "hook_change", do: deed, which });
});

test.each(["the GitHub webhook is broken", "pause the music", "test a new webhook", "set up a webhook"])(
  "“%s” changes no hook",
  (said) => {
    expect(readHookChange(said)).toBeUndefined();
  },
);
