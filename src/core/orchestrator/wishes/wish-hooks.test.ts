import { expect, test } from "vitest";
import { readHookWish } from "./wish-hooks.ts";

test.each([
  ["let GitHub post here", { title: "GitHub", scheme: "github", format: "github", place: "here" }],
  ["let GitHub post its events in #dev", { title: "GitHub", place: { channel: "#dev" } }],
  [
    "allow gitlab to post to the channel <#C0DEV>",
    { title: "GitLab", scheme: "gitlab", place: { channel: "<#C0DEV>" } },
  ],
  ["let Alertmanager send its alerts to me", { scheme: "shared", format: "alertmanager", place: "me" }],
  ["let stripe post here", { scheme: "timestamped", format: "any" }],
  ["let Slack post here", { title: "Slack", scheme: "timestamped", format: "slack" }],
  ["let a program post here", { title: "Webhook", scheme: "standard", format: "any" }],
  ["let a script called Backups post here with a plain secret", { title: "Backups", scheme: "shared" }],
  ["create a github webhook called Rocket in #dev", { title: "Rocket", scheme: "github", place: { channel: "#dev" } }],
  ["set up a webhook here", { title: "Webhook", scheme: "standard", place: "here" }],
  ['let a program post here: "Order {{order.id}}"', { words: "Order {{order.id}}" }],
  [
    "let a program run weather current with place={{site.city}}, units=metric here",
    {
      run: {
        module: "weather",
        capability: "current",
        values: [
          { slot: "place", path: "site.city" },
          { slot: "units", is: "metric" },
        ],
      },
    },
  ],
])("“%s” sets up a hook", (said, wish) => {
  expect(readHookWish(said)).toMatchObject({ wish: "hook", ...wish });
});

test.each([
  "let Bob post here",
  "let me post here",
  "let it rain",
  "let us post the report",
  "allow everybody to post here",
  "what is a webhook",
  "create a hook for my coat",
  "let the dinner bell ring",
  "post the weather here",
])("“%s” does not", (said) => {
  expect(readHookWish(said)).toBeUndefined();
});
