import type { Action, Reply } from "#core/contract/reply.ts";
import { say } from "#core/orchestrator/compose.ts";
import type { Scene } from "#core/orchestrator/scene.ts";
import type { EndingCredential, EndingWords } from "./expiry-words.ts";

/** Tells one person that a credential ends, or is refused, where they can press what is to be done about it. */
export function expiryCard(scene: Scene, ending: EndingCredential, { summary, parts }: EndingWords): Reply {
  const reply = say(summary, buttonsOn(scene, ending), parts);
  return scene.conversation.audience === "just_me" ? reply : { ...reply, visibility: "only_actor" };
}

function buttonsOn(scene: Scene, { notice, record, check, source, admin }: EndingCredential): Action[] {
  const { composer, person } = scene;
  const { manifest, need } = source;
  const connect = { verb: "con", module: manifest.name, credential: need.name } as const;
  const exp = { verb: "exp", notice: notice.id } as const;
  const isKeeper = check?.keeper?.person === person;
  const first = isKeeper
    ? composer.button(`Use My ${need.title}`, { ...exp, do: "take" }, "primary")
    : composer.button(
        need.kind === "oauth2" ? "Reconnect (30 s)" : "Replace the Key",
        record.owner === undefined ? { ...connect, for: "everyone" } : { ...connect, asked: record.owner },
        "primary",
      );
  const give = isKeeper
    ? [composer.button("Leave It", { ...exp, do: "leave" })]
    : admin === undefined
      ? []
      : [composer.button(`Give to ${admin.name}`, { ...exp, do: "give", to: admin.person })];
  return [first, ...give, composer.button("Remind Tomorrow", { ...exp, do: "later" })];
}
