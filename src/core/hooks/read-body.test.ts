import { expect, test } from "vitest";
import { NexusError } from "#core/contract/errors.ts";
import { HookPath } from "#core/contract/hook.ts";
import { fieldAt } from "./field.ts";
import { readBody } from "./read-body.ts";
import { fieldsOf, fill } from "./template.ts";

const read = (type: string, text: string) => readBody(type, Buffer.from(text));
const at = (text: string): HookPath => HookPath.parse(text);
const plain = (text: string): string => text;

test("JSON, a form, a form with JSON in it, and text are read", () => {
  expect(read("application/vnd.github+json", '{"a":1}')).toEqual({ a: 1 });
  expect(read("application/x-www-form-urlencoded", "a=1&b=x+y")).toEqual({ a: "1", b: "x y" });
  expect(read("application/x-www-form-urlencoded; charset=utf-8", `payload=${encodeURIComponent('{"a":1}')}`)).toEqual({
    a: 1,
  });
  expect(read("text/plain", "it works")).toEqual({ text: "it works" });
});

test("what is no UTF-8, no JSON or nested too deeply is refused with its reason", () => {
  expect(() => readBody("text/plain", Uint8Array.of(0xff, 0xfe))).toThrow(NexusError);
  for (const text of ["", "{", "NaN", "[".repeat(200)])
    expect(() => read("application/json", text)).toThrow(NexusError);
});

test("a field is what was sent, and nothing that every object has", () => {
  const body = read("application/json", '{"list":[{"name":"a"}],"__proto__":{"x":1},"n":null}');
  expect(fieldAt(body, at("list.0.name"))).toBe("a");
  for (const path of ["__proto__.x", "constructor", "toString", "list.length", "list.1", "n.x", "list.name"]) {
    expect(fieldAt(body, at(path))).toBeUndefined();
  }
});

test("a template is filled, says where a field is missing, and is nothing where all are", () => {
  expect(fieldsOf("{{a.b}} and {{ c }} and {{a.b}}")).toEqual(["a.b", "c"]);
  expect(fill("{{a.b}} and {{ c }}", { a: { b: 1 } }, plain)).toBe("1 and –");
  expect(fill("{{a.b}} and {{c}}", { d: 1 }, plain)).toBeUndefined();
  expect(fill("no field", {}, plain)).toBe("no field");
  // What is filled in is no template itself.
  expect(fill("{{a}}", { a: "{{b}}", b: "secret" }, plain)).toBe("{{b}}");
  expect(() => fieldsOf("{{a b}}")).toThrow(NexusError);
  expect(() => fieldsOf("{{x}}".repeat(3) + Array.from({ length: 21 }, (_, one) => `{{x${one}}}`).join(""))).toThrow(
    NexusError,
  );
});
