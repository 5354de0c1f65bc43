import { z } from "zod";
import type { Attachment } from "#core/contract/message.ts";

/** https://docs.slack.dev/reference/objects/file-object */
export const SlackFile = z.object({
  id: z.string(),
  name: z.string().nullish(),
  mimetype: z.string().optional(),
  size: z.number().int().nonnegative().optional(),
  mode: z.string().optional(),
});
type SlackFile = z.infer<typeof SlackFile>;

/** The files of a message. Their addresses are asked for when they are read: they change, and these lines are kept. */
export function attachmentsOf(tenantId: string, files: readonly SlackFile[] | undefined): Attachment[] {
  return (files ?? [])
    .filter(({ mode }) => mode !== "tombstone")
    .map(({ id, name, mimetype, size }) => ({
      name: (name ?? id).slice(0, 255),
      ...(mimetype !== undefined && mimetype !== "" && { mimeType: mimetype }),
      ...(size !== undefined && { bytes: size }),
      ref: `${tenantId}/${id}`,
    }));
}

/** The workspace and the file that an attachment's `ref` names. */
export function fileOfRef(ref: string): { tenantId: string; fileId: string } | undefined {
  const [tenantId, fileId, ...rest] = ref.split("/");
  return tenantId === undefined || fileId === undefined || rest.length > 0 ? undefined : { tenantId, fileId };
}
