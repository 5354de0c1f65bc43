import type { Conversation } from "#core/contract/message.ts";
import { readMailAddress } from "#core/contract/email-place.ts";
import { mayMail } from "#core/orchestrator/clock/mail-places.ts";
import { inert } from "#core/orchestrator/inert.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";

/** Where mail goes besides: to the asker's own address, or to one that was said; else why not, in words. */
export async function mailPlaces(
  deps: Pick<OrchestratorDeps, "store" | "mail" | "roles">,
  scene: Scene,
  { address }: { readonly address?: string },
): Promise<{ readonly also: readonly Conversation[] } | { readonly refused: string }> {
  const { org } = scene.turn;
  if (!deps.mail.isSetUp) {
    return {
      refused: "No mail server is set up here, so I can't send that by e-mail. Say it again without, and I post it.",
    };
  }
  const own = await deps.store.forOrg(org).mailAddresses.of(scene.person);
  const confirmed = own.filter(({ state }) => state === "confirmed");
  const wanted = address === undefined ? confirmed[0]?.address : readMailAddress(address);
  if (wanted === undefined && address === undefined) {
    return {
      refused:
        "I don't know your address yet. Say `email` and the address, as in `email me@example.com`; then say this again.",
    };
  }
  const place = wanted === undefined ? undefined : await mayMail(deps, org, scene.person, wanted);
  if (place !== undefined) return { also: [place] };
  const named = inert(address ?? wanted ?? "");
  return {
    refused: `I may not send mail to ${named} for you. Where it is your own, \`email ${named}\` has it confirmed; then say this again.`,
  };
}
