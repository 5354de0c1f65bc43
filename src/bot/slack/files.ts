import { z } from "zod";
import { fileTooLarge, readAtMost } from "#bot/read-at-most.ts";
import type { Attachment } from "#core/contract/message.ts";
import { NexusError } from "#core/contract/errors.ts";
import type { Installations } from "./connect/installations.ts";
import { fileOfRef } from "./parse/attached-files.ts";
import { isSlacks } from "./web/response-url.ts";
import { refusal, unanswered } from "./web/slack-error.ts";
import type { SlackApi } from "./web/slack-api.ts";

/** https://docs.slack.dev/reference/methods/files.info */
const FileInfo = z.object({
  file: z.object({
    url_private: z.string().optional(),
    url_private_download: z.string().optional(),
    size: z.number().optional(),
    mimetype: z.string().optional(),
  }),
});

const TIMEOUT_MS = 20_000;

export interface FileReaderDeps {
  readonly api: SlackApi;
  readonly installations: Installations;
  readonly apiUrl: string;
}

/** The bytes of a file that came with a message. @throws NexusError file_too_large | file_unreadable */
export async function readSlackFile(
  { api, installations, apiUrl }: FileReaderDeps,
  attachment: Attachment,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const named = fileOfRef(attachment.ref);
  if (named === undefined) throw unreadable("a file reference of another door");
  const { tenantId, fileId } = named;
  const line = { tenantId, lane: "interactive" } as const;
  const info = await api.ask(line, "files.info", { file: fileId }, FileInfo, signal);
  if (!info.ok && info.needed !== undefined) throw refusal("files.info", info);
  if (!info.ok) throw unreadable(`files.info: ${info.error}`);
  const { url_private_download, url_private, size = 0, mimetype } = info.data.file;
  if (size > maxBytes) throw fileTooLarge(attachment.name, maxBytes);
  const url = url_private_download ?? url_private;
  // The workspace's token goes along, so it goes to Slack and nowhere else.
  if (url === undefined || !isSlacks(url, apiUrl)) throw unreadable("the file has no address of Slack's");
  const { token } = await installations.find(tenantId);
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${token}` },
    redirect: "error",
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
  }).catch((cause: unknown) => {
    signal.throwIfAborted();
    throw unanswered("a file", cause);
  });
  const type = response.headers.get("content-type") ?? "";
  // Without the permission Slack answers with its sign-in page, and calls that a success.
  const isPage = type.startsWith("text/html") && mimetype !== "text/html";
  if (!response.ok || isPage) throw unreadable(`the file's address answered ${response.status} ${type}`);
  return await readAtMost(response.body, maxBytes, attachment.name);
}

function unreadable(detail: string): NexusError {
  return new NexusError("file_unreadable", detail, { say: "Slack did not let me read that file." });
}
