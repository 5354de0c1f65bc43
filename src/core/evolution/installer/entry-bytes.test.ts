import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { digestEntries } from "#core/contract/bundle.ts";
import { packEntries, unpackEntries } from "./entry-bytes.ts";

const files = fc.dictionary(fc.string({ unit: "grapheme" }), fc.uint8Array({ maxLength: 200 }), { maxKeys: 8 });

test("what is kept is what the bundle's name is the digest of, and comes back byte for byte", () => {
  fc.assert(
    fc.property(files, (made) => {
      const entries = new Map(Object.entries(made).filter(([path]) => path.isWellFormed()));
      const packed = packEntries(entries);
      expect(createHash("sha256").update(packed).digest("hex")).toBe(digestEntries(entries));
      const back = unpackEntries(packed);
      expect([...back.keys()]).toEqual([...entries.keys()].toSorted((a, b) => (a < b ? -1 : 1)));
      for (const [path, bytes] of entries) expect(Buffer.from(back.get(path) ?? [])).toEqual(Buffer.from(bytes));
    }),
  );
});

test("bytes that were cut, drawn out or made up are no bundle", () => {
  const packed = packEntries(new Map([["module.ts", "export const one = 1;"]]));
  const twice = Buffer.concat([packed, packed]);
  const huge = Buffer.concat([Buffer.alloc(8, 0xff), packed]);
  for (const bytes of [
    packed.subarray(0, -1),
    packed.subarray(1),
    Buffer.concat([packed, Buffer.alloc(3)]),
    twice,
    huge,
  ]) {
    expect(() => unpackEntries(bytes)).toThrow(expect.objectContaining({ code: "bundle_changed" }));
  }
});
