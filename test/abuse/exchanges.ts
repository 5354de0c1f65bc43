import { ANSWER_EXCHANGES } from "./answer-exchanges.ts";
import { ECHO_EXCHANGES } from "./echo-exchanges.ts";
import type { Exchange } from "./exchange.ts";
import { REDIRECT_EXCHANGES } from "./redirect-exchanges.ts";
import { REQUEST_EXCHANGES } from "./request-exchanges.ts";

/** Every attempt on the broker that is more than an address: the eval runs those that a catalogue names. */
export const EXCHANGES: readonly Exchange[] = [
  ...REQUEST_EXCHANGES,
  ...REDIRECT_EXCHANGES,
  ...ANSWER_EXCHANGES,
  ...ECHO_EXCHANGES,
];
