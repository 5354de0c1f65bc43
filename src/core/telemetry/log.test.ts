import { expect, test } from "vitest";
import { writeTo } from "./log.ts";

function logged(write: (log: ReturnType<typeof writeTo>) => void): string {
  const lines: string[] = [];
  write(writeTo({ write: (line: string) => lines.push(line) }, "debug"));
  return lines.join("");
}

test("a secret under a telling name is redacted, however deep it stands", () => {
  const text = logged((log) =>
    log.info({ apiKey: "plain-words", module: { credential: { token: "hunter2" } } }, "saved"),
  );
  expect(text).not.toContain("plain-words");
  expect(text).not.toContain("hunter2");
  expect(text).toContain("saved");
});

test.each([
  ["Slack", "xoxb-123456789012-abcdefGHIJKL"],
  ["OpenAI", "sk-proj-abcdefghijklmnop1234"],
  ["Google", "AIzaSyA-abcdefghijklmnopqrstuvwxyz012"],
  ["AWS", "AKIAIOSFODNN7EXAMPLE"],
  ["a JWT", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJlLXRleHQ"],
])("a key shaped like one of %s is redacted inside any text", (_, key) => {
  const text = logged((log) => log.warn({ err: new Error(`upstream said ${key} is wrong`) }, "call failed"));
  expect(text).not.toContain(key);
  expect(text).toContain("call failed");
});

test("a header or query value is redacted and the rest of the line stays", () => {
  const text = logged((log) => log.info({ url: "https://api.example.com/x?appid=0123456789&q=Lisbon" }, "asked"));
  expect(text).not.toContain("0123456789");
  expect(text).toContain("q=Lisbon");
});
