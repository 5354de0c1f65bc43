import { nextDay } from "./days.ts";
import type { Row } from "./statement.ts";

/** Rows made from the calendar alone, so that two questions about the same days agree. */
export function sampleRows(first: string, last: string): Row[] {
  const rows: Row[] = [];
  const card = "card-1234";
  for (let date = first; date <= last; date = nextDay(date)) {
    const day = date.slice(8);
    const add = (account: string, text: string, cents: number): number => rows.push({ account, date, text, cents });
    const about = (what: string, cents: number): number => Math.round(cents * (0.6 + 0.8 * dice(`${date}${what}`)));
    if (day === "01")
      add("chequing", "Electronic Funds Transfer PREAUTHORIZED DEBIT RENT MAPLE PROPERTY MANAGEMENT", 165_000);
    if (day === "15" || day === "28")
      add("chequing", "Electronic Funds Transfer PAY PAYROLL DEPOSIT NORTHWIND INC", -245_000);
    if (day === "08")
      add("chequing", "Internet Banking INTERNET BILL PAY 000000123456 TORONTO HYDRO", about("hydro", 8200));
    if (day === "10") add(card, "SPOTIFY P2B3C4D5 STOCKHOLM", 1_199);
    if (day === "12") add(card, "NETFLIX.COM 866-716-0414, ON", 1_899);
    if (day === "18") add(card, "ROGERS ******1234 888-764-3771, ON", 7_345);
    if (day === "20") {
      add("chequing", "Internet Banking INTERNET TRANSFER 000000135390 CIBC VISA", 90_000);
      add(card, "PAYMENT THANK YOU/PAIEMENT MERCI", -90_000);
    }
    const shops: [string, number, number][] = [
      ["LOBLAWS #1029 TORONTO, ON", 0.3, 7800],
      ["NO FRILLS #3402 TORONTO, ON", 0.15, 4300],
      ["TIM HORTONS #2211 TORONTO, ON", 0.45, 520],
      ["PRESTO APPL/9TQ2K TORONTO, ON", 0.12, 2000],
      ["UBER EATS TORONTO, ON", 0.12, 3400],
      ["PIZZERIA LIBRETTO TORONTO, ON", 0.07, 5600],
      ["SHOPPERS DRUG MART #812 TORONTO, ON", 0.08, 2700],
      ["AMZN MKTP CA*2B3XY WWW.AMAZON.CA, ON", 0.1, 4100],
      ["CINEPLEX #7123 TORONTO, ON", 0.03, 3600],
      ["PETRO-CANADA 04421 TORONTO, ON", 0.07, 6100],
    ];
    for (const [text, chance, cents] of shops) {
      if (dice(`${date}${text}`) < chance) add(card, text, about(text, cents));
    }
  }
  return rows;
}

/** In [0, 1), always the same for a text. FNV-1a with a finishing mix. */
function dice(text: string): number {
  let value = 0x811c_9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x0100_0193);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b_3c6d);
  return ((value ^ (value >>> 13)) >>> 0) / 0x1_0000_0000;
}
