import { App, HTTPReceiver, type InstallationQuery } from "@slack/bolt";
import { z } from "zod";
import { NexusError } from "#core/contract/errors.ts";
import { readManifest } from "#bot/slack/manifest.ts";
import { boltLog } from "#bot/slack/web/bolt-log.ts";
import { showInstalled, showNotInstalled } from "./install-pages.ts";
import { createInstallationStore } from "./installation-store.ts";
import { acknowledgeAll, takeInFirst } from "./intake.ts";
import type { LinkDeps, SlackLink } from "./link.ts";
import { createOauthStates } from "./oauth-states.ts";

export interface HttpSettings {
  readonly signingSecret: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly host: string;
  readonly port: number;
  /** Under which Slack and people reach this port. */
  readonly publicUrl?: string;
}

/** For whom a payload says that NEXUS is installed. */
const Installed = z.object({
  team_id: z.string().nullish(),
  context_team_id: z.string().nullish(),
  enterprise_id: z.string().nullish(),
  is_enterprise_install: z.union([z.boolean(), z.string()]).optional(),
  team: z.object({ id: z.string() }).nullish(),
  enterprise: z.object({ id: z.string() }).nullish(),
  authorizations: z
    .array(z.object({ enterprise_id: z.string().nullish(), is_enterprise_install: z.boolean().optional() }))
    .optional(),
});

/** Under which organisation's installation a workspace stands; absent for a workspace of its own. */
const ORGANISATION = "organisation:";
const REDIRECT_PATH = "/slack/oauth_redirect";

/** Signed HTTP with OAuth, for as many workspaces as install the app. */
export function createHttpLink(settings: HttpSettings, deps: LinkDeps): SlackLink {
  const { memory, state, log } = deps;
  const { signingSecret, clientId, clientSecret, host, port } = settings;
  const publicUrl = (settings.publicUrl ?? `http://${host}:${port}`).replace(/\/$/, "");
  const logger = boltLog(log);
  const store = createInstallationStore(memory);
  const receiver = new HTTPReceiver({
    signingSecret,
    clientId,
    clientSecret,
    logger,
    scopes: [...readManifest().botScopes],
    installationStore: store,
    redirectUri: `${publicUrl}${REDIRECT_PATH}`,
    installerOptions: {
      redirectUriPath: REDIRECT_PATH,
      directInstall: true,
      stateStore: createOauthStates(),
      authorizationUrl: new URL("/oauth/v2/authorize", deps.apiUrl).href,
      clientOptions: { slackApiUrl: deps.apiUrl, timeout: 10_000, retryConfig: { retries: 0 } },
      callbackOptions: {
        success: (_installation, _options, _request, response) => showInstalled(response),
        failure(err, _options, _request, response) {
          log.warn({ err }, "NEXUS was not installed into a workspace");
          showNotInstalled(response);
        },
      },
    },
  });
  const authorize = authorizeInTurn(receiver);
  let isOpen = false;

  /** What organisation a workspace belongs to is only told by its events, and is needed to speak there unasked. */
  async function noteOrganisation(body: unknown): Promise<void> {
    const installed = Installed.safeParse(body).data;
    if (installed === undefined) return;
    const [first] = installed.authorizations ?? [];
    const isWide = first?.is_enterprise_install ?? String(installed.is_enterprise_install) === "true";
    const enterpriseId = first?.enterprise_id ?? installed.enterprise?.id ?? installed.enterprise_id;
    const tenantId = installed.context_team_id ?? installed.team?.id ?? installed.team_id;
    if (!isWide || !enterpriseId || !tenantId) return;
    const key = `${ORGANISATION}${tenantId}`;
    if ((await memory.get(key)) !== enterpriseId) await memory.set(key, enterpriseId);
  }

  async function queryOf(tenantId: string): Promise<InstallationQuery<boolean>> {
    const enterpriseId = await memory.get(`${ORGANISATION}${tenantId}`);
    if (typeof enterpriseId !== "string")
      return { teamId: tenantId, enterpriseId: undefined, isEnterpriseInstall: false };
    return { teamId: tenantId, enterpriseId, isEnterpriseInstall: true };
  }

  /** The workspaces that stand under an organisation's installation. */
  async function teamsOf(organisation?: string): Promise<string[]> {
    const teams: string[] = [];
    for (const key of await memory.keys(ORGANISATION)) {
      if (organisation !== undefined && (await memory.get(key)) !== organisation) continue;
      teams.push(key.slice(ORGANISATION.length));
    }
    return teams;
  }

  return {
    installations: {
      async find(tenantId) {
        try {
          const query = await queryOf(tenantId);
          const { botToken, botUserId } = await authorize(query);
          if (botToken === undefined || botUserId === undefined) throw new Error("the installation has no bot");
          const { bot } = await store.fetchInstallation(query);
          const team = query.isEnterpriseInstall ? { teamId: tenantId } : {};
          return { token: botToken, botUserId, scopes: bot?.scopes ?? [], ...team };
        } catch (cause) {
          throw new NexusError("upstream_unavailable", `no installation for ${tenantId}`, {
            cause,
            say: "This workspace has not installed NEXUS, or has removed it.",
          });
        }
      },
    },
    ownUserId: () => undefined,
    async teamIds() {
      const own = (await store.ids()).filter((id) => id.startsWith("T"));
      return [...new Set([...own, ...(await teamsOf())])];
    },
    async start(takeIn) {
      const app = new App({ receiver, logger, convoStore: false, ignoreSelf: false });
      acknowledgeAll(app, log);
      takeInFirst(app, async (body) => {
        await noteOrganisation(body);
        return takeIn(body);
      });
      try {
        await receiver.start({ host, port });
        isOpen = true;
        state.connected(`HTTP · install at ${publicUrl}/slack/install`);
      } catch (err) {
        log.error({ err }, "the port for Slack could not be opened");
        state.failing(`port ${port} on ${host} cannot be opened: set NEXUS_SLACK_PORT to a free one`);
      }
    },
    async forget(tenantId, enterpriseId) {
      const { isEnterpriseInstall } = await queryOf(tenantId);
      const organisation = isEnterpriseInstall ? enterpriseId : undefined;
      const gone = organisation === undefined ? [tenantId] : await teamsOf(organisation);
      await store.forget(tenantId, organisation);
      for (const id of gone) await memory.delete(`${ORGANISATION}${id}`);
      return gone;
    },
    async stop() {
      if (isOpen) await receiver.stop();
      isOpen = false;
    },
  };
}

type Authorize = NonNullable<HTTPReceiver["installer"]>["authorize"];

/**
 * The library's `authorize`, which also refreshes a token that ends soon, one at a time for each installation: a
 * refresh token works once, and whoever used it second would lose the workspace.
 */
function authorizeInTurn({ installer }: HTTPReceiver): Authorize {
  if (installer === undefined) throw new Error("the receiver has no installer");
  const original = installer.authorize.bind(installer);
  const underWay = new Map<string, ReturnType<Authorize>>();
  const inTurn: Authorize = (query) => {
    const key = `${query.enterpriseId ?? ""} ${query.isEnterpriseInstall ? "" : (query.teamId ?? "")}`;
    const known = underWay.get(key);
    if (known !== undefined) return known;
    const asked = original(query).finally(() => underWay.delete(key));
    underWay.set(key, asked);
    return asked;
  };
  installer.authorize = inTurn;
  return inTurn;
}
