import { describe, expect, test, vi } from "vitest";
import { labelsOf, openHouse, textOf, type House } from "./house.ts";
import { setUpHook } from "./hook-kit.ts";
import { BEN, CYD, live, OPS, wordsOf } from "./slack-house.ts";

vi.setConfig({ testTimeout: 60_000 });

async function setUp(house: House, words: string): Promise<void> {
  await house.say(words);
  await house.say("do it");
}

describe("quiet hours in words", () => {
  test("are asked about for all that somebody has set up, told, and turned off again", async () => {
    await using house = await openHouse();
    expect((await house.say("quiet from 10pm to 7am")).summary).toContain(
      "There is no schedule here, and none is set up",
    );
    await setUp(house, "every hour post usage here");
    await setUp(house, "every weekday at 8:30 post open approvals here");
    await setUp(house, "every day at 23:15 post new proposals here");
    const plan = await house.say("quiet from 10pm to 7am");
    expect(plan.summary).toBe("Shall I keep 2 schedules quiet between 10:00 p.m. and 7:00 a.m.?");
    expect(labelsOf(plan)).toEqual(["Change Them", "Not Now"]);
    expect(textOf(plan)).toContain("Every hour Toronto time, not between 10:00 p.m. and 7:00 a.m.");
    expect(textOf(plan)).toMatch(/“New modules” comes only then, so it stays as it is: `pause \w{4}` stops it/);
    expect(textOf(plan)).toContain("Reminders of one time and watches still come");
    expect((await house.say("what are my quiet hours?")).summary).toContain("No quiet hours are set");
    await house.say("quiet from 10pm to 7am");
    await house.say("do it");
    expect((await house.say("what are my quiet hours?")).summary).toMatch(
      /“Usage” \(`\w{4}`\) is not between 10:00 p.m. and 7:00 a.m.; “Approvals”/,
    );
    expect(textOf(await house.say("schedules"))).toContain("not between 10:00 p.m. and 7:00 a.m.");
    expect((await house.say("turn off my quiet hours")).summary).toBe(
      "Shall I turn off the quiet hours of 2 schedules?",
    );
    await house.say("do it");
    expect((await house.say("what are my quiet hours?")).summary).toContain("No quiet hours are set");
    expect((await house.say("undo")).summary).toContain("Undone");
    expect((await house.say("what are my quiet hours?")).summary).toContain("“Usage”");
  });

  test("are one schedule's where it is named, keep it from coming, and leave out days of the week too", async () => {
    await using house = await openHouse();
    await setUp(house, "every day at 9 and 21 post usage here");
    const plan = await house.say("no usage briefing after 6pm");
    expect(plan.summary).toBe("Shall I keep “Usage” quiet between 6:00 p.m. and 12:00 a.m.?");
    expect(textOf(plan)).toContain("Sat 21 Nov 09:00, Sun 22 Nov 09:00, Mon 23 Nov 09:00");
    await house.press(plan, "Change It");
    const days = await house.say("no usage briefing at weekends");
    expect(days.summary).toBe("Shall I leave out Sundays and Saturdays in “Usage”?");
    expect(textOf(days)).toContain("Mon 23 Nov 09:00, Tue 24 Nov 09:00, Wed 25 Nov 09:00");
    expect(textOf(await house.press(days, "Change It"))).toContain("Every weekday");
    const never = textOf(await house.say("no usage briefing before 11pm"));
    expect(never).toContain("All of these times lie in the quiet hours");
    expect(textOf(await house.say("no usage briefing on Mondays and Fridays"))).toContain(
      "Tue 24 Nov 09:00, Wed 25 Nov",
    );
  });

  test("are said with the wish itself", async () => {
    await using house = await openHouse();
    const plan = await house.say("every 6 hours post usage here, but not between 22:00 and 5:00");
    expect(textOf(plan)).toContain("Fri 20 Nov 18:00, Sat 21 Nov 06:00, Sat 21 Nov 12:00");
    expect(plan.summary).toContain("not between 10:00 p.m. and 5:00 a.m.");
  });

  test("of a channel leave what others have set up there as it is", () =>
    live(async (house) => {
      for (const user of [BEN, CYD]) {
        await house.ask(user, OPS, "every hour post usage here", { whispered: true });
        await house.ask(user, OPS, "do it");
      }
      const { replies } = await house.ask(CYD, OPS, "no briefings after 6pm", { whispered: true });
      expect(replies[0]?.text).toContain("Shall I keep “Usage” quiet");
      await house.ask(CYD, OPS, "do it");
      const list = wordsOf(await house.command(CYD, OPS, "schedules"));
      expect(list.split("not between").length - 1).toBe(1);
    }));
});

describe("a sentence about something that there is, or is not", () => {
  test("names the schedules that there are, and runs nothing", async () => {
    await using house = await openHouse();
    const none = await house.say("pause the weather briefing");
    expect(none.summary).toContain("There is no schedule called “weather”, and none is set up");
    expect(labelsOf(none)).toEqual(["Set One Up"]);
    await setUp(house, "every weekday at 8:30 post open approvals and usage here");
    for (const words of [
      "pause the weather briefing",
      "resume the weather digest",
      "delete the weather schedule",
      "move the weather briefing to 9",
      "add usage to the weather briefing",
      "no weather briefing after 6pm",
      "preview the weather briefing",
      "run the weather briefing now",
    ]) {
      const told = await house.say(words);
      expect(`${words} → ${told.summary}`).toMatch(
        / → There is no schedule called “weather”. There is: “Approvals and Usage” \(`\w{4}`\)/,
      );
    }
  });

  test("is looked at and run by its name where there is one", async () => {
    await using house = await openHouse();
    await setUp(house, "every weekday at 8:30 post open approvals and usage here");
    expect((await house.say("show me the approvals briefing")).summary).toContain("Approvals and Usage");
    expect((await house.say("preview the approvals briefing")).summary).toContain(": nothing new.");
    expect((await house.say("run the approvals briefing now")).summary).toContain(
      "“Approvals and Usage” is on its way",
    );
  });

  test("names the watches and the hooks that there are", async () => {
    await using house = await openHouse();
    expect((await house.say("stop the bitcoin watch")).summary).toContain("You have no watch about “bitcoin”");
    await setUp(house, "tell me when it rains in Porto tomorrow");
    expect((await house.say("stop the bitcoin watch")).summary).toContain("These go on:");
    expect((await house.say("pause the rain watch")).summary).toContain("A watch can't be paused. `end ");
    expect((await house.say("stop watching the rain in Porto")).summary).toContain("Done: stop watching whether");
    expect((await house.say("pause the GitHub webhook")).summary).toContain("There is no hook called “GitHub”");
    await setUpHook(house, "let GitHub post here");
    expect((await house.say("pause the deploys webhook")).summary).toMatch(/There is: “GitHub” \(`hook \w{4}`\)/);
    expect((await house.say("pause the GitHub webhook")).summary).toContain("“GitHub” is paused");
  });
});
