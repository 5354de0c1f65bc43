;; Numbers as Roman numerals and back: a whole module of NEXUS by hand, to start from.
;; The interface is explained in docs/wasm-modules.md. Built with
;;
;;   npx wat2wasm src/modules/roman/module.wat -o src/modules/roman/module.wasm
;;
;; Memory, one page of it unless an event is large:
;;
;;   0x0400  texts, each at an address of its own
;;   0x0800  the table of numerals
;;   0x0900  the numeral that is worked on, 15 letters at most
;;   0x1000  the answer, kept while the host answers what it was asked
;;   0x1400  what the host is asked
;;   0x2000  the event
;;
;; Every call gets a memory of its own, so nothing is ever freed or cleared.
(module
  (memory (export "memory") 1 16)

  ;; Answers, in pieces.
  (data (i32.const 0x0400) "{\"type\":\"done\",\"output\":{\"summary\":\"")
  (data (i32.const 0x0440) " is ")
  (data (i32.const 0x0450) ".\",\"data\":{\"number\":")
  (data (i32.const 0x0480) ",\"numeral\":\"")
  (data (i32.const 0x04a0) "\"}}}")
  (data (i32.const 0x04b0) "{\"type\":\"ask\",\"asks\":[{\"verb\":\"log\",\"args\":[\"")
  (data (i32.const 0x04f0) "\"]}]}")
  (data (i32.const 0x0500) "{\"type\":\"done\",\"output\":{\"error\":{\"code\":\"slot_invalid\",\"slot\":\"number\",\"say\":\"Roman numerals go from 1 to 3,999, in whole numbers.\"}}}")
  (data (i32.const 0x0600) "{\"type\":\"done\",\"output\":{\"error\":{\"code\":\"slot_invalid\",\"slot\":\"numeral\",\"say\":\"That is no Roman numeral. They are written like MMXXVI, up to MMMCMXCIX.\"}}}")
  (data (i32.const 0x0700) "{\"type\":\"failed\",\"message\":\"there is no such capability\"}")

  ;; Names that are looked for in an event.
  (data (i32.const 0x0740) "\"type\"")
  (data (i32.const 0x0750) "\"answers\"")
  (data (i32.const 0x0760) "\"capability\"")
  (data (i32.const 0x0770) "\"input\"")
  (data (i32.const 0x0780) "\"number\"")
  (data (i32.const 0x0790) "\"numeral\"")
  (data (i32.const 0x07a0) "\"toRoman\"")
  (data (i32.const 0x07b0) "\"fromRoman\"")

  ;; Thirteen times: the value (four bytes, the lowest first), how many letters, the letters.
  (data (i32.const 0x0800)
    "\e8\03\00\00\01M\00\00" "\84\03\00\00\02CM\00" "\f4\01\00\00\01D\00\00" "\90\01\00\00\02CD\00"
    "\64\00\00\00\01C\00\00" "\5a\00\00\00\02XC\00" "\32\00\00\00\01L\00\00" "\28\00\00\00\02XL\00"
    "\0a\00\00\00\01X\00\00" "\09\00\00\00\02IX\00" "\05\00\00\00\01V\00\00" "\04\00\00\00\02IV\00"
    "\01\00\00\00\01I\00\00")

  ;; Where the event ends, where the next byte is written, and how long the kept answer is.
  (global $end (mut i32) (i32.const 0))
  (global $out (mut i32) (i32.const 0))
  (global $kept (mut i32) (i32.const 0))

  ;; ---- What the host calls ----

  ;; Where an event of so many bytes can be put; 0 when there is no room.
  (func (export "allocate") (param $bytes i32) (result i32)
    (local $pages i32)
    (if (i32.gt_u (local.get $bytes) (i32.const 0x100000)) (then (return (i32.const 0))))
    (local.set $pages (i32.shr_u (i32.add (local.get $bytes) (i32.const 0x11fff)) (i32.const 16)))
    (if (i32.gt_u (local.get $pages) (memory.size))
      (then
        (if (i32.eq (memory.grow (i32.sub (local.get $pages) (memory.size))) (i32.const -1))
          (then (return (i32.const 0))))))
    (i32.const 0x2000))

  ;; One event in, one answer out: its address in the upper 32 bits, its length in the lower.
  (func (export "handle") (param $event i32) (param $bytes i32) (result i64)
    (local $capability i32) (local $input i32)
    (global.set $end (i32.add (local.get $event) (local.get $bytes)))
    ;; The host has answered the one thing it is ever asked here: the log has the line.
    (if (call $is_text (call $member (local.get $event) (i32.const 0x0740) (i32.const 6)) (i32.const 0x0750) (i32.const 9))
      (then (return (call $answer (i32.const 0x1000) (global.get $kept)))))
    (local.set $capability (call $member (local.get $event) (i32.const 0x0760) (i32.const 12)))
    (local.set $input (call $member (local.get $event) (i32.const 0x0770) (i32.const 7)))
    (if (call $is_text (local.get $capability) (i32.const 0x07a0) (i32.const 9))
      (then (return (call $to_roman (call $member (local.get $input) (i32.const 0x0780) (i32.const 8))))))
    (if (call $is_text (local.get $capability) (i32.const 0x07b0) (i32.const 11))
      (then (return (call $from_roman (call $member (local.get $input) (i32.const 0x0790) (i32.const 9))))))
    (call $answer (i32.const 0x0700) (i32.const 57)))

  (func $answer (param $at i32) (param $length i32) (result i64)
    (i64.or
      (i64.shl (i64.extend_i32_u (local.get $at)) (i64.const 32))
      (i64.extend_i32_u (local.get $length))))

  ;; ---- The two capabilities, each given its slot's value in the event, or 0 ----

  (func $to_roman (param $value i32) (result i64)
    (local $number i32)
    (local.set $number (call $read_number (local.get $value)))
    (if (i32.gt_u (i32.sub (local.get $number) (i32.const 1)) (i32.const 3998))
      (then (return (call $answer (i32.const 0x0500) (i32.const 135)))))
    (call $found (local.get $number) (call $write_numeral (local.get $number)) (i32.const 0)))

  (func $from_roman (param $value i32) (result i64)
    (local $number i32) (local $length i32) (local $text i32)
    (block $wrong
      (br_if $wrong (i32.ne (call $byte (local.get $value)) (i32.const 34)))
      (local.set $text (i32.add (local.get $value) (i32.const 1)))
      ;; A numeral has no letter that JSON would escape, so its bytes are its letters.
      (local.set $length (i32.sub (i32.sub (call $skip_text (local.get $value)) (local.get $text)) (i32.const 1)))
      (br_if $wrong (i32.gt_u (i32.sub (local.get $length) (i32.const 1)) (i32.const 14)))
      (local.set $number (call $sum (local.get $text) (local.get $length)))
      (br_if $wrong (i32.gt_u (i32.sub (local.get $number) (i32.const 1)) (i32.const 3998)))
      ;; Only what one would write for that number is a numeral: no IIII, no IC.
      (br_if $wrong (i32.ne (call $write_numeral (local.get $number)) (local.get $length)))
      (br_if $wrong (i32.eqz (call $same (local.get $text) (i32.const 0x0900) (local.get $length))))
      (return (call $found (local.get $number) (local.get $length) (i32.const 1))))
    (call $answer (i32.const 0x0600) (i32.const 156)))

  ;; Keeps the answer and asks for a line in the log, which shows how a module asks; the answer goes out at the next event.
  (func $found (param $number i32) (param $length i32) (param $numeral_first i32) (result i64)
    (global.set $out (i32.const 0x1000))
    (call $put (i32.const 0x0400) (i32.const 36))
    (call $put_equation (local.get $number) (local.get $length) (local.get $numeral_first))
    (call $put (i32.const 0x0450) (i32.const 20))
    (call $put_number (local.get $number))
    (call $put (i32.const 0x0480) (i32.const 12))
    (call $put (i32.const 0x0900) (local.get $length))
    (call $put (i32.const 0x04a0) (i32.const 4))
    (global.set $kept (i32.sub (global.get $out) (i32.const 0x1000)))
    (global.set $out (i32.const 0x1400))
    (call $put (i32.const 0x04b0) (i32.const 45))
    (call $put_equation (local.get $number) (local.get $length) (local.get $numeral_first))
    (call $put (i32.const 0x04f0) (i32.const 5))
    (call $answer (i32.const 0x1400) (i32.sub (global.get $out) (i32.const 0x1400))))

  ;; `2026 is MMXXVI`, or the other way round.
  (func $put_equation (param $number i32) (param $length i32) (param $numeral_first i32)
    (if (local.get $numeral_first)
      (then (call $put (i32.const 0x0900) (local.get $length)))
      (else (call $put_number (local.get $number))))
    (call $put (i32.const 0x0440) (i32.const 4))
    (if (local.get $numeral_first)
      (then (call $put_number (local.get $number)))
      (else (call $put (i32.const 0x0900) (local.get $length)))))

  ;; ---- Roman numerals ----

  ;; Writes the numeral of a number to 0x0900 and gives its length.
  (func $write_numeral (param $number i32) (result i32)
    (local $entry i32)
    (global.set $out (i32.const 0x0900))
    (local.set $entry (i32.const 0x0800))
    (loop $next
      (if (i32.ge_u (local.get $number) (i32.load (local.get $entry)))
        (then
          (local.set $number (i32.sub (local.get $number) (i32.load (local.get $entry))))
          (call $put (i32.add (local.get $entry) (i32.const 5)) (i32.load8_u offset=4 (local.get $entry)))
          (br $next)))
      (local.set $entry (i32.add (local.get $entry) (i32.const 8)))
      (br_if $next (i32.lt_u (local.get $entry) (i32.const 0x0868))))
    (i32.sub (global.get $out) (i32.const 0x0900)))

  ;; The sum of a numeral's letters, taken from the largest down; 0 when there is anything else.
  (func $sum (param $text i32) (param $length i32) (result i32)
    (local $entry i32) (local $letters i32) (local $sum i32)
    (local.set $entry (i32.const 0x0800))
    (loop $next
      (local.set $letters (i32.load8_u offset=4 (local.get $entry)))
      (if (i32.ge_u (local.get $length) (local.get $letters))
        (then
          (if (call $same (local.get $text) (i32.add (local.get $entry) (i32.const 5)) (local.get $letters))
            (then
              (local.set $sum (i32.add (local.get $sum) (i32.load (local.get $entry))))
              (local.set $text (i32.add (local.get $text) (local.get $letters)))
              (local.set $length (i32.sub (local.get $length) (local.get $letters)))
              (br $next)))))
      (local.set $entry (i32.add (local.get $entry) (i32.const 8)))
      (br_if $next (i32.lt_u (local.get $entry) (i32.const 0x0868))))
    (select (i32.const 0) (local.get $sum) (local.get $length)))

  ;; Whether letters are the same as some in capitals, large or small.
  (func $same (param $text i32) (param $capitals i32) (param $length i32) (result i32)
    (block $differs
      (loop $next
        (if (i32.eqz (local.get $length)) (then (return (i32.const 1))))
        (br_if $differs
          (i32.ne
            (i32.and (call $byte (local.get $text)) (i32.const 0xdf))
            (i32.load8_u (local.get $capitals))))
        (local.set $text (i32.add (local.get $text) (i32.const 1)))
        (local.set $capitals (i32.add (local.get $capitals) (i32.const 1)))
        (local.set $length (i32.sub (local.get $length) (i32.const 1)))
        (br $next)))
    (i32.const 0))

  ;; ---- Reading JSON: the host writes it, so it is well formed ----

  ;; A byte of the event, 0 beyond its end and where there is nothing.
  (func $byte (param $at i32) (result i32)
    (if (i32.or (i32.eqz (local.get $at)) (i32.ge_u (local.get $at) (global.get $end))) (then (return (i32.const 0))))
    (i32.load8_u (local.get $at)))

  ;; The value of a member of the object that begins here; 0 when it has none of that name or is no object.
  ;; The name comes in its quotes. Between the parts of the host's JSON stands nothing.
  (func $member (param $at i32) (param $name i32) (param $length i32) (result i32)
    (local $value i32)
    (if (i32.ne (call $byte (local.get $at)) (i32.const 123)) (then (return (i32.const 0))))
    (loop $next
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (if (i32.ne (call $byte (local.get $at)) (i32.const 34)) (then (return (i32.const 0))))
      (local.set $value (i32.add (call $skip_text (local.get $at)) (i32.const 1)))
      (if (call $is_text (local.get $at) (local.get $name) (local.get $length)) (then (return (local.get $value))))
      (local.set $at (call $skip_value (local.get $value)))
      (br_if $next (i32.eq (call $byte (local.get $at)) (i32.const 44))))
    (i32.const 0))

  ;; Whether the text that begins here is that one. Both are in their quotes.
  (func $is_text (param $at i32) (param $text i32) (param $length i32) (result i32)
    (block $differs
      (loop $next
        (if (i32.eqz (local.get $length)) (then (return (i32.const 1))))
        (br_if $differs (i32.ne (call $byte (local.get $at)) (i32.load8_u (local.get $text))))
        (local.set $at (i32.add (local.get $at) (i32.const 1)))
        (local.set $text (i32.add (local.get $text) (i32.const 1)))
        (local.set $length (i32.sub (local.get $length) (i32.const 1)))
        (br $next)))
    (i32.const 0))

  ;; Behind the closing quote of the text that begins here.
  (func $skip_text (param $at i32) (result i32)
    (local $byte i32)
    (loop $next
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (local.set $byte (call $byte (local.get $at)))
      ;; Behind a backslash even a quote is a letter.
      (if (i32.eq (local.get $byte) (i32.const 92)) (then (local.set $at (i32.add (local.get $at) (i32.const 1)))))
      (br_if $next (i32.and (i32.ne (local.get $byte) (i32.const 34)) (i32.ne (local.get $byte) (i32.const 0)))))
    (i32.add (local.get $at) (i32.const 1)))

  ;; Behind the value that begins here: at the comma or the bracket that follows.
  (func $skip_value (param $at i32) (result i32)
    (local $byte i32) (local $depth i32)
    (loop $next
      (local.set $byte (call $byte (local.get $at)))
      (if (i32.eqz (local.get $byte)) (then (return (local.get $at))))
      (if (i32.eq (local.get $byte) (i32.const 34))
        (then (local.set $at (call $skip_text (local.get $at))) (br $next)))
      (if (i32.eqz (local.get $depth))
        (then
          (if
            (i32.or
              (i32.eq (local.get $byte) (i32.const 44))
              (i32.eq (i32.and (local.get $byte) (i32.const 0xdf)) (i32.const 93)))
            (then (return (local.get $at))))))
      ;; Brackets and braces differ in one bit.
      (if (i32.eq (i32.and (local.get $byte) (i32.const 0xdf)) (i32.const 91))
        (then (local.set $depth (i32.add (local.get $depth) (i32.const 1)))))
      (if (i32.eq (i32.and (local.get $byte) (i32.const 0xdf)) (i32.const 93))
        (then (local.set $depth (i32.sub (local.get $depth) (i32.const 1)))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br $next))
    (unreachable))

  ;; A whole number of at most six digits; 0 for anything else.
  (func $read_number (param $at i32) (result i32)
    (local $digit i32) (local $number i32)
    (loop $next
      (local.set $digit (i32.sub (call $byte (local.get $at)) (i32.const 48)))
      (if (i32.le_u (local.get $digit) (i32.const 9))
        (then
          (if (i32.gt_u (local.get $number) (i32.const 99999)) (then (return (i32.const 0))))
          (local.set $number (i32.add (i32.mul (local.get $number) (i32.const 10)) (local.get $digit)))
          (local.set $at (i32.add (local.get $at) (i32.const 1)))
          (br $next))))
    ;; A fraction or an exponent goes on behind the digits.
    (if (i32.ne (call $skip_value (local.get $at)) (local.get $at)) (then (return (i32.const 0))))
    (local.get $number))

  ;; ---- Writing ----

  (func $put (param $from i32) (param $length i32)
    (memory.copy (global.get $out) (local.get $from) (local.get $length))
    (global.set $out (i32.add (global.get $out) (local.get $length))))

  (func $put_number (param $number i32)
    (if (i32.ge_u (local.get $number) (i32.const 10))
      (then (call $put_number (i32.div_u (local.get $number) (i32.const 10)))))
    (i32.store8 (global.get $out) (i32.add (i32.rem_u (local.get $number) (i32.const 10)) (i32.const 48)))
    (global.set $out (i32.add (global.get $out) (i32.const 1))))
)
