import type { SendMailOptions } from "nodemailer";
import type { Mail } from "./mail.ts";

/**
 * A mail as nodemailer takes it: it breaks no header, whatever a subject holds, and encodes what is not ASCII. Machines
 * are told that a machine sent it, so that none answers. https://www.rfc-editor.org/rfc/rfc3834
 */
export function toMessage(mail: Mail, from: string): SendMailOptions {
  const { unsubscribe } = mail;
  return {
    from,
    to: { name: "", address: mail.to },
    subject: mail.subject,
    messageId: mail.messageId,
    text: mail.text,
    html: mail.html,
    headers: {
      "Auto-Submitted": "auto-generated",
      "X-Auto-Response-Suppress": "All",
      ...(unsubscribe !== undefined && {
        "List-Unsubscribe": `<${unsubscribe}>`,
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
      }),
    },
    attachments: [
      ...mail.pictures.map(({ cid, name, png }) => ({
        filename: name,
        cid,
        content: Buffer.from(png),
        contentType: "image/png",
        contentDisposition: "inline" as const,
      })),
      ...mail.files.map(({ name, mimeType, text }) => ({ filename: name, content: text, contentType: mimeType })),
    ],
    // What a mail holds comes from replies: never a file of this machine, never an address to be fetched.
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}
