import { z } from "zod";

/** What is needed to read a file of a message again, after a restart and after its address has expired. */
const AttachmentRef = z.object({
  channelId: z.string(),
  /** Absent for a file that came with a command: there is no message to ask for a fresh address. */
  messageId: z.string().optional(),
  attachmentId: z.string(),
  url: z.string(),
});
export type AttachmentRef = z.infer<typeof AttachmentRef>;

/** The reference as the inbox keeps it. */
export function writeRef(ref: AttachmentRef): string {
  return JSON.stringify(ref);
}

/** The reference read back; undefined when it is not one of ours. */
export function readRef(text: string): AttachmentRef | undefined {
  try {
    return AttachmentRef.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
