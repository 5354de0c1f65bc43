import { EVERYWHERE } from "#core/contract/channel-policy.ts";
import type { ChannelKey } from "#core/contract/ids.ts";
import { channelOf } from "#core/contract/message.ts";
import { inert } from "#core/orchestrator/inert.ts";
import { channelIn } from "#core/orchestrator/usage/limit-command.ts";
import { channelName, placeName } from "#core/orchestrator/place-name.ts";
import type { Scene } from "#core/orchestrator/scene.ts";
import type { WishPlace } from "./wish-words.ts";

/** A place that a wish is for: its key, and its name as it stands in a sentence after “in”. */
export interface MeantPlace {
  readonly channel: ChannelKey;
  readonly name: string;
}

/** The place that was meant; what to say instead where no channel is known by that name. */
export function meantPlace(
  scene: Pick<Scene, "conversation">,
  place: WishPlace,
): MeantPlace | { readonly unknown: string } {
  const { conversation } = scene;
  if (place === "here") return { channel: channelOf(conversation), name: placeName(conversation) };
  if (place === "everywhere") return { channel: EVERYWHERE, name: "every channel without a policy of its own" };
  const channel = channelIn(scene, place.channel);
  if (channel === undefined) {
    return {
      unknown: `I don't know ${inert(place.channel)} by that name. Say it in that channel, with \`here\` in place of the name.`,
    };
  }
  return { channel, name: channelName(channel, conversation) };
}
