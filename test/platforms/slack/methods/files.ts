import { z } from "zod";
import { success, unable, wrong } from "#test/platforms/slack/answer.ts";
import { count, method, structure, type Method } from "#test/platforms/slack/method.ts";
import { fileObject } from "#test/platforms/slack/objects.ts";
import type { Place } from "#test/platforms/slack/place.ts";
import type { HttpAnswer, HttpRequest } from "#test/platforms/slack/http-server.ts";
import { findThread, findWritable } from "./find.ts";

/** An upload that was announced: it must come whole before it can be shared. */
interface Pending {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  readonly length: number;
  readonly altText: string | undefined;
  content: Buffer | undefined;
}

export interface FileMethods {
  readonly methods: Record<string, Method>;
  /** POST or PUT to an upload address. */
  receive(ticket: string, request: HttpRequest): HttpAnswer;
}

/** Files out, in the vendor's three steps. https://docs.slack.dev/messaging/working-with-files#upload */
export function createFileMethods(place: Place): FileMethods {
  const { workspace } = place;
  const tickets = new Map<string, Pending>();

  const methods = {
    "files.getUploadURLExternal": method(
      { scopes: ["files:write"] },
      {
        filename: z.string().min(1),
        length: count,
        alt_txt: z.string().max(1000).optional(),
        alt_text: z.string().max(1000).optional(),
        snippet_type: z.string().optional(),
      },
      (args, { team }) => {
        if (args.length === 0) return wrong("invalid_arguments", "an empty file");
        const id = workspace.mintId("F");
        const altText = args.alt_txt ?? args.alt_text;
        const pending = { id, teamId: team.id, name: args.filename, length: args.length, altText, content: undefined };
        const ticket = workspace.mintId("");
        tickets.set(ticket, pending);
        return success({ upload_url: `${place.origin()}/upload/v1/${ticket}`, file_id: id });
      },
    ),
    "files.completeUploadExternal": method(
      { scopes: ["files:write"] },
      {
        files: structure(
          z
            .array(
              z.strictObject({ id: z.string(), title: z.string().optional(), highlight_type: z.string().optional() }),
            )
            .min(1),
        ),
        channel_id: z.string().optional(),
        channels: z.string().optional(),
        thread_ts: z.string().optional(),
        initial_comment: z.string().optional(),
        blocks: structure(z.array(z.unknown())).optional(),
      },
      (args, caller) => {
        const { team } = caller;
        const uploads = args.files.map(({ id, title }) => ({
          title,
          pending: [...tickets.values()].find((one) => one.id === id && one.teamId === team.id),
        }));
        const words = place.checkText(args.initial_comment ?? "", "mrkdwn");
        if (words !== undefined) return words;
        if (args.initial_comment !== undefined && args.blocks !== undefined) {
          return wrong("invalid_arguments", "blocks replace the initial comment");
        }
        const refusal = place.checkBlocks(args.blocks ?? [], "message");
        if (refusal !== undefined) return refusal;
        const target = args.channel_id ?? args.channels;
        const channel = target === undefined ? undefined : findWritable(place, target, caller);
        if (channel !== undefined && !("members" in channel)) return channel;
        if (args.thread_ts !== undefined) {
          if (channel === undefined) return wrong("invalid_arguments", "a thread without a channel");
          const root = findThread(place, channel, args.thread_ts);
          if (!("ts" in root)) return root;
        }
        const files = uploads.flatMap(({ pending, title }) => {
          if (pending?.content === undefined) return [];
          const { id, name, altText, content, teamId } = pending;
          const channels = new Set(channel === undefined ? [] : [channel.id]);
          const mimeType = name.endsWith(".png") ? "image/png" : "text/plain";
          return [
            { id, teamId, name, title: title ?? name, altText, mimeType, content, user: team.botUserId, channels },
          ];
        });
        if (files.length < uploads.length) return wrong("file_not_found", "announced and never sent, or shared before");
        for (const file of files) workspace.files.set(file.id, file);
        for (const [ticket, { id }] of tickets) if (files.some((file) => file.id === id)) tickets.delete(ticket);
        if (channel !== undefined) {
          const message = workspace.post({
            channel: channel.id,
            user: team.botUserId,
            botId: team.botId,
            threadTs: args.thread_ts,
            subtype: "file_share",
            text: args.initial_comment ?? "",
            blocks: args.blocks ?? [],
            files: files.map(({ id }) => id),
          });
          place.echo(message, "posted");
        }
        return success({ files: files.map((file) => fileObject(file, place.origin())) });
      },
    ),
    "files.info": method(
      { scopes: ["files:read"] },
      { file: z.string(), cursor: z.string().optional(), limit: count.optional() },
      (args, { team }) => {
        const file = workspace.files.get(args.file);
        if (file === undefined || file.teamId !== team.id) return unable("file_not_found", args.file);
        return success({
          file: fileObject(file, place.origin()),
          comments: [],
          response_metadata: { next_cursor: "" },
        });
      },
    ),
  };

  return {
    methods,
    receive(ticket, { body, headers }) {
      const pending = tickets.get(ticket);
      if (pending === undefined) return text(404, "no such upload");
      const content = readUpload(body, headers["content-type"] ?? "");
      if (content.length !== pending.length) {
        return text(400, `announced ${pending.length} bytes, and ${content.length} came`);
      }
      pending.content = content;
      return text(200, `OK - ${content.length}`);
    },
  };
}

/** The bytes, or the one file of a multipart form: https://docs.slack.dev/reference/methods/files.getUploadURLExternal */
function readUpload(body: Buffer, type: string): Buffer {
  const boundary = /boundary=("?)([^";]+)\1/.exec(type)?.[2];
  if (boundary === undefined) return body;
  const start = body.indexOf("\r\n\r\n") + 4;
  return body.subarray(start, body.indexOf(`\r\n--${boundary}`, start));
}

function text(status: number, body: string): HttpAnswer {
  return { status, headers: { "content-type": "text/plain" }, body };
}
