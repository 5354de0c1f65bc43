import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import { hashLinkCode, newLinkCode, readLinkCode } from "./link-code.ts";

test("a code is two groups of four that can be read out", () => {
  for (let index = 0; index < 500; index += 1) {
    const code = newLinkCode(randomBytes);
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/);
    expect(readLinkCode(code)).toBe(code);
  }
});

test("every one of its 40 bits is in the code", () => {
  const codes = new Set<string>();
  for (let bit = 0; bit < 40; bit += 1) {
    const bytes = new Uint8Array(5);
    bytes[bit >> 3] = 1 << (bit & 7);
    codes.add(newLinkCode(() => bytes));
  }
  expect(codes.size).toBe(40);
  expect(newLinkCode(() => new Uint8Array(5).fill(255))).toBe("ZZZZ-ZZZZ");
});

test("a code is understood in small letters, without its hyphen, and with O, I and L for the digits they look like", () => {
  expect(readLinkCode(" 7f3k 92qd ")).toBe("7F3K-92QD");
  expect(readLinkCode("7f3k92qd")).toBe("7F3K-92QD");
  expect(readLinkCode("OIL0-7F3K")).toBe("0110-7F3K");
  expect(readLinkCode("7F3K-92Q")).toBeUndefined();
  expect(readLinkCode("7F3K-92QU")).toBeUndefined();
});

test("the hash of a code tells nothing without the key", () => {
  const one = hashLinkCode(Buffer.alloc(32, 1), "7F3K-92QD");
  expect(one).not.toBe(hashLinkCode(Buffer.alloc(32, 2), "7F3K-92QD"));
  expect(one).not.toContain("7F3K");
});
