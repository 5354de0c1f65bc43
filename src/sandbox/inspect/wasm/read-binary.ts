import { type ByteReader, MalformedWasm, readBytes } from "./byte-reader.ts";
import { NUMBER_TYPES, walkCode } from "./walk-code.ts";
import { quoteName, type Report } from "./wasm-rules.ts";

/** What the host must know of a binary, read without running or compiling any of it. */
export interface WasmFacts {
  /** Then the numbers of functions, memories and globals are not what they are below. */
  hasImports: boolean;
  /** Each as it is written: `i32, i32 -> i64`. */
  readonly types: string[];
  /** The number of each function's type. */
  readonly functions: number[];
  readonly memories: MemoryFact[];
  readonly globals: { readonly mutable: boolean }[];
  readonly exports: { readonly name: string; readonly kind: number; readonly index: number; readonly at: number }[];
}

/** Sizes in pages of 64 KiB. */
export interface MemoryFact {
  readonly minimum: number;
  readonly maximum: number | undefined;
  readonly at: number;
}

const MAX_TABLE = 10_000;
/** More locals make the time to compile a function grow with their square. */
const MAX_LOCALS = 4_096;
const MAX_CUSTOM_BYTES = 65_536;
const CUSTOM = ["name", "producers", "target_features"];
const FUNCTIONS = 0x70;

/** The sections a module may have, in the order they come in. */
const SECTIONS: ReadonlyMap<number, { readonly rank: number; readonly read: SectionReader }> = new Map(
  (
    [
      [1, readTypes],
      [2, readImports],
      [3, readFunctions],
      [4, readTables],
      [5, readMemories],
      [6, readGlobals],
      [7, readExports],
      [8, readStart],
      [9, readElements],
      [12, readDataCount],
      [10, readCode],
      [11, readData],
    ] as const
  ).map(([id, read], rank) => [id, { rank, read }]),
);
type SectionReader = (section: ByteReader, facts: WasmFacts, report: Report) => void;

/**
 * Reads a binary by hand, section by section, telling of whatever is not allowed.
 * @throws MalformedWasm when it is no WebAssembly
 */
export function readBinary(bytes: Uint8Array, report: Report): WasmFacts {
  const facts: WasmFacts = { hasImports: false, types: [], functions: [], memories: [], globals: [], exports: [] };
  const binary = readBytes(bytes, 8, bytes.length);
  let last = -1;
  let customBytes = 0;
  while (!binary.isAtEnd()) {
    const at = binary.at();
    const id = binary.byte();
    const section = binary.part(binary.u32());
    if (id === 0) {
      customBytes += binary.at() - at;
      const name = section.name();
      if (!CUSTOM.includes(name)) report("wasm.custom", `it has a custom section ${quoteName(name)}`, at);
      continue;
    }
    const known = SECTIONS.get(id);
    if (known === undefined) {
      report("wasm.section", `it has a section of kind ${id}${id === 13 ? ", which is for exceptions" : ""}`, at);
      continue;
    }
    if (known.rank <= last) throw new MalformedWasm("a section stands in the wrong place", at);
    last = known.rank;
    known.read(section, facts, report);
    if (!section.isAtEnd()) throw new MalformedWasm("a section is longer than what it holds", section.at());
  }
  if (customBytes > MAX_CUSTOM_BYTES) report("wasm.custom", `its custom sections are ${customBytes} bytes`);
  return facts;
}

function repeat(section: ByteReader, read: (at: number) => void): void {
  for (let left = section.count(); left > 0; left -= 1) read(section.at());
}

/** What follows in a section whose form is not known cannot be read: it is told of, and left. */
function leave(section: ByteReader, report: Report, what: string): void {
  report("wasm.instruction", `it uses ${what}`, section.at());
  while (!section.isAtEnd()) section.byte();
}

function readTypes(section: ByteReader, facts: WasmFacts, report: Report): void {
  const types = (): string => {
    const names: string[] = [];
    repeat(section, (at) => {
      const type = section.byte();
      const name = NUMBER_TYPES.get(type);
      if (name === undefined) report("wasm.instruction", "a function takes or gives something else than a number", at);
      names.push(name ?? "?");
    });
    return names.join(", ");
  };
  for (let left = section.count(); left > 0; left -= 1) {
    if (section.byte() !== 0x60) return leave(section, report, "types of garbage collection");
    facts.types.push(`(${types()}) -> (${types()})`);
  }
}

function readImports(section: ByteReader, facts: WasmFacts, report: Report): void {
  const count = section.count();
  if (count === 0) return;
  facts.hasImports = true;
  const at = section.at();
  const what = `${quoteName(section.name())} ${quoteName(section.name())}`;
  const more = count > 1 ? ` and ${count - 1} more` : "";
  report("wasm.import", `it imports ${what}${more}`, at);
  while (!section.isAtEnd()) section.byte();
}

function readFunctions(section: ByteReader, facts: WasmFacts): void {
  repeat(section, () => facts.functions.push(section.u32()));
}

function readTables(section: ByteReader, _facts: WasmFacts, report: Report): void {
  const from = section.at();
  const count = section.count();
  if (count > 1) report("wasm.table", `it has ${count} tables`, from);
  for (let left = count; left > 0; left -= 1) {
    const at = section.at();
    const type = section.byte();
    const form = section.byte();
    if (type !== FUNCTIONS || form > 1) return leave(section, report, "a table of something else than functions");
    const minimum = section.u32();
    if (form === 1) section.u32();
    if (minimum > MAX_TABLE) report("wasm.table", `its table has ${minimum} entries`, at);
  }
}

function readMemories(section: ByteReader, facts: WasmFacts, report: Report): void {
  for (let left = section.count(); left > 0; left -= 1) {
    const at = section.at();
    const form = section.byte();
    if (form > 1) return leave(section, report, form < 4 ? "shared memory" : "memory of 64 bits");
    const minimum = section.u32();
    facts.memories.push({ minimum, maximum: form === 1 ? section.u32() : undefined, at });
  }
}

function readGlobals(section: ByteReader, facts: WasmFacts, report: Report): void {
  for (let left = section.count(); left > 0; left -= 1) {
    const isNumber = NUMBER_TYPES.has(section.byte());
    const mutability = section.byte();
    if (!isNumber || mutability > 1) return leave(section, report, "a global of something else than a number");
    facts.globals.push({ mutable: mutability === 1 });
    if (!readExpression(section, report)) return;
  }
}

function readExports(section: ByteReader, facts: WasmFacts): void {
  repeat(section, (at) => facts.exports.push({ name: section.name(), kind: section.byte(), index: section.u32(), at }));
}

function readStart(section: ByteReader, _facts: WasmFacts, report: Report): void {
  report("wasm.start", "it has a start function", section.at());
  section.u32();
}

function readElements(section: ByteReader, _facts: WasmFacts, report: Report): void {
  for (let left = section.count(); left > 0; left -= 1) {
    if (section.u32() !== 0) return leave(section, report, "a table that is not filled when it is loaded");
    if (!readExpression(section, report)) return;
    repeat(section, () => section.u32());
  }
}

function readDataCount(section: ByteReader): void {
  section.u32();
}

function readCode(section: ByteReader, facts: WasmFacts, report: Report): void {
  const count = section.count();
  if (count !== facts.functions.length) {
    throw new MalformedWasm("it has not as many functions as it says", section.at());
  }
  for (let index = 0; index < count; index += 1) {
    const body = section.part(section.u32());
    let locals = 0;
    repeat(body, (at) => {
      locals += body.u32();
      const isNumber = NUMBER_TYPES.has(body.byte());
      if (!isNumber) report("wasm.instruction", `function ${index} has a local that is no number`, at);
    });
    if (locals > MAX_LOCALS) report("wasm.size", `function ${index} has ${locals} locals, ${MAX_LOCALS} at most`);
    const strange = walkCode(body);
    if (strange !== undefined) report("wasm.instruction", `function ${index} uses ${strange.feature}`, strange.at);
    else if (!body.isAtEnd()) throw new MalformedWasm("a function goes on after its end", body.at());
  }
}

function readData(section: ByteReader, _facts: WasmFacts, report: Report): void {
  for (let left = section.count(); left > 0; left -= 1) {
    const form = section.u32();
    if (form > 1) return leave(section, report, "several memories");
    if (form === 0 && !readExpression(section, report)) return;
    section.skip(section.u32());
  }
}

/** A constant: instructions up to `end`. Whether it is constant is for the engine to say. */
function readExpression(section: ByteReader, report: Report): boolean {
  const strange = walkCode(section);
  if (strange === undefined) return true;
  leave(section, report, strange.feature);
  return false;
}
