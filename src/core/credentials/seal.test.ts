import { randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createSealer } from "./seal.ts";

const sealer = createSealer(Buffer.alloc(32, 7));
const unreadable = expect.objectContaining({ code: "credential_unreadable" });

describe("sealed text", () => {
  test("opens again for the purpose it was sealed for, whatever it says", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string(), (plain, aad) => {
        expect(sealer.open(sealer.seal(plain, aad), aad)).toBe(plain);
      }),
    );
  });

  test("never looks the same twice and does not contain what was sealed", () => {
    const sealed = [sealer.seal("correct horse", "a"), sealer.seal("correct horse", "a")];
    expect(new Set(sealed).size).toBe(2);
    for (const text of sealed) expect(Buffer.from(text, "base64url").includes("correct horse")).toBe(false);
  });

  test("does not open for another purpose", () => {
    expect(() => sealer.open(sealer.seal("x", "one"), "two")).toThrow(unreadable);
  });

  test("does not open once any one of its characters was changed", () => {
    const sealed = sealer.seal("a secret of some length", "purpose");
    for (let index = 0; index < sealed.length; index += 1) {
      const altered = `${sealed.slice(0, index)}${sealed[index] === "A" ? "B" : "A"}${sealed.slice(index + 1)}`;
      expect(() => sealer.open(altered, "purpose"), `character ${index}`).toThrow(unreadable);
    }
  });

  test.each(["", "A", "not base64 at all!", "AQAA", Buffer.alloc(200).toString("base64url")])(
    "that is really %j is refused",
    (text) => {
      expect(() => sealer.open(text, "purpose")).toThrow(unreadable);
    },
  );

  test("does not open when it was cut short or something was added", () => {
    const sealed = sealer.seal("a secret", "purpose");
    expect(() => sealer.open(sealed.slice(0, -4), "purpose")).toThrow(unreadable);
    expect(() => sealer.open(`${sealed}AAAA`, "purpose")).toThrow(unreadable);
    expect(() => sealer.open(`${sealed}\n`, "purpose")).toThrow(unreadable);
  });

  test("does not open with another master key, and the error says so without the value", () => {
    const other = createSealer(randomBytes(32));
    const sealed = other.seal("hunter2-hunter2", "purpose");
    expect(() => sealer.open(sealed, "purpose")).toThrow(/another master key/);
    expect(() => sealer.open(sealed, "purpose")).not.toThrow(/hunter2/);
  });
});

test("a master key of the wrong length is refused", () => {
  expect(() => createSealer(Buffer.alloc(16))).toThrow(/32 bytes/);
});
