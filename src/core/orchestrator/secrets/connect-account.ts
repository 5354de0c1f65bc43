import { hashOf } from "#core/auth/connect-links.ts";
import { MATRIX } from "#core/contract/permission.ts";
import { personRef } from "#core/contract/principal.ts";
import type { FormValue } from "#core/contract/message.ts";
import type { Reply } from "#core/contract/reply.ts";
import { boundTo } from "#core/credentials/bound-to.ts";
import type { OAuthClient } from "#core/credentials/oauth-connect.ts";
import { type ForWhom, mayConnectFor } from "./connect-whom.ts";
import { field, say } from "#core/orchestrator/compose.ts";
import { openValues, type Source } from "./connect.ts";
import { drawn, linkReply } from "./connect-link.ts";
import { errorReply } from "#core/orchestrator/failure.ts";
import { whoUses } from "./keep-credential.ts";
import type { OrchestratorDeps, Outcome, Scene } from "#core/orchestrator/scene.ts";

/**
 * Connects an account at its provider. By which client is settled once, by an admin at the terminal; from then on each
 * connects their own with one press.
 */
export async function beginAccount(
  deps: OrchestratorDeps,
  scene: Scene,
  source: Source,
  whom: ForWhom,
  also: readonly string[] = [],
): Promise<Outcome> {
  const isAtTerminal = scene.conversation.kind === "console";
  if (!(await deps.oauthClients.has(scene.turn.org, source.need))) return clientMissing(deps, scene, source, whom);
  if (isAtTerminal) {
    const { org, turnId, signal } = scene.turn;
    const reader = { org, person: scene.person, turn: turnId, module: source.manifest.name, ...boundTo(source) };
    const client = await deps.oauthClients.get(reader, source.need, signal);
    return client === undefined
      ? { replies: [clientForm(scene, source, whom)] }
      : consent(deps, scene, source, whom, client);
  }
  if (deps.entry.origin(scene.conversation) === undefined) return { replies: [onlyAtTerminal(source)] };
  return linkReply(deps, scene, source, whom, also);
}

/** Keeps the client that an admin brought, and goes on to the account. */
export async function acceptClient(
  deps: OrchestratorDeps,
  scene: Scene,
  source: Source,
  whom: ForWhom,
  values: Readonly<Record<string, FormValue>>,
): Promise<Outcome> {
  await mayConnectFor(deps, scene, "everyone");
  if (scene.conversation.kind !== "console") return { replies: [onlyAtTerminal(source)] };
  const { clientId = "", clientSecret = "" } = openValues(deps, values);
  if (clientId === "" || (clientSecret === "" && !isPublic(source))) {
    const again = "Say `connect` again and fill in both.";
    return { replies: [errorReply("slot_invalid", "Both fields are needed.", again, scene.turn.turnId)] };
  }
  const client = { clientId, clientSecret };
  await deps.oauthClients.set(
    { org: scene.turn.org, ...boundTo(source) },
    source.need,
    client,
    personRef(scene.person),
  );
  return consent(deps, scene, source, whom, client);
}

/** At the terminal the browser is sent to the provider at once. */
async function consent(
  deps: OrchestratorDeps,
  scene: Scene,
  source: Source,
  whom: ForWhom,
  client: OAuthClient,
): Promise<Outcome> {
  const { need } = source;
  const redirectUri = deps.oauthRedirect();
  if (redirectUri === undefined) return { replies: [noPort(scene, source)] };
  const { org } = scene.turn;
  const target = { org, name: need.name, ...(whom === "me" && { owner: scene.person }), ...boundTo(source) };
  const { url, state } = await deps.oauth.begin({ target, need, client, redirectUri, by: personRef(scene.person) });
  const { tokenHash, link } = deps.connectLinks.draw(drawn(scene, source, whom));
  const words = `Open the link, allow the access, and come back here. It works for 10 minutes. ${whoUses(whom === "me")}`;
  const reply = say(words, [{ type: "link", label: `Allow ${need.title}`, url }]);
  return {
    replies: [{ ...reply, visibility: "only_actor" }],
    async commit(inside) {
      await inside.connectLinks.add(link, tokenHash);
      await inside.connectLinks.left(org, link.id, hashOf(state));
    },
  };
}

async function clientMissing(deps: OrchestratorDeps, scene: Scene, source: Source, whom: ForWhom): Promise<Outcome> {
  const mayShare = MATRIX[await deps.roles.roleOf(scene.turn.org, scene.person)].has("credential.share");
  if (scene.conversation.kind === "console" && mayShare) return { replies: [clientForm(scene, source, whom)] };
  const { title } = source.need;
  const who = mayShare ? "Do that once" : "An admin does that once";
  const reply = say(
    `${title} first needs an OAuth client of this workspace's. ${who}, at the terminal: \`connect ${title}\`. Then everybody connects their own here with one press.`,
  );
  return { replies: [{ ...reply, visibility: "only_actor" }] };
}

/** Whether the provider knows its clients by their id alone. */
function isPublic({ need }: Source): boolean {
  return need.oauth2?.clientAuthentication === "none";
}

function clientForm(scene: Scene, source: Source, whom: ForWhom): Reply {
  const { manifest, need } = source;
  const secret = isPublic(source) ? [] : [field("clientSecret", "OAuth client secret", "secret")];
  const same = { module: manifest.name, credential: need.name, for: whom } as const;
  const intro = `The client is for everybody here; each then connects their own account. It is kept encrypted.`;
  return {
    ...say(intro),
    summary: `Connect ${need.title}: I need an OAuth client.`,
    visibility: "only_actor",
    form: scene.composer.form(
      { verb: "frm", ...same },
      { verb: "con", ...same },
      {
        title: `Connect ${need.title}`.slice(0, 45),
        submit: "Connect",
        fields: [
          field("clientId", "OAuth client ID", "text", `Create a desktop client at ${need.obtainUrl}`),
          ...secret,
        ],
      },
    ),
  };
}

function onlyAtTerminal({ need }: Source): Reply {
  const words = `${need.title} is connected at the terminal I run in: \`npm run nexus -- console\`, then \`connect ${need.title}\`.`;
  const why =
    "Elsewhere it works once whoever runs me sets NEXUS_HTTP_PUBLIC_URL: its provider sends your browser back there.";
  return { ...say(words, [], [{ type: "context", markdown: why }]), visibility: "only_actor" };
}

function noPort(scene: Scene, { need }: Source): Reply {
  return errorReply(
    "config_invalid",
    `${need.title} sends the browser back to NEXUS, and no HTTP port is open.`,
    "Start NEXUS with NEXUS_HTTP_PORT set, then connect again.",
    scene.turn.turnId,
  );
}
