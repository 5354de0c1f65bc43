import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { ActionToken } from "#core/contract/message.ts";
import type { Form } from "#core/contract/reply.ts";
import { arbitraryForm } from "#test/arbitrary-reply.ts";
import { bodyCheck } from "#test/platforms/discord/body-schema.ts";
import { readModal, renderForm } from "./form.ts";

const token = ActionToken.parse(`n1.frm.${"a".repeat(22)}.${"t".repeat(16)}`);

test("a form is a modal whose fields say what is typed there, and that it can be seen", () => {
  const form: Form = {
    token,
    opener: token,
    title: "Connect OpenWeather",
    submit: "Connect",
    intro: "Make a key at https://openweathermap.org.",
    fields: [
      { id: "key", label: "API key", type: "secret", hint: "32 letters and digits." },
      { id: "note", label: "Note", type: "text", optional: true, multiline: true },
    ],
  };
  expect(renderForm(form)).toMatchInlineSnapshot(`
    {
      "components": [
        {
          "content": "Make a key at https://openweathermap.org.",
          "type": 10,
        },
        {
          "component": {
            "custom_id": "s:key",
            "max_length": 4000,
            "required": true,
            "style": 1,
            "type": 4,
          },
          "description": "32 letters and digits. Visible on your screen while you type.",
          "label": "API key",
          "type": 18,
        },
        {
          "component": {
            "custom_id": "t:note",
            "max_length": 4000,
            "required": false,
            "style": 2,
            "type": 4,
          },
          "label": "Note",
          "type": 18,
        },
      ],
      "custom_id": "n1.frm.aaaaaaaaaaaaaaaaaaaaaa.tttttttttttttttt",
      "title": "Connect OpenWeather",
    }
  `);
});

test("any form fits a modal", () => {
  fc.assert(
    fc.property(arbitraryForm(), (form) => {
      const fields = form.fields.map((field) => ({ ...field, id: field.id.slice(0, 90) }));
      const modal = renderForm({ ...form, fields });
      expect(
        bodyCheck()("POST /interactions/{interaction_id}/{interaction_token}/callback", { type: 9, data: modal }),
      ).toEqual([]);
      expect(modal.components.length).toBeLessThanOrEqual(5);
    }),
    { numRuns: 200 },
  );
});

test("what was typed comes back by field, with a secret marked as one", () => {
  const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 60 }), { minLength: 1, maxLength: 5 });
  fc.assert(
    fc.property(ids, fc.array(fc.tuple(fc.boolean(), fc.string()), { minLength: 5, maxLength: 5 }), (ids, typed) => {
      const fields = ids.map((id, index) => {
        const type = typed[index]?.[0] === true ? ("secret" as const) : ("text" as const);
        return { id, label: "Field", type };
      });
      const modal = renderForm({ token, opener: token, title: "T", submit: "S", fields });
      const submitted = submit(modal, (index) => typed[index]?.[1] ?? "");
      const expected = ids.map((id, index): [string, unknown] => {
        const [isSecret, value] = typed[index] ?? [];
        return [id, isSecret === true ? { secret: value } : value];
      });
      expect(readModal(submitted)).toEqual(Object.fromEntries(expected));
    }),
  );
});

test("the words above the fields come back with them, and are no answer", () => {
  const field = { id: "key", label: "Key", type: "secret" } as const;
  const modal = renderForm({ token, opener: token, title: "T", submit: "S", intro: "Make a key.", fields: [field] });
  const [label] = modal.components.slice(1);
  const typed = { ...label, component: { type: 4, custom_id: "s:key", value: "abc" } };
  expect(readModal({ custom_id: token, components: [{ type: 10, id: 1 }, typed] })).toEqual({ key: { secret: "abc" } });
});

test("what is not a submitted form of ours has no values", () => {
  expect(readModal(undefined)).toEqual({});
  expect(readModal({ components: [{ component: { custom_id: "other", value: "x" } }, {}] })).toEqual({});
});

/** The data of the modal as Discord sends it back, each field filled in. */
function submit(modal: unknown, valueOf: (index: number) => string): unknown {
  const labels = z
    .object({ components: z.array(z.looseObject({ component: z.looseObject({}).optional() })) })
    .parse(modal);
  const fields = labels.components.filter(({ component }) => component !== undefined);
  return {
    components: fields.map((label, index) => ({ ...label, component: { ...label.component, value: valueOf(index) } })),
  };
}
