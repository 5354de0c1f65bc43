import { expect, test } from "vitest";
import { mentionsIn, readableText } from "./readable-text.ts";

test.each([
  ["<@U0BOT> hello", "hello"],
  ["hey <@U0BOT>, what's up", "hey , what's up"],
  ["ask <@U0BEN|ben> in <#C0OPS|ops>", "ask @ben in #ops"],
  ["ask <@U0BEN>", "ask @U0BEN"],
  ["<!here> and <!subteam^S1|@night-shift>", "@here and @night-shift"],
  ["<https://nexus.test/a?b=1&amp;c=2|click me>", "https://nexus.test/a?b=1&c=2"],
  ["<mailto:ana@nexus.test|ana@nexus.test>", "ana@nexus.test"],
  ["<tel:+351123|+351 123>", "+351 123"],
  ["<!date^1763634600^{date}|20 Nov>", "20 Nov"],
  ["R&amp;D &lt;b&gt; &amp;lt;", "R&D <b> &lt;"],
])("%s is read as %s", (text, readable) => {
  expect(readableText(text, "U0BOT")).toBe(readable);
});

test("everyone a message names is found, groups included", () => {
  expect(mentionsIn("<@U1> <@U2|ben> <!subteam^S1|@x> <!here> <#C1>")).toEqual(["U1", "U2", "S1"]);
});
