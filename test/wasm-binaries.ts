import { buildWat } from "./wasm-kit.ts";

/** The three exports that every module has. */
export const MEMORY = `(memory (export "memory") 1 16)`;
export const ALLOCATE = `(func (export "allocate") (param i32) (result i32) (i32.const 8))`;
export const HANDLE = `(func (export "handle") (param i32 i32) (result i64) (i64.const 0))`;

/** A sound module with something more in it. */
export function withMore(more: string): Uint8Array {
  return buildWat(`(module ${MEMORY} ${ALLOCATE} ${HANDLE} ${more})`);
}

/** A module of the three exports alone. */
export const SOUND_WASM = withMore("");

/** Everything a module may use, so that its mutants reach all of the reader. */
export const RICH_WASM = buildWat(`(module
  (type $two (func (param i32 i32) (result i32 i32)))
  (memory (export "memory") 1 16)
  (global (export "__heap_base") i32 (i32.const 4096))
  (global $next (mut i64) (i64.const -1))
  (table 3 3 funcref)
  (elem (i32.const 1) $swap $swap)
  (data (i32.const 1024) "text")
  (data $later "later")
  (func $swap (type $two) (local.get 1) (local.get 0))
  (func (export "_initialize") (memory.init $later (i32.const 0) (i32.const 0) (i32.const 5)) (data.drop $later))
  (func (export "allocate") (param i32) (result i32) (local f32 f64)
    (block (loop (br_if 1 (i32.eqz (local.get 0))) (br_table 0 1 (i32.const 1))))
    (if (result i32) (i32.lt_u (local.get 0) (i32.const 64)) (then (i32.const 8)) (else (i32.const 16))))
  (func (export "handle") (param i32 i32) (result i64)
    (drop (drop (call_indirect (type $two) (i32.const 1) (i32.const 2) (i32.const 1))))
    (drop (select (result i64) (i64.const 1) (i64.const 2) (i32.const 0)))
    (i64.store offset=65 align=1 (i32.const 0) (i64.trunc_sat_f64_s (f64.const 1.5)))
    (memory.copy (i32.const 0) (i32.const 8) (i32.const 8)) (memory.fill (i32.const 0) (i32.const 0) (i32.const 8))
    (drop (i32.extend8_s (memory.grow (memory.size)))) (drop (f32.const 1))
    (i64.const 0)))`);
