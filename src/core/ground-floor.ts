import { randomBytes, randomUUID } from "node:crypto";
import { deriveKey } from "#core/credentials/derive-key.ts";
import { createOAuthClients } from "#core/credentials/oauth-clients.ts";
import { createOAuthConnect } from "#core/credentials/oauth-connect.ts";
import { createReseal } from "#core/credentials/reseal-for.ts";
import { createVault } from "#core/credentials/vault.ts";
import { createApproval } from "#core/approval/approval.ts";
import { REMIND_AFTER_HOURS } from "#core/approval/policies.ts";
import { createAudit } from "#core/audit/audit.ts";
import { gateDraft } from "#core/audit/gate-drafts.ts";
import { createAuditWatch } from "#core/audit/watch.ts";
import { createConnectLinkDesk } from "#core/auth/connect-links.ts";
import { createErasePerson } from "#core/auth/erase-person.ts";
import { createMailDesk } from "#core/auth/mail-desk.ts";
import { createLinks } from "#core/auth/links.ts";
import { createOrgJoining } from "#core/auth/org-joins.ts";
import { createProgramAccess } from "#core/auth/program-access.ts";
import { createRights } from "#core/auth/rights.ts";
import { createRightsChanges } from "#core/auth/rights-changes.ts";
import { createRoles } from "#core/auth/roles.ts";
import { createGateway } from "#core/llm/gateway.ts";
import { noModels } from "#core/llm/models.ts";
import { createMetering, loadPrices } from "#core/metering/metering.ts";
import { createTokens } from "#core/orchestrator/token.ts";
import type { CoreDeps } from "./core-deps.ts";

/**
 * What everything else in the mind stands on: the record, the vault, who people are and what they may do, counting.
 * @param onQuotaNotice admins have something to be told about a limit
 */
export function createGroundFloor(deps: CoreDeps, onQuotaNotice: () => void) {
  const { store, clock, log } = deps;
  const audit = createAudit({
    store,
    key: deriveKey(deps.masterKey, "audit"),
    clock,
    log,
    ...(deps.auditAnchors && { anchors: deps.auditAnchors }),
  });
  const auditWatch = createAuditWatch({ audit, log });
  const prices = loadPrices(deps.pricesFile);
  const metering = createMetering({
    store,
    audit,
    prices,
    timeZone: deps.defaults.timeZone,
    defaults: deps.quotas ?? {},
    admins: (org) => roles.withRole(org, "admin"),
    onNotice: onQuotaNotice,
    clock,
    log,
  });
  const models = deps.models ?? noModels();
  const { recordPrompts = false, threads } = deps.modelSettings ?? {};
  const gateway = createGateway({ models, reserve: metering.reserve, recordPrompts, threads, clock, log });
  const vault = createVault({
    store,
    masterKey: deriveKey(deps.masterKey, "vault"),
    keyWrapper: deps.keyWrapper,
    egress: deps.egress,
    audit,
    clock,
    log,
  });
  const oauth = createOAuthConnect({ vault, states: store.oauthStates, egress: deps.egress, clock, randomBytes });
  const tokens = createTokens(deriveKey(deps.masterKey, "action-token"));
  const roles = createRoles({ store, audit, clock });
  const links = createLinks({ store, key: deriveKey(deps.masterKey, "link-code"), clock, randomBytes });
  const mail = createMailDesk({
    key: deriveKey(deps.masterKey, "mail"),
    ...(deps.mail ?? { isSetUp: false, domains: [] }),
    clock,
    randomBytes,
  });
  const erasePerson = createErasePerson({ store, audit, log });
  const orgJoining = createOrgJoining({
    store,
    audit,
    key: deriveKey(deps.masterKey, "org-join"),
    reseal: createReseal({
      store,
      masterKey: deriveKey(deps.masterKey, "vault"),
      keyWrapper: deps.keyWrapper,
      audit,
      log,
    }),
    clock,
    randomBytes,
  });
  const connectLinks = createConnectLinkDesk({ store, clock, key: deriveKey(deps.masterKey, "connect-link") });
  const oauthClients = createOAuthClients(vault);
  const approval = createApproval({
    store,
    clock,
    randomBytes,
    remindAfterHours: deps.remindAfterHours ?? REMIND_AFTER_HOURS,
    witness: (inside, org, change) => audit.recordIn(inside, org, gateDraft(change)),
  });
  const { keys, signIn, refusals } = createProgramAccess({
    store,
    audit,
    roles,
    identity: deps.identity,
    derive: (use) => deriveKey(deps.masterKey, use),
    newId: randomUUID,
    randomBytes,
    clock,
    log,
  });
  const rights = createRights({
    store,
    roles,
    credentialAccess: (org, name, person) => vault.access(org, name, person),
  });
  const rightsChanges = createRightsChanges({ store, audit });
  return {
    audit,
    auditWatch,
    metering,
    prices,
    models,
    gateway,
    vault,
    oauth,
    tokens,
    roles,
    links,
    mail,
    erasePerson,
    orgJoining,
    connectLinks,
    oauthClients,
    approval,
    rights,
    rightsChanges,
    keys,
    signIn,
    refusals,
  };
}
