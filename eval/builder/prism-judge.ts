import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";
import { type Judge, type JudgedRequest, type Judgement, pathInDocument } from "./judge.ts";

const PRISM = fileURLToPath(new URL("../../node_modules/@stoplight/prism-cli/dist/index.js", import.meta.url));
const START_MS = 60_000;

/**
 * Prism's mock server for a document, on loopback. https://github.com/stoplightio/prism
 * @returns undefined when Prism does not take the document
 */
export async function startPrism(path: string, signal: AbortSignal): Promise<Judge | undefined> {
  const port = await freePort();
  const child = spawn(process.execPath, [PRISM, "mock", "-h", "127.0.0.1", "-p", String(port), path], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { NO_COLOR: "1" },
  });
  if (!(await isListening(child, signal))) {
    await end(child);
    return undefined;
  }
  return {
    name: "prism",
    judge: (request, stop) => ask(port, request, stop),
    [Symbol.asyncDispose]: () => end(child),
  };
}

async function ask(port: number, request: JudgedRequest, signal: AbortSignal): Promise<Judgement> {
  const { method, headers, body, url } = request;
  const answer = await fetch(`http://127.0.0.1:${port}${pathInDocument(request) || "/"}${url.search}`, {
    method,
    headers,
    redirect: "manual",
    ...(body === undefined ? {} : { body }),
    signal,
  });
  const text = await answer.text();
  const contentType = answer.headers.get("content-type") ?? "";
  const complaint = complaintOf(answer, text, contentType);
  return { status: answer.status, contentType, body: text, ...(complaint === undefined ? {} : { complaint }) };
}

/** Violations that lie in the request. Those of Prism's own answer are the document's affair. */
function complaintOf(answer: Response, text: string, contentType: string): string | undefined {
  const violations = readViolations(answer.headers.get("sl-violations"));
  if (violations !== undefined) return violations;
  if (!contentType.includes("problem+json") || !text.includes("stoplight.io/prism/errors#")) return undefined;
  const kind = /errors#([A-Z_]+)/.exec(text)?.[1] ?? "";
  return REQUEST_FAULTS.has(kind) ? `${kind} ${text.slice(0, 400)}` : undefined;
}

const REQUEST_FAULTS: ReadonlySet<string> = new Set([
  "UNPROCESSABLE_ENTITY",
  "UNAUTHORIZED",
  "NO_PATH_MATCHED_ERROR",
  "NO_METHOD_MATCHED_ERROR",
  "NO_SERVER_MATCHED_ERROR",
  "INVALID_CONTENT_TYPE",
]);

function readViolations(header: string | null): string | undefined {
  if (header === null) return undefined;
  const read: unknown = JSON.parse(header);
  if (!Array.isArray(read)) return undefined;
  const inRequest = read.filter((one: unknown) => {
    const place = JSON.stringify(one);
    return place.includes('"request"') && place.includes('"Error"');
  });
  return inRequest.length === 0 ? undefined : JSON.stringify(inRequest).slice(0, 400);
}

async function isListening(child: ChildProcess, signal: AbortSignal): Promise<boolean> {
  const waiting = AbortSignal.any([signal, AbortSignal.timeout(START_MS)]);
  const heard = new Promise<boolean>((resolve) => {
    let said = "";
    const listen = (chunk: Buffer): void => {
      said = `${said}${chunk.toString()}`.slice(-20_000);
      if (said.includes("Prism is listening")) resolve(true);
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
    child.once("exit", () => resolve(false));
    child.once("error", () => resolve(false));
    waiting.addEventListener("abort", () => resolve(false), { once: true });
  });
  return await heard;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("a server without a port");
  return address.port;
}
