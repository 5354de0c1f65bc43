import { expect, test } from "vitest";
import { isOlder, snowflakeAt, snowflakeMs } from "./snowflake.ts";

test("an id tells when its thing was made, as in Discord's own example", () => {
  // https://docs.discord.com/developers/reference#snowflakes
  expect(new Date(snowflakeMs("175928847299117063")).toISOString()).toBe("2016-04-30T11:18:25.796Z");
  expect(snowflakeMs(snowflakeAt(1_462_015_105_796))).toBe(1_462_015_105_796);
  expect(isOlder(snowflakeAt(1_462_015_105_795), "175928847299117063")).toBe(true);
  expect(isOlder("99", "100")).toBe(true);
});
