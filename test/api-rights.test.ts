import { afterAll, beforeAll, expect, test } from "vitest";
import { ROLES } from "#core/contract/gate.ts";
import {
  BuildId,
  ChannelKey,
  GateId,
  HookId,
  KeyId,
  ModuleName,
  newId,
  PersonId,
  ProposalId,
  ScheduleId,
  Sha256,
  TurnId,
} from "#core/contract/ids.ts";
import { MATRIX, PERMISSION_NAMES } from "#core/contract/permission.ts";
import type { Principal } from "#core/contract/principal.ts";
import { type Operation, OPERATIONS, type Programs } from "#core/contract/programs.ts";
import { USUAL_ROUTING } from "#core/contract/programs/routing.ts";
import { OPEN_CHANNEL, OPEN_MODULE } from "#core/contract/channel-policy.ts";
import { type ApiDocument, readDocument } from "./api-document.ts";
import { type ApiOffice, openApiOffice } from "./api-kit.ts";

let api: ApiOffice;
let document: ApiDocument;
beforeAll(async () => {
  api = await openApiOffice();
  document = readDocument((await api.send("GET", "/v1/openapi.json")).body);
});
afterAll(() => api[Symbol.asyncDispose]());

const PEOPLE = { viewer: "vic", operator: "otto", admin: "ada", owner: "olga" } as const;
const page = { limit: 10 };
const act = ModuleName.parse("act");
const none = ModuleName.parse("none");
const ZEROS = Sha256.parse("0".repeat(64));
const group = { platform: "slack", group: "S1" } as const;
const signal = AbortSignal.timeout(60_000);

/** Each operation, asked for what is not there where that is possible: a right is looked at first. */
const CALLS: { readonly [Name in Operation]: (programs: Programs, principal: Principal) => Promise<unknown> } = {
  me: (programs, by) => programs.me(by, {}),
  getRequest: (programs, by) => programs.getRequest(by, { id: newId(TurnId) }),
  health: (programs, by) => programs.health(by, {}, signal),
  listModules: (programs, by) => programs.listModules(by, page),
  getModule: (programs, by) => programs.getModule(by, { name: none }),
  moduleSource: (programs, by) => programs.moduleSource(by, { name: none }),
  switchModule: (programs, by) => programs.switchModule(by, { name: none, on: false }, signal),
  getModuleGrant: (programs, by) => programs.getModuleGrant(by, { name: act }),
  putModuleGrant: (programs, by) => programs.putModuleGrant(by, { name: none, grant: OPEN_MODULE }),
  deleteModuleGrant: (programs, by) => programs.deleteModuleGrant(by, { name: none }),
  moduleVersions: (programs, by) => programs.moduleVersions(by, { name: none }),
  previewUndo: (programs, by) => programs.previewUndo(by, { name: none }),
  undoModule: (programs, by) => programs.undoModule(by, { name: none }, signal),
  uninstallModule: (programs, by) => programs.uninstallModule(by, { name: none }, signal),
  pinModule: (programs, by) => programs.pinModule(by, { name: none, pinned: true }, signal),
  revokeModule: (programs, by) => programs.revokeModule(by, { name: none, sha256: ZEROS }, signal),
  installModule: (programs, by) => programs.installModule(by, { module: none }, signal),
  listBuilds: (programs, by) => programs.listBuilds(by, page),
  getBuild: (programs, by) => programs.getBuild(by, { id: newId(BuildId) }),
  buildPapers: (programs, by) => programs.buildPapers(by, { id: newId(BuildId) }),
  openBuild: (programs, by) => programs.openBuild(by, { source: { kind: "words" } }, signal),
  stopBuild: (programs, by) => programs.stopBuild(by, { id: newId(BuildId) }, signal),
  buildAgain: (programs, by) => programs.buildAgain(by, { id: newId(BuildId) }, signal),
  putDraftFile: (programs, by) =>
    programs.putDraftFile(by, { id: newId(BuildId), path: "README.md", text: "" }, signal),
  promoteBuild: (programs, by) => programs.promoteBuild(by, { id: newId(BuildId) }, signal),
  listProposals: (programs, by) => programs.listProposals(by, page),
  getProposal: (programs, by) => programs.getProposal(by, { id: newId(ProposalId) }),
  decideProposal: (programs, by) => programs.decideProposal(by, { id: newId(ProposalId), as: "never" }, signal),
  listSchedules: (programs, by) => programs.listSchedules(by, page),
  getSchedule: (programs, by) => programs.getSchedule(by, { id: newId(ScheduleId) }),
  createSchedule: (programs, by) => programs.createSchedule(by, { words: "nothing at all" }, signal),
  listHooks: (programs, by) => programs.listHooks(by, page),
  getHook: (programs, by) => programs.getHook(by, { id: newId(HookId) }),
  createHook: (programs, by) => programs.createHook(by, { words: "nothing at all" }, signal),
  doWithHook: (programs, by) => programs.doWithHook(by, { id: newId(HookId), deed: "end" }),
  renewHookSecret: (programs, by) => programs.renewHookSecret(by, { id: newId(HookId), overlapHours: 0 }),
  doWithSchedule: (programs, by) => programs.doWithSchedule(by, { id: newId(ScheduleId), deed: "end" }, signal),
  listJobs: (programs, by) => programs.listJobs(by, page),
  runJob: (programs, by) => programs.runJob(by, { name: "none" }),
  listCredentials: (programs, by) => programs.listCredentials(by, page),
  putCredential: (programs, by) => programs.putCredential(by, { name: none, owner: "me", value: "x" }, signal),
  deleteCredential: (programs, by) => programs.deleteCredential(by, { name: none, owner: "me" }),
  grantCredential: (programs, by) => programs.grantCredential(by, { name: none, owner: "me", to: "everyone" }),
  revokeCredential: (programs, by) => programs.revokeCredential(by, { name: none, owner: "me", to: "everyone" }),
  listKeys: (programs, by) => programs.listKeys(by, page),
  createKey: (programs, by) => programs.createKey(by, { name: "x", role: "viewer", scopes: ["module.read"] }),
  revokeKey: (programs, by) => programs.revokeKey(by, { id: KeyId.parse("0000000000") }),
  rotateKey: (programs, by) => programs.rotateKey(by, { id: KeyId.parse("0000000000"), overlapHours: 0 }),
  listPeople: (programs, by) => programs.listPeople(by, page),
  getPerson: (programs, by) => programs.getPerson(by, { id: newId(PersonId) }),
  listLinks: (programs, by) => programs.listLinks(by, { id: newId(PersonId) }),
  setRole: (programs, by) => programs.setRole(by, { id: newId(PersonId), role: "viewer" }),
  deletePerson: (programs, { ...by }) => programs.deletePerson({ ...by, person: GHOST }, { id: GHOST }),
  listRoleMappings: (programs, by) => programs.listRoleMappings(by, page),
  putRoleMapping: (programs, by) => programs.putRoleMapping(by, { ...group, label: "ops", role: "viewer" }),
  deleteRoleMapping: (programs, by) => programs.deleteRoleMapping(by, group),
  listPolicies: (programs, by) => programs.listPolicies(by, page),
  getPolicy: (programs, by) => programs.getPolicy(by, { channel: ChannelKey.parse("*") }),
  putPolicy: (programs, by) => programs.putPolicy(by, { channel: ChannelKey.parse("test:a:b"), policy: OPEN_CHANNEL }),
  deletePolicy: (programs, by) => programs.deletePolicy(by, { channel: ChannelKey.parse("test:a:b") }),
  getRouting: (programs, by) => programs.getRouting(by, {}),
  routingHistory: (programs, by) => programs.routingHistory(by, page),
  putRouting: (programs, by) => programs.putRouting(by, { known: 99, config: USUAL_ROUTING }),
  revertRouting: (programs, by) => programs.revertRouting(by, { known: 99 }),
  usage: (programs, by) => programs.usage(by, { by: "day", scope: "me" }),
  listLimits: (programs, by) => programs.listLimits(by, page),
  putLimit: (programs, by) =>
    programs.putLimit(by, { scope: "module", subject: "none", period: "day", units: "default" }),
  listApprovals: (programs, by) => programs.listApprovals(by, page),
  getApproval: (programs, by) => programs.getApproval(by, { id: newId(GateId) }),
  decideApproval: (programs, by) => programs.decideApproval(by, { id: newId(GateId), verdict: "reject" }, signal),
  listAudit: (programs, by) => programs.listAudit(by, page),
  verifyAudit: (programs, by) => programs.verifyAudit(by, {}, signal),
  exportAudit: (programs, by) => programs.exportAudit(by, { format: "jsonl" }, signal),
};
const GHOST = newId(PersonId);

/** Whether the core let it through, and not what came of it. */
async function isLetIn(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "not_allowed");
  }
}

const NAMES = Object.keys(OPERATIONS).filter((name): name is Operation => name in OPERATIONS);

test("in the core, each role can do exactly what the matrix says, and each refusal is in the audit", async () => {
  const { programs } = api.office.core;
  let refused = 0;
  for (const role of ROLES) {
    const principal = await api.principalOf(PEOPLE[role]);
    for (const name of NAMES) {
      const may = MATRIX[role].has(OPERATIONS[name]);
      expect([role, name, await isLetIn(CALLS[name](programs, principal))]).toEqual([role, name, may]);
      if (!may) refused += 1;
    }
  }
  const owner = await api.principalOf("olga");
  const { items } = await programs.listAudit(owner, { act: "right.refused", limit: 100 });
  expect(items.length).toBe(Math.min(refused, 100));
  expect(refused).toBeGreaterThan(30);
});

test("a key that was narrowed does what it was narrowed to, and nothing else", async () => {
  const { programs } = api.office.core;
  const owner = await api.principalOf("olga");
  for (const scope of PERMISSION_NAMES) {
    const key: Principal = { ...owner, kind: "key", key: KeyId.parse("1111111111"), scopes: new Set([scope]) };
    for (const name of NAMES) {
      // A key hands on no more than it has: what it may make is looked at beside whether it may make any.
      if (name === "createKey") continue;
      const may = OPERATIONS[name] === scope || name === "me";
      expect([scope, name, await isLetIn(CALLS[name](programs, key))]).toEqual([scope, name, may]);
    }
  }
}, 60_000);

test("at the door, each address lets in exactly the roles that its operation does", async () => {
  const keys = { viewer: await api.keyOf("olga", { role: "viewer" }), operator: await api.keyOf("otto") };
  const all = { ...keys, admin: await api.keyOf("ada"), owner: await api.keyOf("olga") };
  for (const { id, method, path, description } of document.operations) {
    if (id === "deletePerson") continue;
    const needs = PERMISSION_NAMES.find((permission) => description.startsWith(`Needs \`${permission}\``));
    for (const role of ROLES) {
      // Nothing in it fits, so that whoever is let in gets no further than that.
      const address = path.replaceAll(/\{\w+\}/g, "%00").concat("?unknown=1");
      const { status } = await api.send(method, address, { as: all[role], body: method === "GET" ? undefined : "{" });
      const may = needs !== undefined && MATRIX[role].has(needs);
      const verdict = status === 403 ? "kept out" : [400, 404].includes(status) ? "let in" : status;
      expect([role, method, path, verdict]).toEqual([role, method, path, may ? "let in" : "kept out"]);
    }
    expect([path, (await api.send(method, path)).status]).toEqual([path, 401]);
  }
}, 60_000);
