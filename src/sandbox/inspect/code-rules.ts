import type { Finding } from "#core/contract/validation.ts";

type Rule = Pick<Finding, "severity" | "hint">;

/** Every rule for the code of a module: how much it weighs and what to write instead. docs/module-rules.md explains each. */
export const CODE_RULES = {
  "inspect.died": {
    severity: "error",
    hint: "Make the code plainer: shorter files, less nesting, simpler expressions. Honest code takes a second to look through.",
  },

  "size.source": {
    severity: "error",
    hint: "Split the file, or move tables into data/; 256 KiB are the most for one.",
  },
  "size.line": { severity: "error", hint: "Break the line: 2,000 characters are the most that can be reviewed." },
  "size.depth": {
    severity: "error",
    hint: "Give the inner parts names of their own, so that nothing is nested so deep.",
  },
  "size.nodes": {
    severity: "error",
    hint: "Split the file, or move tables into data/ and read them with nexus.files.",
  },
  "size.string": { severity: "error", hint: "Move long texts into data/ and read them with nexus.files.read." },
  "size.packed": {
    severity: "error",
    hint: "Write it out as plain code or readable data: packed content cannot be reviewed.",
  },
  "size.allocation": { severity: "error", hint: "Ask for what the answer needs: a call has a few dozen MiB." },

  "text.invisible": { severity: "error", hint: "Remove the character, or write it as an escape: \\u{200b}." },
  "text.non-ascii-identifier": {
    severity: "error",
    hint: "Name it with plain letters; texts in quotes may hold anything.",
  },
  "text.escaped-identifier": { severity: "error", hint: "Write the name as it is, without \\u escapes." },
  "text.injection": { severity: "warning", hint: "Say it without giving orders to whoever or whatever reads it." },
  "comment.source-url": {
    severity: "error",
    hint: "Remove the comment: it makes tools show another source than the one that runs.",
  },

  "syntax.error": {
    severity: "error",
    hint: "Mend the syntax; TypeScript's types are taken off, the rest is a JavaScript module.",
  },
  "syntax.debugger": { severity: "error", hint: "Remove it." },
  "syntax.tagged-template": {
    severity: "error",
    hint: "Call the function with parentheses; only String.raw may be a tag.",
  },

  "import.denied": {
    severity: "error",
    hint: "A module imports only its own files by their exact path, such as “./csv.ts”; types of NEXUS with `import type`.",
  },
  "import.dynamic": { severity: "error", hint: "Import at the top of the file." },
  "import.meta": { severity: "error", hint: "Leave it out: a module has no address and no place." },
  "import.attributes": { severity: "error", hint: 'Read data with nexus.files.read("bundle/…") and JSON.parse.' },
  "import.missing": { severity: "error", hint: "Export that name from the file, or import one that it exports." },
  "import.unused-file": { severity: "warning", hint: "Import the file or take it out of the bundle." },

  "module.export-star": { severity: "error", hint: "Name what is exported, so that a reviewer sees it." },
  "module.export-default": { severity: "error", hint: "Export the function under its capability's name." },
  "module.export-then": { severity: "error", hint: "Call it something else: what has a `then` is waited for." },
  "module.extra-export": { severity: "error", hint: "Take `export` away, or declare the capability in the manifest." },
  "module.missing-export": { severity: "error", hint: "Export a function of the capability's name from module.ts." },
  "module.run-shape": { severity: "error", hint: "Write `export async function name(input, nexus) { … }`." },
  "module.top-level-effect": {
    severity: "error",
    hint: "Move it into a function: a file only declares while it is loaded.",
  },
  "module.top-level-await": {
    severity: "error",
    hint: "Move it into a function: nothing is waited for while a file is loaded.",
  },
  "module.top-level-state": {
    severity: "warning",
    hint: "Use `const`; what a module shall remember goes into nexus.files or nexus.cache.",
  },
  "module.top-level-work": { severity: "warning", hint: "Write the value down, or compute it when it is needed." },

  "global.denied": {
    severity: "error",
    hint: "Modules have the language and `nexus`, their function's second argument; docs/module-rules.md lists the names.",
  },
  "scope.shadow-intrinsic": {
    severity: "error",
    hint: "Choose another name: a reader takes it for the language's own.",
  },
  "intrinsic.write": { severity: "error", hint: "Leave the language's own objects as they are, and write a function." },
  "prop.denied": {
    severity: "error",
    hint: "Modules do not reach constructors, prototypes or descriptors. Of data, read it with Object.entries.",
  },
  "prop.prototype": {
    severity: "error",
    hint: "Write a class or a function; Object.hasOwn(o, k) tells whether a key is there.",
  },
  "prop.accessor": {
    severity: "error",
    hint: "Use a plain value or a function: data that runs code when read cannot be trusted.",
  },
  "prop.thenable": { severity: "error", hint: "Use an async function: what has a `then` takes part in every await." },
  "prop.tojson": { severity: "error", hint: "Return plain data; it is written as JSON as it stands." },
  "prop.symbol": {
    severity: "error",
    hint: "Only Symbol.iterator and Symbol.asyncIterator may be used; others change how the language works.",
  },
  "prop.dynamic-key": {
    severity: "warning",
    hint: "Keep keyed data in a Map, or read with Object.hasOwn(o, k) before o[k].",
  },
  "prop.unknown-nexus": {
    severity: "warning",
    hint: "nexus has fetch, log, cache, files, now, random, asker and sample.",
  },

  "loop.infinite": {
    severity: "error",
    hint: "Give the loop a condition that ends it: for (let page = 0; page < 10; page++).",
  },
  "loop.huge": {
    severity: "error",
    hint: "Nothing a chat waits for takes so many steps; compute it, or ask the source for less.",
  },
  "loop.clock": {
    severity: "error",
    hint: "Time stands still during a call, so waiting for it never ends; count steps instead.",
  },
  "loop.recursion": { severity: "error", hint: "Put the condition that ends it before the function calls itself." },
  "loop.iterator": { severity: "error", hint: "Return { done: true } at the end." },
  "loop.unbounded-with-exit": {
    severity: "warning",
    hint: "Prefer a loop with a bound: for (let page = 0; page < 10; page++).",
  },

  "regex.redos": {
    severity: "error",
    hint: "Let no two parts that repeat match the same text side by side or inside each other; anchor it with ^.",
  },
  "regex.slow": {
    severity: "warning",
    hint: "Use [^,]* instead of .* and anchor it with ^, so that there is one way to match.",
  },
  "regex.dynamic": { severity: "error", hint: "Write the pattern down, or pass the text through RegExp.escape." },
  "regex.length": { severity: "error", hint: "Split it, or parse step by step; 300 characters are the most." },
  "regex.count": { severity: "error", hint: "Use a few patterns, or a table in data/; 300 are the most." },
  "bigint.pow": { severity: "error", hint: "Keep the exponent a small plain number: 10n ** 18n." },
  "bigint.shift": { severity: "error", hint: "Shift by less than 4,096 bits." },

  "secret.literal": {
    severity: "error",
    hint: "Declare a credential in the manifest; NEXUS adds it on the way out and the module never sees it.",
  },
  "secret.entropy": {
    severity: "warning",
    hint: "If it is a secret, declare a credential instead; if not, say in a comment what it is.",
  },
} as const satisfies Record<string, Rule>;

export type CodeRule = keyof typeof CODE_RULES;
