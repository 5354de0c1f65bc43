import type { ApiOperation } from "#core/evolution/api/api-description.ts";

/** A request as it reached the far side, the host's credential in it. */
export interface JudgedRequest {
  readonly operation: ApiOperation;
  readonly method: string;
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | undefined;
}

/** What the far side says: an answer made from the document, and what of the request the document does not allow. */
export interface Judgement {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly complaint?: string;
}

/** A server made from a document by others than the builder: it says whether a request is one of the document's. */
export interface Judge extends AsyncDisposable {
  readonly name: "prism" | "ajv";
  judge(request: JudgedRequest, signal: AbortSignal): Promise<Judgement>;
}

/** The path that an operation's document gives it, as it was asked for: without that of the server. */
export function pathInDocument({ operation, url }: JudgedRequest): string {
  const base = new URL(operation.server).pathname.replace(/\/+$/, "");
  return url.pathname.startsWith(base) ? url.pathname.slice(base.length) : url.pathname;
}
