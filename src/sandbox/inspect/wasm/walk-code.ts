import type { ByteReader } from "./byte-reader.ts";
import { MalformedWasm } from "./byte-reader.ts";

/** The types of numbers, the only ones a module's functions and globals deal in. */
export const NUMBER_TYPES: ReadonlyMap<number, string> = new Map([
  [0x7f, "i32"],
  [0x7e, "i64"],
  [0x7d, "f32"],
  [0x7c, "f64"],
]);

/** An instruction that is not on the list: where it stands, and the feature it belongs to. */
export interface StrangeInstruction {
  readonly at: number;
  readonly feature: string;
}

/**
 * Walks instructions to the `end` that closes them, or to the first one that is not allowed: what follows that cannot be
 * told apart any more. Whether they make sense together is for the engine to say, which is told only of allowed ones.
 */
export function walkCode(code: ByteReader): StrangeInstruction | undefined {
  let depth = 1;
  while (depth > 0) {
    const at = code.at();
    const opcode = code.byte();
    if (opcode === 0x0b) depth -= 1;
    else if (opcode === 0x02 || opcode === 0x03 || opcode === 0x04) {
      depth += 1;
      code.skipSigned(33);
    } else {
      const feature = skipOperands(opcode, code);
      if (feature !== undefined) return { at, feature };
    }
  }
  return undefined;
}

function skipOperands(opcode: number, code: ByteReader): string | undefined {
  if (opcode >= 0x45 && opcode <= 0xc4) return undefined;
  if (opcode >= 0x28 && opcode <= 0x3e) return skipMemoryOperands(code);
  switch (opcode) {
    // unreachable, nop, else, return, drop, select
    case 0x00:
    case 0x01:
    case 0x05:
    case 0x0f:
    case 0x1a:
    case 0x1b:
      return undefined;
    // br, br_if, call; get, set and tee of a local; get and set of a global
    case 0x0c:
    case 0x0d:
    case 0x10:
    case 0x20:
    case 0x21:
    case 0x22:
    case 0x23:
    case 0x24:
      code.u32();
      return undefined;
    // br_table
    case 0x0e:
      for (let left = code.count() + 1; left > 0; left -= 1) code.u32();
      return undefined;
    // call_indirect
    case 0x11:
      code.u32();
      return code.u32() === 0 ? undefined : "several tables";
    // select with types
    case 0x1c:
      for (let left = code.count(); left > 0; left -= 1) if (!NUMBER_TYPES.has(code.byte())) return "references";
      return undefined;
    // memory.size, memory.grow
    case 0x3f:
    case 0x40:
      return code.u32() === 0 ? undefined : "several memories";
    case 0x41:
      code.skipSigned(32);
      return undefined;
    case 0x42:
      code.skipSigned(64);
      return undefined;
    case 0x43:
      code.skip(4);
      return undefined;
    case 0x44:
      code.skip(8);
      return undefined;
    case 0xfc:
      return skipLongOperands(code);
    default:
      return featureOf(opcode);
  }
}

function skipMemoryOperands(code: ByteReader): string | undefined {
  const alignment = code.u32();
  // From 64 on the alignment says that the number of a memory follows.
  if (alignment >= 64) return "several memories";
  code.u32();
  return undefined;
}

/** Saturating conversions, and those of bulk memory that are about memory. */
function skipLongOperands(code: ByteReader): string | undefined {
  const at = code.at();
  const kind = code.u32();
  switch (kind) {
    // memory.init
    case 8:
      code.u32();
      return code.u32() === 0 ? undefined : "several memories";
    // data.drop
    case 9:
      code.u32();
      return undefined;
    // memory.copy
    case 10:
      return code.u32() + code.u32() === 0 ? undefined : "several memories";
    // memory.fill
    case 11:
      return code.u32() === 0 ? undefined : "several memories";
    default:
      if (kind <= 7) return undefined;
      if (kind <= 17) return "changes to tables";
      throw new MalformedWasm("there is no such instruction", at);
  }
}

function featureOf(opcode: number): string {
  if (opcode >= 0x06 && opcode <= 0x0a) return "exceptions";
  if (opcode === 0x12 || opcode === 0x13) return "tail calls";
  if (opcode === 0x18 || opcode === 0x19 || opcode === 0x1f) return "exceptions";
  if (opcode === 0x25 || opcode === 0x26) return "changes to tables";
  if (opcode === 0xfb) return "garbage collection";
  if (opcode === 0xfd) return "SIMD";
  if (opcode === 0xfe) return "threads";
  return opcode >= 0xd0 ? "references" : "something else than numbers";
}
