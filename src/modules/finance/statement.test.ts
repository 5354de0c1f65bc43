import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { z } from "zod";
import { answered, refused, useModules } from "#test/module-kit.ts";

const modules = useModules();

const now = new Date("2026-11-20T15:00:00Z");
const card = readFileSync(join(import.meta.dirname, "fixtures", "card.csv"), "utf8");

const openFinance = () => modules.open("finance", { now, timeZone: "America/Toronto" });
type Finance = Awaited<ReturnType<typeof openFinance>>;

const Listed = z.object({
  total: z.number(),
  transactions: z.array(z.object({ date: z.string(), text: z.string(), cents: z.number(), account: z.string() })),
});

const importText = (finance: Finance, text: string | Uint8Array, name = "march.csv") =>
  finance.run("importFile", { file: `input/${name}` }, { files: { [name]: text } });

async function listed(finance: Finance) {
  const period = { from: "2020-01-01", to: "2026-11-20" };
  return Listed.parse(answered(await finance.run("transactions", { period, limit: 50 })).data);
}

test("a chequing file is read: debits go out, credits come in", async () => {
  await using finance = await openFinance();
  const answer = answered(await importText(finance, "2026-03-02,FARM BOY #42,61.27,\n2026-03-15,PAYROLL,,2450.00\n"));
  expect(answer.summary).toBe(
    "Imported 2 transactions from March 2 to March 15, 2026, 1 new merchant. Groceries $61.27.",
  );
  expect(answer.data).toMatchObject({ added: 2, duplicates: 0 });
  expect((await listed(finance)).transactions.map(({ cents, account }) => [cents, account])).toEqual([
    [-245_000, "chequing"],
    [6127, "chequing"],
  ]);
});

test("a card file is kept under the last four digits of its masked number", async () => {
  await using finance = await openFinance();
  answered(await importText(finance, card));
  const { total, transactions } = await listed(finance);
  expect(total).toBe(16);
  expect(new Set(transactions.map(({ account }) => account))).toEqual(new Set(["card-1234"]));
  expect(transactions.map(({ text }) => text)).toContain('PIZZERIA "DA BRUNO" TORONTO, ON');
});

test.each([
  ["a heading", "Date,Description,Debit,Credit\n2026-03-02,FARM BOY,61.27,\n"],
  ["a byte-order mark", "\uFEFF2026-03-02,FARM BOY,61.27,\n"],
  ["CR LF line ends", "2026-03-02,FARM BOY,61.27,\r\n"],
  ["CR line ends", "\r2026-03-02,FARM BOY,61.27,\r"],
  ["empty lines and no last line end", "\n\n2026-03-02,FARM BOY,61.27,"],
  ["everything quoted", '"2026-03-02","FARM BOY","61.27",""\n'],
  ["dollar signs", "2026-03-02,FARM BOY,$61.27,\n"],
])("a file with %s reads the same", async (_, text) => {
  await using finance = await openFinance();
  answered(await importText(finance, text));
  expect((await listed(finance)).transactions).toMatchObject([{ date: "2026-03-02", text: "FARM BOY", cents: 6127 }]);
});

test.each([
  ["UTF-16, little end first", "utf16le", [0xff, 0xfe]],
  ["UTF-8", "utf8", [0xef, 0xbb, 0xbf]],
] as const)("a file in %s keeps its letters", async (_, encoding, mark) => {
  await using finance = await openFinance();
  const bytes = Buffer.concat([Buffer.from(mark), Buffer.from("2026-03-02,CAFÉ ÖLAND,4.50,\r\n", encoding)]);
  answered(await importText(finance, bytes));
  expect((await listed(finance)).transactions).toMatchObject([{ text: "CAFÉ ÖLAND", cents: 450 }]);
});

test("the same file again adds nothing", async () => {
  await using finance = await openFinance();
  answered(await importText(finance, card));
  const again = answered(await importText(finance, card, "march (1).csv"));
  expect(again.summary).toBe("Already imported: 0 new. All 16 rows of march (1).csv were there before.");
  expect((await listed(finance)).total).toBe(16);
});

test("two files that overlap are joined without doubling a day", async () => {
  await using finance = await openFinance();
  const day = (date: string) => `${date},TIM HORTONS,2.15,\n${date},TIM HORTONS,2.15,\n`;
  answered(await importText(finance, day("2026-03-01") + day("2026-03-02")));
  const second = answered(await importText(finance, day("2026-03-02") + day("2026-03-03")));
  expect(second.data).toMatchObject({ added: 2, duplicates: 2 });
  expect((await listed(finance)).total).toBe(6);
});

test("two alike coffees on one day are two transactions", async () => {
  await using finance = await openFinance();
  answered(await importText(finance, "2026-03-02,TIM HORTONS,2.15,\n2026-03-02,TIM HORTONS,2.15,\n"));
  expect((await listed(finance)).transactions.map(({ cents }) => cents)).toEqual([215, 215]);
});

test.each([
  ["a PDF", "%PDF-1.7\n%âãÏÓ", "line 1: this is a PDF"],
  ["a web page", "<!DOCTYPE html><html></html>", "line 1: this is a web page"],
  ["a workbook", "PK\u0003\u0004\u0014", "line 1: this is an Excel workbook"],
  ["a Quicken file", "OFXHEADER:100", "Quicken"],
  ["JSON", '{"a":1}', "this is JSON"],
  ["binary", "2026\u0000\u0001", "not a text file"],
  ["nothing", "", "the file is empty"],
  ["white space", "\n \n", "the file is empty"],
  ["only a heading", "Date,Description,Debit,Credit\n", "no transaction below"],
  ["prose", "Dear Sir or Madam\n", "line 1: this is not a table"],
  ["semicolons", "2026-03-02;FARM BOY;61.27;\n", "separated by “;”"],
  ["another bank's columns", "Date,Description,Debit,Credit,Balance\n", "there is a heading"],
  ["another bank's heading", "Date,Payee,Amount\n3/2/2026,X,1\n", "line 1: the columns are “Date, Payee, Amount”"],
  ["three columns", "2026-03-02,FARM BOY,-61.27\n", "line 1: there are 3 columns"],
  [
    "an American date",
    "03/02/2026,FARM BOY,61.27,\n",
    "line 1: the date is “03/02/2026”. I expected a day as YYYY-MM-DD",
  ],
  ["a day that is none", "2026-03-02,A,1,\n2026-02-30,B,1,\n", "line 2: the date is “2026-02-30”"],
  ["no description", "2026-03-02,,1.00,\n", "line 1: the description is missing"],
  ["no amount", "2026-03-02,A,,\n", "either a debit or a credit"],
  ["two amounts", "2026-03-02,A,1.00,2.00\n", "either a debit or a credit"],
  ["a negative amount", "2026-03-02,A,-1.00,\n", "the amount is “-1.00”"],
  ["a broken amount", "2026-03-02,A,1.2.3,\n", "the amount is “1.2.3”"],
  ["three decimals", "2026-03-02,A,1.234,\n", "the amount is “1.234”"],
  ["a bare card number", "2026-03-02,A,1.00,,4500123412341234\n", "the card number is"],
  [
    "rows of two widths",
    "2026-03-02,A,1.00,\n2026-03-02,A,1.00,,4500********1234\n",
    "line 2: there are 5 columns. I expected 4",
  ],
  ["an open quotation mark", '2026-03-02,A,1.00,\n2026-03-02,"A,1.00,\n', "line 2: a quotation mark is opened"],
  ["text after a quotation mark", '2026-03-02,"A"B,1.00,\n', "line 1: something follows"],
])("a file with %s is refused by name and line, and nothing is kept", async (_, text, words) => {
  await using finance = await openFinance();
  const good = "2026-03-01,FARM BOY,10.00,\n";
  answered(await importText(finance, good));
  const refusal = refused(await importText(finance, text, "wrong.csv"));
  expect(refusal).toMatchObject({ code: "file_format", slot: "file" });
  expect(refusal.say).toContain("wrong.csv");
  expect(refusal.say).toContain(words);
  expect(refusal.say).toContain("Nothing was imported");
  expect(refusal.hint).toContain("CIBC");
  expect((await listed(finance)).total).toBe(1);
});

test("a bad last line keeps the thousand good ones before it out", async () => {
  await using finance = await openFinance();
  const rows = Array.from({ length: 1000 }, () => "2026-03-02,FARM BOY,1.00,\n").join("");
  expect(refused(await importText(finance, `${rows}oops\n`)).say).toContain("line 1001");
  expect(refused(await finance.run("forget", {})).code).toBe("no_data");
});

test("whatever stands in a description comes back as it was written", async () => {
  await using finance = await openFinance();
  const write = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;
  const description = fc
    .string({
      unit: fc.constantFrom("a", "É", ",", '"', "\n", "\r\n", ";", "=", " ", "柿", "<@U1>", "*"),
      minLength: 1,
      maxLength: 12,
    })
    .map((text) => text.trim())
    .filter((text) => text !== "");
  const row = fc.record({ text: description, cents: fc.integer({ min: 0, max: 999_999_999 }), out: fc.boolean() });
  let person = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 20 }),
      fc.constantFrom("\n", "\r\n"),
      async (rows, end) => {
        person += 1;
        const call = { person: `person ${person}` };
        const lines = rows.map(({ text, cents, out }) => {
          const amount = `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;
          return `2026-03-02,${write(text)},${out ? `${amount},` : `,${amount}`}`;
        });
        const files = { "a.csv": lines.join(end) };
        answered(await finance.run("importFile", { file: "input/a.csv" }, { ...call, files }));
        const period = { from: "2026-03-01", to: "2026-03-31" };
        const { transactions } = Listed.parse(
          answered(await finance.run("transactions", { period, limit: 50 }, call)).data,
        );
        const expected = rows.map(({ text, cents, out }) => [text, out || cents === 0 ? cents : -cents]);
        expect(transactions.map(({ text, cents }) => [text, cents])).toEqual(expected);
      },
    ),
    { numRuns: 40 },
  );
}, 60_000);

test("ten thousand rows are imported in well under two seconds", async () => {
  await using finance = await openFinance();
  const rows = Array.from({ length: 10_000 }, (_, at) => {
    const day = new Date(Date.UTC(2023, 0, 1 + Math.floor(at / 8))).toISOString().slice(0, 10);
    return `${day},"MERCHANT ${at % 700} TORONTO, ON",${(at % 300) + 1}.25,,4500********1234`;
  });
  const before = performance.now();
  const answer = answered(await importText(finance, rows.join("\n")));
  expect(answer.data).toMatchObject({ added: 10_000 });
  // The bar is 1.5 s on a quiet machine; tests share theirs.
  expect(performance.now() - before).toBeLessThan(6_000);
}, 30_000);
