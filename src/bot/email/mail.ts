/** One mail as it is to be sent. */
export interface Mail {
  /** Made from the id of what is sent, so that one that is sent again is known by it. */
  readonly messageId: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Pictures that the HTML shows by `cid:`. */
  readonly pictures: readonly { readonly cid: string; readonly name: string; readonly png: Uint8Array }[];
  readonly files: readonly { readonly name: string; readonly mimeType: string; readonly text: string }[];
  /** Ends it with one press, where people's browsers can reach NEXUS. https://www.rfc-editor.org/rfc/rfc8058 */
  readonly unsubscribe?: string;
}

/** What takes mails to their addresses. */
export interface MailTransport {
  /** For `status`: where mails go out, and nothing secret. */
  readonly name: string;
  /** @throws NexusError mail_refused for good; mail_unreachable when it may be taken later */
  send(mail: Mail, signal: AbortSignal): Promise<void>;
  /** Whether a mail that was interrupted while being sent has gone. @throws NexusError mail_unreachable */
  probe(messageId: string, signal: AbortSignal): Promise<"delivered" | "absent" | "unknown">;
  /** Whether it would take mails now. @throws NexusError mail_refused | mail_unreachable saying what it answered */
  verify(signal: AbortSignal): Promise<void>;
}
