import { expect, test } from "vitest";
import { ActionToken } from "#core/contract/message.ts";
import { moment } from "#core/contract/moment.ts";
import { createControls } from "./controls.ts";

test("a moment that does not fit on a button gives way to its words", () => {
  const words = "Book the meeting room on the second floor for the whole team";
  const label = `${words} ${moment(new Date(0), "date_time")}`;
  const token = ActionToken.parse("n1.say.aaaaaaaaaaaaaaaaaaaaaa.aaaaaaaaaaaaaaaa");
  const [row] = createControls(true)({ type: "actions", items: [{ type: "button", label, token }] });
  expect(row).toMatchObject({ elements: [{ text: { text: words } }] });
});
