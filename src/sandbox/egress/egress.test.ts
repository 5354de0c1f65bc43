import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { CredentialNeed } from "#core/contract/manifest.ts";
import type { FetchInit } from "#core/contract/module.ts";
import type { Log } from "#core/contract/ports.ts";
import type { EgressPolicy } from "#core/contract/sandbox.ts";
import { answerJson, NEED } from "#test/abuse/broker-world.ts";
import { SILENT } from "#test/silent-log.ts";
import { isPublicAddress } from "./address.ts";
import { createEgress, type EgressOptions } from "./egress.ts";

const SECRET = "sk_live_4f2a9c";
const secrets = [{ need: NEED, value: SECRET }] as const;
const policy: EgressPolicy = {
  hosts: [
    { host: "api.example.com", methods: ["GET", "POST"], pathPrefixes: ["/v1/", "/exact"] },
    { host: "other.example.com", methods: ["GET"], pathPrefixes: ["/"] },
  ],
  maxResponseBytes: 100_000,
  timeoutMs: 600,
};
const never = new AbortController().signal;
const logged: unknown[] = [];
const log: Log = { ...SILENT, warn: (fields, message) => logged.push({ ...fields, message }) };

let answer: (request: IncomingMessage, response: ServerResponse) => void;
const seen: { host: string | undefined; url: string | undefined; headers: IncomingMessage["headers"]; body: string }[] =
  [];
const connected: { host: string; address: string }[] = [];
const server = createServer((request, response) => {
  let body = "";
  request.on("data", (chunk: Buffer) => (body += chunk.toString()));
  request.on("end", () => {
    seen.push({ host: request.headers.host, url: request.url, headers: request.headers, body });
    answer(request, response);
  });
});
let port = 0;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address: AddressInfo | string | null = server.address();
  port = typeof address === "object" && address !== null ? address.port : 0;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  seen.length = 0;
  connected.length = 0;
  logged.length = 0;
  answer = (_, response) => answerJson(response, { hello: "world" });
});

function broker(options: Partial<EgressOptions> = {}) {
  return createEgress({
    log,
    lookup: async () => ["93.184.216.34"],
    connect: async (target) => {
      connected.push(target);
      return connect(port, "127.0.0.1");
    },
    ...options,
  });
}

async function ask(url: string, init: FetchInit = {}, options: Partial<EgressOptions> = {}, signal = never) {
  await using egress = broker(options);
  return await egress.request(url, init, policy, secrets, signal);
}

describe("what is let through", () => {
  test("a declared request arrives, with its credential, and its answer comes back", async () => {
    const { result, record } = await ask("https://api.example.com/v1/cities?q=x", {
      headers: { Accept: "application/json" },
    });
    expect(result).toMatchObject({ ok: true, status: 200, body: '{"hello":"world"}' });
    expect(seen[0]).toMatchObject({
      host: "api.example.com",
      url: "/v1/cities?q=x",
      headers: { authorization: `Bearer ${SECRET}`, accept: "application/json" },
    });
    expect(record).toMatchObject({ host: "api.example.com", method: "GET", outcome: 200, bytes: 17 });
  });

  test("a credential goes to its own host only", async () => {
    await ask("https://other.example.com/");
    expect(seen[0]?.headers.authorization).toBeUndefined();
  });

  test("gzip and brotli answers are unpacked, other character sets are read", async () => {
    answer = (_, response) =>
      response.writeHead(200, { "content-type": "text/csv", "content-encoding": "gzip" }).end(gzipSync("a,b"));
    expect((await ask("https://api.example.com/v1/")).result).toMatchObject({ body: "a,b" });
    answer = (_, response) =>
      response.writeHead(200, { "content-type": "text/plain", "content-encoding": "br" }).end(brotliCompressSync("c"));
    expect((await ask("https://api.example.com/v1/")).result).toMatchObject({ body: "c" });
    answer = (_, response) =>
      response.writeHead(200, { "content-type": "text/plain; charset=iso-8859-1" }).end(Buffer.from([0xe9]));
    expect((await ask("https://api.example.com/v1/")).result).toMatchObject({ body: "é" });
  });

  test("an error status is an answer, even when a proxy put a page beside it", async () => {
    answer = (_, response) => response.writeHead(502, { "content-type": "text/html" }).end("<h1>Bad gateway</h1>");
    expect((await ask("https://api.example.com/v1/")).result).toEqual({
      ok: true,
      status: 502,
      headers: { "content-type": "text/html", date: expect.any(String) },
      body: "",
    });
  });
});

describe("addresses that are refused before anything is sent", () => {
  test.each([
    "http://api.example.com/v1/",
    "https://API.example.com/v1/",
    "https://api.example.com./v1/",
    "https://api.example.com:8443/v1/",
    "https://user@api.example.com/v1/",
    "https://api.example.com@evil.example/v1/",
    "https://evil.example/v1/",
    "https://sub.api.example.com/v1/",
    "https://api.example.com.evil.example/v1/",
    "https://127.0.0.1/v1/",
    "https://2130706433/v1/",
    "https://0177.0.0.1/v1/",
    "https://0x7f.1/v1/",
    "https://[::1]/v1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://аpi.example.com/v1/",
    "https://ⓐpi.example.com/v1/",
    "https://api.example.com\\@evil.example/v1/",
    "https://api.example.com/v1/\r\nhost: evil",
    "https://api.example.com/v1/\t",
    "https://api.example.com#@evil.example/",
    "data:text/plain,x",
    "file:///etc/passwd",
    "//api.example.com/v1/",
    "https://api.example.com/v2/",
    "https://api.example.com/v1/../v2/",
    "https://api.example.com/v1/%2e%2e/v2/",
    "https://api.example.com/v1/%2fv2",
    "https://api.example.com/v1/%00",
    "https://api.example.com/exactly",
    `https://api.example.com/v1/${"x".repeat(2_048)}`,
  ])("%s", async (url) => {
    const { result } = await ask(url);
    expect(result).toMatchObject({ ok: false, code: "denied" });
    expect(connected).toEqual([]);
    expect(logged).toMatchObject([{ message: "a request was refused" }]);
  });

  test("a method that was not declared", async () => {
    const { result } = await ask("https://other.example.com/", { method: "POST", body: "x" });
    expect(result).toMatchObject({ code: "denied", detail: "POST is not allowed on other.example.com" });
  });

  test.each([
    "Host",
    "Authorization",
    "Cookie",
    "Connection",
    "Transfer-Encoding",
    "Proxy-Authorization",
    "X-Forwarded-For",
    "X-Aws-Ec2-Metadata-Token",
    "Metadata-Flavor",
    "X-Api-Key",
  ])("the header %s", async (name) => {
    expect((await ask("https://api.example.com/v1/", { headers: { [name]: "x" } })).result).toMatchObject({
      code: "denied",
    });
  });

  test("a header that smuggles another", async () => {
    const { result } = await ask("https://api.example.com/v1/", { headers: { accept: "a\r\nx: y" } });
    expect(result).toMatchObject({ code: "denied" });
  });

  test("a credential's value anywhere in the request, plain or disguised", async () => {
    const base64 = Buffer.from(SECRET).toString("base64");
    const attempts: [string, FetchInit][] = [
      [`https://api.example.com/v1/?k=${SECRET}`, {}],
      [`https://other.example.com/?k=${SECRET.split("").reverse().join("")}`, {}],
      ["https://api.example.com/v1/", { method: "POST", body: `{"k":"${SECRET}"}` }],
      ["https://api.example.com/v1/", { headers: { "x-note": base64 } }],
    ];
    for (const [url, init] of attempts) expect((await ask(url, init)).result).toMatchObject({ code: "denied" });
    expect(connected).toEqual([]);
    expect(JSON.stringify(logged)).not.toContain(SECRET);
  });
});

describe("where a name leads", () => {
  test.each([
    "127.0.0.1",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "0.0.0.0",
    "224.0.0.1",
    "255.255.255.255",
    "198.18.0.1",
    "192.0.2.1",
    "192.88.99.1",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::127.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "2001::1",
    "2001:db8::1",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "fe80::1%eth0",
    "not an address",
  ])("%s is not the public internet", async (address) => {
    expect(isPublicAddress(address)).toBe(false);
    const { result } = await ask("https://api.example.com/v1/", {}, { lookup: async () => [address] });
    expect(result).toMatchObject({ code: "denied" });
    expect(connected).toEqual([]);
  });

  test.each(["93.184.216.34", "8.8.8.8", "2606:4700::1111"])("%s is", (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  test("one private address among public ones is enough to refuse", async () => {
    const lookup = async () => ["93.184.216.34", "10.0.0.1"];
    expect((await ask("https://api.example.com/v1/", {}, { lookup })).result).toMatchObject({ code: "denied" });
  });

  test("the connection goes to the address that was checked, and the name is asked once", async () => {
    const answers = [["93.184.216.34"], ["127.0.0.1"]];
    let asked = 0;
    const lookup = async () => answers[asked++] ?? [];
    expect((await ask("https://api.example.com/v1/", {}, { lookup })).result).toMatchObject({ ok: true });
    expect(asked).toBe(1);
    expect(connected).toEqual([{ host: "api.example.com", address: "93.184.216.34" }]);
  });

  test("a name without an address is unreachable", async () => {
    expect((await ask("https://api.example.com/v1/", {}, { lookup: async () => [] })).result).toMatchObject({
      code: "unreachable",
    });
  });
});

describe("a credential for a source that only reads its address", () => {
  const { header: _, prefix: __, ...bare } = NEED;
  const inQuery = [{ need: CredentialNeed.parse({ ...bare, query: "appid" }), value: SECRET }];
  const askKeyed = async (url: string) => {
    await using egress = broker();
    return await egress.request(url, {}, policy, inQuery, never);
  };

  test("is added on the wire, and is in no record and no answer", async () => {
    answer = (request, response) => answerJson(response, { you: request.url });
    const { result, record } = await askKeyed("https://api.example.com/v1/cities?q=x");
    expect(seen[0]?.url).toBe(`/v1/cities?q=x&appid=${SECRET}`);
    expect(JSON.stringify([result, record, logged])).not.toContain(SECRET);
  });

  test("cannot be set by the module itself", async () => {
    expect((await askKeyed("https://api.example.com/v1/?appid=mine")).result).toMatchObject({ code: "denied" });
    expect(seen).toEqual([]);
  });

  test("survives a redirect on its host once, and never leaves for another", async () => {
    answer = (request, response) => {
      const at = new URL(request.url ?? "/", "https://api.example.com");
      if (at.pathname === "/v1/a") response.writeHead(302, { location: `/v1/b${at.search}` }).end();
      else if (at.pathname === "/v1/b")
        response.writeHead(302, { location: `https://other.example.com/${at.search}` }).end();
      else answerJson(response, {});
    };
    expect((await askKeyed("https://api.example.com/v1/a")).result).toMatchObject({ ok: true });
    expect(seen.map(({ url }) => url)).toEqual([`/v1/a?appid=${SECRET}`, `/v1/b?appid=${SECRET}`, "/"]);
  });
});

describe("redirects", () => {
  const redirect = (to: string): void => {
    answer = (request, response) => {
      if (request.url === "/v1/start") response.writeHead(302, { location: to }).end();
      else answerJson(response, { at: request.url });
    };
  };

  test("within the declared hosts they are followed, and the credential stays with its host", async () => {
    redirect("https://other.example.com/next");
    expect((await ask("https://api.example.com/v1/start")).result).toMatchObject({ body: '{"at":"/next"}' });
    expect(seen.map(({ headers }) => headers.authorization)).toEqual([`Bearer ${SECRET}`, undefined]);
  });

  test.each([
    "https://evil.example/",
    "http://api.example.com/v1/",
    "https://169.254.169.254/",
    "/v2/",
    "//evil.example/",
  ])("to %s they are refused", async (to) => {
    redirect(to);
    expect((await ask("https://api.example.com/v1/start")).result).toMatchObject({ code: "denied" });
    expect(seen).toHaveLength(1);
  });

  test("a third one in a row is refused", async () => {
    redirect("https://api.example.com/v1/start");
    expect((await ask("https://api.example.com/v1/start")).result).toMatchObject({ code: "bad_response" });
    expect(seen).toHaveLength(3);
  });

  test("a POST is not sent on", async () => {
    redirect("https://api.example.com/v1/next");
    const { result } = await ask("https://api.example.com/v1/start", { method: "POST", body: "{}" });
    expect(result).toMatchObject({ code: "bad_response" });
    expect(seen).toHaveLength(1);
  });
});

describe("hostile answers", () => {
  const cases: [string, (response: ServerResponse) => void, string][] = [
    ["larger than allowed", (response) => answerJson(response, "x".repeat(200_000)), "too_large"],
    [
      "a gzip bomb",
      (response) =>
        response
          .writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" })
          .end(gzipSync(Buffer.alloc(50_000_000))),
      "too_large",
    ],
    [
      "broken gzip",
      (response) =>
        response.writeHead(200, { "content-type": "text/plain", "content-encoding": "gzip" }).end("not gzip at all"),
      "bad_response",
    ],
    ["packed twice", (response) => answerJson(response, 1, { "content-encoding": "gzip, gzip" }), "bad_response"],
    [
      "a web page",
      (response) => response.writeHead(200, { "content-type": "text/html" }).end("<html>"),
      "bad_response",
    ],
    ["no type at all", (response) => response.writeHead(200).end("x"), "bad_response"],
    ["silence", () => {}, "timeout"],
    [
      "one byte at a time",
      (response) => {
        response.writeHead(200, { "content-type": "text/plain" });
        const drip = setInterval(() => response.write("x"), 50);
        response.on("close", () => clearInterval(drip));
      },
      "timeout",
    ],
    [
      "a connection cut in the middle",
      (response) => {
        response.writeHead(200, { "content-type": "text/plain", "content-length": "100" });
        response.write("half", () => response.destroy());
      },
      "unreachable",
    ],
    ["headers without end", (response) => answerJson(response, 1, { "x-long": "x".repeat(40_000) }), "bad_response"],
  ];
  test.each(cases)("%s", async (_name, respond, code) => {
    answer = (_, response) => respond(response);
    const { result, record } = await ask("https://api.example.com/v1/");
    expect(result).toMatchObject({ ok: false, code });
    expect(record.outcome).toBe(code);
  });

  test("a credential echoed by the source is taken out of body and headers", async () => {
    answer = (request, response) =>
      answerJson(
        response,
        { got: request.headers.authorization, b64: Buffer.from(SECRET).toString("base64") },
        { etag: SECRET },
      );
    const { result } = await ask("https://api.example.com/v1/");
    expect(result).toMatchObject({ ok: true, headers: { etag: "[redacted]" } });
    expect(JSON.stringify(result)).not.toContain(SECRET);
    expect(JSON.stringify(result)).not.toContain(Buffer.from(SECRET).toString("base64").replace(/=+$/, ""));
  });

  test("cookies and a server's own headers are kept from the module", async () => {
    answer = (_, response) =>
      answerJson(response, 1, { "set-cookie": "a=b", server: "nginx", "x-ratelimit-remaining": "3" });
    const { result } = await ask("https://api.example.com/v1/");
    expect(result).toMatchObject({ headers: { "x-ratelimit-remaining": "3" } });
    expect(JSON.stringify(result)).not.toMatch(/cookie|nginx/);
  });

  test("a stopped turn ends its request at once", async () => {
    const stop = new AbortController();
    answer = () => stop.abort();
    expect((await ask("https://api.example.com/v1/", {}, {}, stop.signal)).result).toMatchObject({ code: "aborted" });
  });

  test("a source that refuses the connection is unreachable", async () => {
    const refusing = { connect: async () => connect(1, "127.0.0.1") };
    expect((await ask("https://api.example.com/v1/", {}, refusing)).result).toMatchObject({ code: "unreachable" });
  });
});

describe("a capability that only reads", () => {
  const reads: EgressPolicy = {
    ...policy,
    onlyReads: true,
    hosts: [
      {
        host: "api.example.com",
        methods: ["GET", "POST"],
        pathPrefixes: ["/v1/"],
        reads: [{ as: "graphql", path: "/v1/graphql" }],
      },
      { host: "other.example.com", methods: ["GET", "POST"], pathPrefixes: ["/"] },
    ],
  };
  const post = async (url: string, body: object, more: EgressPolicy = reads) => {
    await using egress = broker();
    const init = {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    } as const;
    return (await egress.request(url, init, more, secrets, never)).result;
  };

  test("gets an answer to a query, and its mutation reaches nobody", async () => {
    expect(await post("https://api.example.com/v1/graphql", { query: "{ pets { name } }" })).toMatchObject({
      ok: true,
    });
    expect(seen).toHaveLength(1);
    const refused = await post("https://api.example.com/v1/graphql", { query: "mutation { drop }" });
    expect(refused).toMatchObject({ ok: false, code: "denied" });
    expect(seen).toHaveLength(1);
    expect(logged).toHaveLength(1);
  });

  test("posts nowhere else, where one that changes something does", async () => {
    for (const url of ["https://api.example.com/v1/pets", "https://other.example.com/"]) {
      expect(await post(url, { name: "Rex" })).toMatchObject({ ok: false, code: "denied" });
      expect(await post(url, { name: "Rex" }, { ...reads, onlyReads: false })).toMatchObject({ ok: true });
    }
    expect(seen).toHaveLength(2);
  });
});
