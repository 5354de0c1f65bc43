import { mailTransport } from "#bot/email/open-email.ts";
import type { Config } from "#config.ts";
import { asNexusError } from "#core/contract/errors.ts";
import type { Finding } from "./finding.ts";

/** How long a mail server may take to answer; ms. */
const PATIENCE_MS = 10_000;

/** Whether the mail server, or Gmail, takes mails from NEXUS. One that cannot be reached is no fault of this installation. */
export async function checkMail({ mail }: Pick<Config, "mail">): Promise<Finding> {
  const name = "mail";
  const transport = mailTransport(mail);
  if (transport === undefined) return { state: "ok", name, detail: "none is set up" };
  try {
    await transport.verify(AbortSignal.timeout(PATIENCE_MS));
    return { state: "ok", name, detail: `${transport.name} takes mails` };
  } catch (thrown) {
    const { code, say, hint } = asNexusError(thrown);
    const state = code === "mail_refused" ? "fail" : "warn";
    return { state, name, detail: `${transport.name}: ${say}`, fix: hint };
  }
}
