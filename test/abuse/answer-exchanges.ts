import type { ServerResponse } from "node:http";
import { Readable, type Transform } from "node:stream";
import { buffer } from "node:stream/consumers";
import { createBrotliCompress, createGzip, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { answerJson, sendRaw, type Source, WRITABLE } from "./broker-world.ts";
import type { Exchange } from "./exchange.ts";

const HOME = "https://api.example.com/v1/x";
const JSON_TYPE = "content-type: application/json\r\n";

/** A source that answers as it likes; the request itself is a good one. */
function answers(
  id: string,
  attack: string,
  ends: Exchange["ends"],
  source: Source,
  also?: Exchange["also"],
): Exchange {
  const go: Exchange["go"] = (world) => {
    world.answerWith(source);
    return world.ask(HOME);
  };
  return { id, attack, ends, reached: 1, go, ...(also === undefined ? {} : { also }) };
}

function packed(encoding: string, bytes: Uint8Array, type = "application/json"): Source {
  return (_, response) => response.writeHead(200, { "content-type": type, "content-encoding": encoding }).end(bytes);
}

/** A little that unpacks to a lot. Making it takes longer than a source may. */
function bomb(id: string, attack: string, encoding: string, open: () => Transform, mib: number): Exchange {
  return {
    id,
    attack,
    ends: "too_large",
    reached: 1,
    go: async (world) => {
      const nothing = Readable.from(Array.from({ length: mib }, () => NOTHING));
      world.answerWith(packed(encoding, await buffer(nothing.pipe(open()))));
      return await world.ask(HOME);
    },
  };
}

const NOTHING = Buffer.alloc(1_048_576);

const raw =
  (...parts: readonly (string | Uint8Array)[]): Source =>
  (_, response) =>
    sendRaw(response, ...parts);

/** Goes on until nobody listens any more. */
function forever(response: ServerResponse, everyMs: number, part: string | Uint8Array): void {
  const { socket } = response;
  const write = setInterval(() => socket?.write(part), everyMs);
  socket?.once("close", () => clearInterval(write));
}

/** As fast as the connection takes it. */
function flood({ socket }: ServerResponse, part: string): void {
  if (socket === null) return;
  const write = (): void => {
    while (socket.writable && socket.write(part)) continue;
  };
  socket.on("drain", write);
  write();
}

const HEAD = `HTTP/1.1 200 OK\r\n${JSON_TYPE}`;

/** What sources answer, to harm whoever asked. */
export const ANSWER_EXCHANGES: readonly Exchange[] = [
  answers("RSP-000", "a plain answer", "ok", (_, response) => answerJson(response, { a: 1 })),
  answers("RSP-001", "a body without end", "too_large", (_, response) => {
    sendRaw(response, `${HEAD}\r\n`);
    flood(response, "x".repeat(65_536));
  }),
  bomb("RSP-002", "200 MB out of a little gzip", "gzip", createGzip, 200),
  bomb("RSP-003", "64 MB out of a little brotli", "br", createBrotliCompress, 64),
  answers("RSP-004", "packed twice", "bad_response", packed("gzip, gzip", gzipSync(gzipSync("{}")))),
  answers("RSP-005", "one byte every 100 ms", "timeout", (_, response) => {
    sendRaw(response, `${HEAD}\r\n`);
    forever(response, 100, "x");
  }),
  answers("RSP-006", "no answer at all", "timeout", () => {}),
  answers("RSP-007", "a header of 60 KB", "bad_response", raw(`${HEAD}x-long: ${"x".repeat(60_000)}\r\n\r\n{}`)),
  answers("RSP-008", "a page instead of data", "bad_response", (_, response) =>
    response.writeHead(200, { "content-type": "text/html" }).end("<script>alert(1)</script>"),
  ),
  answers("RSP-009", "a body that breaks off", "unreachable", (_, response) => {
    sendRaw(response, `${HEAD}content-length: 100\r\n\r\n{"a"`);
    response.socket?.end();
  }),
  answers("RSP-010", "two thousand times “go on”", "unreachable", raw("HTTP/1.1 100 Continue\r\n\r\n".repeat(2_000))),
  answers(
    "RSP-011",
    "bytes that are not UTF-8",
    "ok",
    raw(`${HEAD}content-length: 3\r\n\r\n`, Buffer.from([0xff, 0xfe, 0x7b])),
    ({ result }) => (result.ok && result.body === "��{" ? undefined : "the bytes were read as something else"),
  ),
  answers("announcements without end", "“early hints” without end", "bad_response", (_, response) =>
    flood(response, "HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n"),
  ),
  answers("announcements without end", "“still working” now and then", "timeout", (_, response) =>
    forever(response, 150, "HTTP/1.1 102 Processing\r\n\r\n"),
  ),
  answers(
    "an answer with cookies",
    "cookies, and headers of the server's own",
    "ok",
    (_, response) => answerJson(response, 1, { "set-cookie": "a=b", server: "nginx", "x-powered-by": "x" }),
    ({ result }) => (/cookie|nginx|powered/.test(JSON.stringify(result)) ? "the module sees them" : undefined),
  ),
  answers("an encoding nobody asked for", "deflate", "bad_response", packed("deflate", deflateSync("{}"))),
  answers("an encoding nobody asked for", "zstandard", "bad_response", packed("zstd", zstdCompressSync("{}"))),
  answers("an encoding nobody asked for", "a name made up", "bad_response", packed("x-rot13", Buffer.from("{}"))),
  answers(
    "an encoding nobody asked for",
    "gzip, said in two headers",
    "bad_response",
    raw(`${HEAD}content-encoding: gzip\r\ncontent-encoding: gzip\r\nconnection: close\r\n\r\n`, gzipSync("{}")),
  ),
  answers("broken packing", "what is not gzip", "bad_response", packed("gzip", Buffer.from("not gzip"))),
  answers(
    "broken packing",
    "half of a gzip",
    "bad_response",
    packed("gzip", gzipSync("x".repeat(9_999)).subarray(0, 20)),
  ),
  answers("headers without end", "a thousand short headers", "bad_response", (_, response) =>
    sendRaw(
      response,
      HEAD,
      ...Array.from({ length: 1_000 }, (_, index) => `x-${index}: ${"y".repeat(20)}\r\n`),
      "\r\n{}",
    ),
  ),
  answers("headers without end", "headers for as long as one listens", "bad_response", (_, response) => {
    sendRaw(response, HEAD);
    flood(response, "x-a: b\r\n");
  }),
  answers("headers without end", "one letter of a header every 100 ms", "timeout", (_, response) => {
    sendRaw(response, "HTTP/1.1 200 OK\r\nx: ");
    forever(response, 100, "y");
  }),
  answers("chunks", "trailers without end", "bad_response", (_, response) => {
    sendRaw(response, `${HEAD}transfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n`);
    flood(response, "x-trailer: yes\r\n");
  }),
  answers("chunks", "a chunk's extension without end", "too_large", (_, response) => {
    sendRaw(response, `${HEAD}transfer-encoding: chunked\r\n\r\n2;`);
    flood(response, "x".repeat(65_536));
  }),
  answers("chunks", "chunks of one byte", "ok", (_, response) =>
    sendRaw(response, `${HEAD}transfer-encoding: chunked\r\n\r\n`, '1\r\n"\r\n'.repeat(2), "0\r\n\r\n"),
  ),
  answers(
    "chunks",
    "a chunk of a size that is no number",
    "bad_response",
    raw(`${HEAD}transfer-encoding: chunked\r\n\r\nzz\r\n`),
  ),
  answers(
    "lengths that disagree",
    "two lengths",
    "unreachable",
    raw(`${HEAD}content-length: 2\r\ncontent-length: 5\r\n\r\n{}abc`),
  ),
  answers(
    "lengths that disagree",
    "a length and chunks",
    "unreachable",
    raw(`${HEAD}content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`),
  ),
  answers("lengths that disagree", "a negative length", "bad_response", raw(`${HEAD}content-length: -1\r\n\r\n{}`)),
  answers(
    "lengths that disagree",
    "a second answer behind the first",
    "ok",
    raw(`${HEAD}content-length: 2\r\n\r\n{}${HEAD}content-length: 6\r\n\r\n"evil"`),
    ({ result }) => (result.ok && result.body === "{}" ? undefined : "the second answer was read"),
  ),
  answers(
    "an old server",
    "HTTP/1.0, whose body ends with the connection",
    "ok",
    (_, response) => {
      sendRaw(response, `HTTP/1.0 200 OK\r\n${JSON_TYPE}\r\n{"old":1}`);
      response.socket?.end();
    },
    ({ result }) => (result.ok && result.body === '{"old":1}' ? undefined : "the body was not read"),
  ),
  answers("not HTTP", "another protocol", "bad_response", raw("SSH-2.0-OpenSSH_9.6\r\n")),
  answers(
    "not HTTP",
    "an upgrade that nobody asked for",
    "unreachable",
    raw("HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n"),
  ),
  answers("not HTTP", "a control character in a header", "bad_response", raw(`${HEAD}x-a: b\u0000c\r\n\r\n{}`)),
  answers("a connection that ends", "before a word was said", "unreachable", (_, response) =>
    response.socket?.destroy(),
  ),
  answers("a connection that ends", "in the middle of the head", "unreachable", (_, response) => {
    sendRaw(response, "HTTP/1.1 200 OK\r\ncontent-ty");
    response.socket?.end();
  }),
  answers("a connection that ends", "torn off in the middle of the body", "unreachable", (_, response) => {
    response.writeHead(200, { "content-type": "application/json", "content-length": "99" });
    response.write('{"a"', () => response.socket?.resetAndDestroy());
  }),
  {
    id: "an answer before the question",
    attack: "an answer to a POST whose body nobody reads",
    ends: "ok",
    reached: 1,
    go: (world) => {
      world.answerWith((_, response) => answerJson(response, { early: true }, { connection: "close" }));
      return world.ask(HOME, { method: "POST", body: "x".repeat(262_144) }, WRITABLE);
    },
  },
  answers("a character set", "one that has changed meaning on the way", "ok", (_, response) =>
    response.writeHead(200, { "content-type": "application/json; charset=utf-7" }).end("+ADw-script+AD4-"),
  ),
  answers(
    "a page beside an error",
    "a page beside a status that says enough",
    "ok",
    (_, response) => response.writeHead(502, { "content-type": "text/html" }).end("<script>alert(1)</script>"),
    ({ result }) => (result.ok && result.body === "" ? undefined : "the page was handed on"),
  ),
];
