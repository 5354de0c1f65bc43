import { describe, expect, test } from "vitest";
import { ANSWER_EXCHANGES } from "./answer-exchanges.ts";
import { ECHO_EXCHANGES } from "./echo-exchanges.ts";
import { tryExchange } from "./exchange.ts";
import { REDIRECT_EXCHANGES } from "./redirect-exchanges.ts";
import { REQUEST_EXCHANGES } from "./request-exchanges.ts";

describe("what a module tries", () => {
  test.each(REQUEST_EXCHANGES)("$id: $attack", async (exchange) => {
    expect(await tryExchange(exchange)).toEqual({ ended: exchange.ends, problems: [] });
  });
});

describe("where a source sends it", () => {
  test.each(REDIRECT_EXCHANGES)("$id: $attack", async (exchange) => {
    expect(await tryExchange(exchange)).toEqual({ ended: exchange.ends, problems: [] });
  });
});

describe("what a source answers", () => {
  test.each(ANSWER_EXCHANGES)("$id: $attack", async (exchange) => {
    expect(await tryExchange(exchange)).toEqual({ ended: exchange.ends, problems: [] });
  });
});

describe("a source that repeats the credential", () => {
  test.each(ECHO_EXCHANGES)("$id: $attack", async (exchange) => {
    expect(await tryExchange(exchange)).toEqual({ ended: exchange.ends, problems: [] });
  });
});
