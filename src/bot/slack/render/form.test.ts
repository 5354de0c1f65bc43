import { expect, test } from "vitest";
import { Form } from "#core/contract/reply.ts";
import { readFormValues, renderForm } from "./form.ts";

const TOKEN = "n1.frm.abcdefghijklmnopqrstuv.abcdefghijklmnop";

const form = Form.parse({
  token: TOKEN,
  opener: TOKEN,
  title: "Connect OpenWeather to this workspace",
  submit: "Connect",
  intro: "The key is on [your account page](https://example.com).",
  fields: [
    { id: "key", label: "API key", hint: "32 letters.", type: "secret" },
    { id: "note", label: "What for", type: "text", multiline: true, optional: true },
  ],
});

test("a form is a modal whose whole title is read, and which says that a secret can be seen", () => {
  expect(renderForm(form, { privateMetadata: "kept" })).toEqual({
    type: "modal",
    callback_id: "nexus:form",
    private_metadata: "kept",
    title: plain("Connect OpenWeather to"),
    submit: plain("Connect"),
    close: plain("Cancel"),
    blocks: [
      section("*Connect OpenWeather to this workspace*"),
      section("The key is on <https://example.com/|your account page>."),
      {
        type: "input",
        block_id: "field:0",
        label: plain("API key"),
        optional: false,
        hint: plain("32 letters. What you type here can be seen on your screen until you send it."),
        element: {
          type: "plain_text_input",
          action_id: "secret:key",
          multiline: false,
          max_length: 3000,
          focus_on_load: true,
        },
      },
      {
        type: "input",
        block_id: "field:1",
        label: plain("What for"),
        optional: true,
        element: { type: "plain_text_input", action_id: "text:note", multiline: true, max_length: 3000 },
      },
    ],
  });
});

test("a form that comes again says first what was wrong", () => {
  const { blocks } = renderForm(form, { privateMetadata: "", notice: "The key was refused <!here>." });
  expect(blocks[1]).toEqual(section("*Error:* The key was refused &lt;!here&gt;."));
});

test("a secret comes back as a secret, and what was left empty not at all", () => {
  const values = {
    "field:0": { "secret:key": { type: "plain_text_input", value: "abc:def\n1" } },
    "field:1": { "text:note": { type: "plain_text_input", value: null } },
    "field:2": { "text:why:not": { type: "plain_text_input", value: "because" } },
    other: { "nexus:0": { type: "button", value: "x" } },
  };
  expect(readFormValues(values)).toEqual({ key: { secret: "abc:def\n1" }, "why:not": "because" });
});

function plain(text: string) {
  return { type: "plain_text", text, emoji: false };
}

function section(text: string) {
  return { type: "section", text: { type: "mrkdwn", text, verbatim: true } };
}
