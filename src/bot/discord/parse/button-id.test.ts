import { expect, test } from "vitest";
import { readOrigin, withOrigin, writeOrigin } from "./button-id.ts";

const token = "n1.say.0123456789abcdefghijkl.abcdefghijklmnop";
const origin = { tenantId: "1234567890123456789", channelId: "1234567890123456780" };

test("a button remembers where it was made for, within Discord's hundred characters", () => {
  const id = writeOrigin(`?${token}*12`, origin);
  expect(id.length).toBeLessThanOrEqual(100);
  expect(readOrigin(id)).toEqual({ id: `?${token}*12`, origin });
  expect(readOrigin(token)).toEqual({ id: token });
});

test("only buttons that do something are marked, however deep they stand", () => {
  const row = { type: 1, components: [{ custom_id: token }, { custom_id: "cancel" }, { url: "https://a.example" }] };
  expect(withOrigin([{ type: 17, components: [row] }], origin)).toEqual([
    {
      type: 17,
      components: [
        {
          type: 1,
          components: [
            { custom_id: writeOrigin(token, origin) },
            { custom_id: "cancel" },
            { url: "https://a.example" },
          ],
        },
      ],
    },
  ]);
});
