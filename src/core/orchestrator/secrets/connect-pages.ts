import { hashOf } from "#core/auth/connect-links.ts";
import type { ConnectLinks, ConnectOutcome } from "#core/contract/connect-link.ts";
import { asNexusError } from "#core/contract/errors.ts";
import { newId, type OrgId, TurnId } from "#core/contract/ids.ts";
import type { Inbound } from "#core/contract/message.ts";
import { MATRIX } from "#core/contract/permission.ts";
import { personRef } from "#core/contract/principal.ts";
import { boundTo } from "#core/credentials/bound-to.ts";
import type { ConnectLink } from "#core/store/store.ts";
import { findCredential } from "./connect.ts";
import { linkDraft, pageOf } from "./connect-link.ts";
import { keepCredential, type Source, whoUses } from "./keep-credential.ts";
import { alsoUses } from "./also-uses.ts";
import type { OrchestratorDeps } from "#core/orchestrator/scene.ts";

export interface ConnectPagesDeps extends Pick<
  OrchestratorDeps,
  | "store"
  | "connectLinks"
  | "registry"
  | "vault"
  | "oauth"
  | "oauthClients"
  | "roles"
  | "audit"
  | "oauthRedirect"
  | "defaults"
  | "clock"
> {
  /** Takes an inbound of ours to its turn. */
  readonly receive: (org: OrgId, inbound: Inbound) => Promise<unknown>;
}

/** The pages behind one-time links, and word of what came of them to where they were asked for. */
export interface ConnectPages extends ConnectLinks {
  /** The account that a person left for is connected now. */
  arrived(state: string): Promise<void>;
  /** The link a person left by, that no account came back to. */
  cameBackEmpty(state: string, rejectedClient: boolean): Promise<void>;
}

/** Makes the pages. */
export function createConnectPages(deps: ConnectPagesDeps): ConnectPages {
  const { store, connectLinks } = deps;

  /** What a link is for, as far as its person may still do it. */
  async function allowed(link: ConnectLink): Promise<Source | undefined> {
    const source = findCredential(deps, link.org, link.module, link.credential);
    if (source === undefined || (await store.people.hasLeft(link.actor))) return undefined;
    const { role, hasLeft } = await deps.roles.standing(link.org, link.person);
    return !hasLeft && MATRIX[role].has(link.isOwn ? "credential.own" : "credential.share") ? source : undefined;
  }

  async function tell(link: ConnectLink, outcome: string): Promise<void> {
    await store.connectLinks.settle(link.org, link.id, outcome);
    await deps.receive(link.org, {
      kind: "due",
      what: "connected",
      id: link.id,
      dedupeKeys: [`connected:${link.id}`],
      sentAtMs: deps.clock().getTime(),
      actor: link.actor,
      conversation: link.conversation,
    });
  }

  async function takeKey(
    link: ConnectLink,
    source: Source,
    value: string,
    signal: AbortSignal,
  ): Promise<ConnectOutcome> {
    if (value === "") return again(link, source, "The key was empty.");
    const { org, person, isOwn } = link;
    const asker = {
      locale: link.actor.locale ?? deps.defaults.locale,
      timeZone: link.actor.timeZone ?? deps.defaults.timeZone,
    };
    const keeping = { org, person, turn: newId(TurnId), asker, ...(isOwn && { owner: person }) };
    const kept = await keepCredential(deps, keeping, source, value, signal).catch((thrown: unknown) => {
      const error = asNexusError(thrown);
      if (error.code === "internal" || error.retryable) throw thrown;
      return { state: "refused", say: error.say } as const;
    });
    await deps.audit.record(
      org,
      linkDraft("connect_link.used", kept.state === "kept" ? "done" : "failed", personRef(person), link),
    );
    if (kept.state === "refused") return again(link, source, `${kept.say} It was not kept.`);
    await tell(link, kept.say);
    return { state: "connected", say: kept.say };
  }

  async function again(link: ConnectLink, source: Source, problem: string): Promise<ConnectOutcome> {
    const fresh = connectLinks.redraw(link);
    if (fresh === undefined) return { state: "gone" };
    await store.connectLinks.add(fresh.link, fresh.tokenHash);
    return { state: "again", token: fresh.token, page: { ...pageOf(link, source), problem } };
  }

  async function leave(link: ConnectLink, source: Source, signal: AbortSignal): Promise<ConnectOutcome> {
    const { org, person, isOwn } = link;
    const { need, manifest } = source;
    const redirectUri = deps.oauthRedirect();
    const reader = { org, person, turn: newId(TurnId), module: manifest.name, ...boundTo(source) };
    const client = redirectUri === undefined ? undefined : await deps.oauthClients.get(reader, need, signal);
    if (client === undefined || redirectUri === undefined) return { state: "gone" };
    const target = { org, name: need.name, ...(isOwn && { owner: person }), ...boundTo(source) };
    const { url, state } = await deps.oauth.begin({ target, need, client, redirectUri, by: personRef(person) });
    await store.connectLinks.left(org, link.id, hashOf(state));
    await deps.audit.record(org, linkDraft("connect_link.used", "done", personRef(person), link));
    return { state: "leave", url };
  }

  return {
    async look(token) {
      const link = await connectLinks.find(token);
      const source = link && (await allowed(link));
      if (link === undefined || source === undefined) return undefined;
      return pageOf(link, source, await alsoUses(store, link.org, source.need.name, link.person));
    },
    async submit(token, typed, signal) {
      const link = await connectLinks.take(token);
      if (link === undefined) return { state: "gone" };
      const source = await allowed(link);
      if (source === undefined) {
        await deps.audit.record(link.org, linkDraft("connect_link.used", "refused", personRef(link.person), link));
        return { state: "gone" };
      }
      return source.need.kind === "oauth2"
        ? leave(link, source, signal)
        : takeKey(link, source, (typed["value"] ?? "").trim(), signal);
    },
    async arrived(state) {
      const link = await store.connectLinks.byState(hashOf(state));
      const source = link && findCredential(deps, link.org, link.module, link.credential);
      if (link === undefined || source === undefined) return;
      const also = await alsoUses(store, link.org, source.need.name, link.person);
      await tell(link, `Connected ${source.need.title}. ${whoUses(link.isOwn, also)}`);
    },
    async cameBackEmpty(state, rejectedClient) {
      const link = await store.connectLinks.byState(hashOf(state));
      const source = link && findCredential(deps, link.org, link.module, link.credential);
      // A client that its provider does not know is asked for anew.
      if (link && source && rejectedClient) {
        await deps.oauthClients.remove(link.org, source.need, personRef(link.person));
      }
    },
  };
}
