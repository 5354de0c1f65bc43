import { expect, test } from "vitest";
import type { Effect } from "#core/contract/manifest.ts";
import { TestExchange } from "#core/contract/validation.ts";
import { assemble, type Submission } from "#test/stories/stranger.ts";
import { canaryFor, createScriptedHost } from "./scripted-host.ts";
import { createScriptedFiles } from "./scripted-files.ts";
import { answeringAnyway, fromExchanges } from "./scripted-source.ts";

const never = new AbortController().signal;
const key = {
  name: "joke-key",
  title: "Key",
  kind: "api_key",
  host: "api.example.com",
  header: "x-joke-key",
  obtainUrl: "https://example.com/keys",
};

function open(exchanges: readonly unknown[], more: Submission & { credentials?: boolean; effect?: Effect } = {}) {
  const { manifest } = assemble({ ...more, code: "" });
  return createScriptedHost({
    manifest,
    effect: more.effect ?? "write",
    source: fromExchanges(exchanges.map((each) => TestExchange.parse(each))),
    files: createScriptedFiles({ files: {}, bundle: new Map(), fileBytes: 10 }),
    credentials: more.credentials ?? true,
  });
}

const says = (url: string, body: unknown, more: object = {}) => ({
  request: { url: `https://api.example.com/v1/${url}`, ...more },
  answer: { status: 200, body },
});

test("a request is answered by its address, whatever the order of its parameters", async () => {
  const { host, trace } = open([says("x?a=1&b=%20c", { ok: 1 })]);
  const answer = await host.fetch("https://api.example.com/v1/x?b=+c&a=1", {}, never);
  expect(answer).toMatchObject({ ok: true, status: 200, body: '{"ok":1}' });
  expect(trace.requests).toMatchObject([{ host: "api.example.com", method: "GET", path: "/v1/x" }]);
});

test("the same request gets one answer after the other, and then the last again", async () => {
  const { host } = open([says("x", "1"), says("x", "2")]);
  const bodies: string[] = [];
  for (let asked = 0; asked < 3; asked += 1) {
    const answer = await host.fetch("https://api.example.com/v1/x", {}, never);
    if (answer.ok) bodies.push(answer.body);
  }
  expect(bodies).toEqual(["1", "2", "2"]);
});

test("an odd question gets as far into a module as a plain one", async () => {
  const exchanges = [says("jokes?topic=cats", "meow"), says("details/1", "more")];
  const source = answeringAnyway(exchanges.map((each) => TestExchange.parse(each)));
  const ask = (path: string): unknown => {
    const answer = source({ method: "GET", url: new URL(`https://api.example.com${path}`), body: undefined });
    return answer !== undefined && "body" in answer ? answer.body : undefined;
  };
  expect(ask("/v1/jokes?topic=cats")).toBe("meow");
  expect(ask("/v1/details/2")).toBe("more");
  expect(ask("/v1/jokes?topic=dogs")).toBe("meow");
  expect(ask("/v1/elsewhere")).toBeUndefined();
});

test("a request may be told by what its body holds", async () => {
  const hosts = [{ host: "api.example.com", methods: ["POST"], pathPrefixes: ["/v1/"] }];
  const post = { method: "POST" } as const;
  const { host } = open(
    [says("x", "cats", { ...post, bodyIncludes: "cat" }), says("x", "dogs", { ...post, bodyIncludes: "dog" })],
    { manifest: { hosts } },
  );
  const answer = await host.fetch("https://api.example.com/v1/x", { ...post, body: "a dog" }, never);
  expect(answer).toMatchObject({ body: "dogs" });
});

test.each([
  ["a host that is not granted", "https://evil.example/x", {}, "evil.example is not among the module's hosts"],
  ["a method that is not granted", "https://api.example.com/v1/x", { method: "POST" }, "POST is not allowed"],
  ["a path that is not granted", "https://api.example.com/v1/../admin", {}, "that path is not allowed"],
  ["a header of the broker's", "https://api.example.com/v1/x", { headers: { cookie: "a=b" } }, "cookie may not be set"],
  ["the credential's header", "https://api.example.com/v1/x", { headers: { "x-joke-key": "mine" } }, "belongs to the"],
  ["a GET with a body", "https://api.example.com/v1/x", { body: "x" }, "a GET has no body"],
  ["a credential in the address", `https://api.example.com/v1/${canaryFor("joke-key")}`, {}, "holds a credential"],
] as const)("%s is refused as the broker would, and noted", async (_name, url, init, why) => {
  const { host, trace } = open([says("x", "never")], { manifest: { credentials: [key] } });
  expect(await host.fetch(url, init, never)).toMatchObject({ ok: false, code: "denied" });
  expect(trace.denied).toMatchObject([{ why: expect.stringContaining(why) }]);
  expect(trace.requests).toEqual([]);
});

test("a refused request to a granted host is told from one that leads elsewhere", async () => {
  const { host, trace } = open([]);
  await host.fetch("https://api.example.com/admin", {}, never);
  await host.fetch("https://api.example.com/v1/x", { method: "DELETE" }, never);
  await host.fetch("https://evil.example/", {}, never);
  expect(trace.denied.map(({ isSlip }) => isSlip)).toEqual([true, false, false]);
});

test("what no exchange answers cannot be reached, and is noted", async () => {
  const { host, trace } = open([]);
  expect(await host.fetch("https://api.example.com/v1/x", {}, never)).toMatchObject({ code: "unreachable" });
  expect(trace.unanswered).toEqual(["GET https://api.example.com/v1/x"]);
});

test("a source that echoes the credential is redacted", async () => {
  const { host } = open([says("x", { message: `bad key ${canaryFor("joke-key")}` })], {
    manifest: { credentials: [key] },
  });
  const answer = await host.fetch("https://api.example.com/v1/x", {}, never);
  expect(answer).toMatchObject({ ok: true, body: '{"message":"bad key [redacted]"}' });
});

test("without its credential a host is not asked", async () => {
  const { host, trace } = open([says("x", "never")], { manifest: { credentials: [key] }, credentials: false });
  expect(await host.fetch("https://api.example.com/v1/x", {}, never)).toMatchObject({ code: "credential_missing" });
  expect(trace.requests).toEqual([]);
});

test("a redirect is followed within the grants and refused beyond them", async () => {
  const to = (location: string) => ({
    request: { url: "https://api.example.com/v1/old" },
    answer: { status: 302, headers: { location }, body: "" },
  });
  const within = open([to("/v1/new"), says("new", "here")]);
  expect(await within.host.fetch("https://api.example.com/v1/old", {}, never)).toMatchObject({ body: "here" });
  const beyond = open([to("https://evil.example/")]);
  expect(await beyond.host.fetch("https://api.example.com/v1/old", {}, never)).toMatchObject({ code: "denied" });
  expect(beyond.trace.denied).toEqual([]);
});

test("a page is no data, and a megabyte is the most", async () => {
  const page = { ...says("x", "<p>"), answer: { status: 200, headers: { "Content-Type": "text/html" }, body: "<p>" } };
  expect(await open([page]).host.fetch("https://api.example.com/v1/x", {}, never)).toMatchObject({
    code: "bad_response",
  });
  const large = open([says("x", "x".repeat(1_048_577))]);
  expect(await large.host.fetch("https://api.example.com/v1/x", {}, never)).toMatchObject({ code: "too_large" });
});

test.each([
  ["a path under input/", "input/x", "1", "which is none of its own"],
  ["a path that climbs", "../x", "1", "which is none of its own"],
  ["a file that is too large", "x", "12345678901", "more than 10 bytes"],
])("%s cannot be written, and the run is told so", async (_name, path, text, problem) => {
  const files = createScriptedFiles({ files: { "input/x": "given" }, bundle: new Map([["d", "data"]]), fileBytes: 10 });
  await files.fileWrite(path, text);
  expect(files.problem()).toContain(problem);
  expect([...files.own()]).toEqual([]);
  expect(await files.fileList("")).toEqual(["bundle/d", "input/x"]);
});
