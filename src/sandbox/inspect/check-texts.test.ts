import { expect, test } from "vitest";
import { body, errorsOf, inspect, placeOfMark } from "#test/inspection-kit.ts";

// Put together here, so that no scanner takes this file's examples for keys.
const KEY = ["AKIA", "IOSFODNN7", "EXAMPLE"].join("");

test.each([
  ["a cloud's key", `return ▸'${KEY}'`],
  ["a cloud's key in two parts", `return ▸'${KEY.slice(0, 9)}' + '${KEY.slice(9)}'`],
  ["a chat token", `return ▸'${["xox", "b-12345678901-abcdef"].join("")}'`],
  ["a code host's token", `return ▸'${["gh", "p_"].join("")}${"a1".repeat(18)}'`],
  ["an authorization", "return { headers: { authorization: ▸'Bearer abcdef0123456789' } }"],
  ["a password by its name", "const password = ▸'hunter2hunter2'; return password"],
  ["a key by its name", "return { apiKey: ▸'a1b2c3d4e5f6' }"],
  ["a key in an address", "return ▸'https://api.example.com/v1/?api_key=0123456789abcdef0123'"],
  ["a password in an address", "return ▸'https://user:pass1234@api.example.com/v1/'"],
  ["a private key", `return ▸'${["-----BEGIN RSA PRIV", "ATE KEY-----"].join("")}'`],
])("%s that is written down is found", (_what, statements) => {
  const code = body(statements);
  expect(errorsOf(code)).toContain(`secret.literal ${placeOfMark(code)}`);
});

test("a secret in a comment is found", () => {
  expect(errorsOf(`// ${KEY}\nexport function run() { return 1 }`)).toContain("secret.literal 1:1");
});

test("what is as random as a key is a warning", () => {
  const code = body("return ▸'f3Kq9ZxT1vB7nWm2Lc8RyPd5Hs4JgA6u'");
  const column = Number(placeOfMark(code).split(":")[1]);
  expect(inspect(code)).toContainEqual(
    expect.objectContaining({ rule: "secret.entropy", severity: "warning", line: 1, column }),
  );
});

test.each([
  ["labels", "return { token: 'access_token', password: 'Your password', apiKey: 'key' }"],
  [
    "words",
    "return ['internationalisation', 'https://api.example.com/v1/a-long-path/with-words', 'AbstractSingletonProxyFactoryBean']",
  ],
  ["a key in an address that comes in", "return `https://api.example.com/v1/?q=${input.q}&appid=${input.id}`"],
])("%s are no secrets", (_what, statements) => {
  expect(inspect(body(statements)).filter(({ rule }) => rule.startsWith("secret."))).toEqual([]);
});

const base64 = Buffer.from(Array.from({ length: 15_000 }, (_, index) => (index * 7919) % 251)).toString("base64");

test("STA-020: twenty thousand letters of packed content are refused, however they are laid out", () => {
  expect(errorsOf(body(`return '${base64}'`)).map((one) => one.split(" ")[0])).toContain("size.line");
  const lines = base64.match(/.{1,1900}/g)?.map((line) => `  '${line}'`) ?? [];
  expect(errorsOf(body(`return ${lines.join(" +\n")}`)).join()).toMatch(/size\.string/);
  expect(errorsOf(body(`return [\n${lines.join(",\n")}\n].join('')`)).join()).toMatch(/size\.packed/);
  const chunks = base64.match(/.{1,80}/g)?.map((line) => `'${line}'`) ?? [];
  expect(errorsOf(body(`return [\n${chunks.join(",\n")}\n].length`)).join()).toMatch(/size\.packed/);
});

test("a page of prose is let through", () => {
  const prose = Array.from(
    { length: 60 },
    (_, index) => `'Sentence number ${index} of a long story about nothing at all.',`,
  );
  expect(errorsOf(body(`return [\n${prose.join("\n")}\n]`))).toEqual([]);
});
