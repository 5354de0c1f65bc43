import { readFileSync } from "node:fs";
import { join } from "node:path";
import { vi } from "vitest";
import { createAudit } from "#core/audit/audit.ts";
import { createRoles } from "#core/auth/roles.ts";
import { newId, type OrgId, ScheduleId, Sha256 } from "#core/contract/ids.ts";
import { Manifest } from "#core/contract/manifest.ts";
import type { Actor, Conversation, Platform } from "#core/contract/message.ts";
import type { Reply } from "#core/contract/reply.ts";
import { SchedulePlan } from "#core/contract/schedule.ts";
import { deriveKey } from "#core/credentials/derive-key.ts";
import { readHouseKeys } from "#core/credentials/house-keys.ts";
import { createOAuthClients } from "#core/credentials/oauth-clients.ts";
import { createExpiryUpkeep } from "#core/expiry/expiry-upkeep.ts";
import { openStore, type Store } from "#core/store/store.ts";
import { silent } from "#test/delivery-kit.ts";
import { vaultOver } from "#test/vault-kit.ts";
import { createEgress } from "#sandbox/egress/egress.ts";
import { PATIENCE } from "./console-terminal.ts";
import { actionsOf, GOOGLE_CLIENT, type House } from "./house.ts";

const HOUR = 60 * 60_000;
export const DAY = 24 * HOUR;

/** Where the browsers of a story find NEXUS. */
export const PUBLIC_URL = "https://nexus.example";

/** The data of a house, as another process beside it sees it. */
async function openBeside(house: House) {
  await using stack = new AsyncDisposableStack();
  const clock = (): Date => house.now();
  const store = stack.use(await openStore(join(house.dataDir, "nexus.db"), { clock }));
  const source = { ownFile: join(house.dataDir, "master.key") };
  const { masterKey, keyWrapper } = await readHouseKeys({ store, source });
  const egress = stack.use(createEgress({ log: silent }));
  const audit = createAudit({ store, key: deriveKey(masterKey, "audit"), clock, log: silent });
  const keys = { masterKey: deriveKey(masterKey, "vault"), keyWrapper };
  const vault = vaultOver(store, { egress, clock, log: silent, audit, ...keys });
  const held = stack.move();
  return { store, vault, audit, [Symbol.asyncDispose]: () => held.disposeAsync() };
}

/** The Google client that an org's people connect their calendars by, as somebody who runs NEXUS brought it. */
export async function bringClient(house: House, platform: Platform): Promise<void> {
  await using beside = await openBeside(house);
  const org = await orgOn(beside.store, platform);
  await createOAuthClients(beside.vault).set({ org }, calendarNeed(), GOOGLE_CLIENT, { kind: "system", id: "test" });
}

async function orgOn(store: Store, platform: Platform): Promise<OrgId> {
  const found = (await store.people.orgs()).find(({ tenants }) => tenants.some((one) => one.platform === platform));
  if (found === undefined) throw new Error(`nobody has spoken on ${platform} yet`);
  return found.org;
}

/** A briefing with the meetings of a day, each weekday at 08:30, whose owner connects their calendar for it. */
export async function keepBriefing(
  house: House,
  actor: Actor,
  place: Conversation,
  { title, code }: { readonly title: string; readonly code: string } = { title: "Standup briefing", code: "STND" },
): Promise<void> {
  await using beside = await openBeside(house);
  const { org, person } = await beside.store.people.identify(actor);
  const plan = SchedulePlan.parse({
    title,
    rule: { cron: "30 8 * * 1-5", timeZone: "America/Toronto", skipHolidays: false },
    misfire: "late",
    lateMinutes: 120,
    task: {
      do: "briefing",
      sections: [
        { kind: "capability", module: "calendar", capability: "today", input: {}, title: "Meetings" },
        { kind: "house", what: "approvals" },
      ],
      whenNothing: "line",
    },
    actor,
    place,
    also: [],
  });
  const nextAt = new Date(nextWeekday(house.now()));
  await beside.store.forOrg(org).schedules.put({ id: newId(ScheduleId), person, code, plan, nextAt });
}

/** Another process on the data of a house, as in a rolling restart: it looks after credentials too, when it is told to. */
export async function openSecondLooker(house: House, platform: Platform) {
  await using stack = new AsyncDisposableStack();
  const { store, vault, audit } = stack.use(await openBeside(house));
  const clock = (): Date => house.now();
  const state = { sha256: NO_DIGEST, state: "ready", breaker: "closed", downSince: undefined } as const;
  const upkeep = createExpiryUpkeep({
    store,
    vault,
    roles: createRoles({ store, audit, clock }),
    mail: { isSetUp: true },
    registry: {
      modules: () => [{ manifest: calendar(), origin: "own", ...state }],
      invoke: () => Promise.reject(new Error("nothing is tried by a run")),
    },
    defaults: { locale: "en-CA", timeZone: "America/Toronto" },
    receive: (org, inbound) => store.queue.put(org, inbound, clock()),
    clock,
    log: silent,
  });
  const org = await orgOn(store, platform);
  const held = stack.move();
  return {
    look: () => upkeep.look(new AbortController().signal),
    /** How many notices there are, whoever wrote them down. */
    notices: async () => (await store.forOrg(org).credentialNotices.list()).length,
    [Symbol.asyncDispose]: () => held.disposeAsync(),
  };
}

const NO_DIGEST = Sha256.parse("0".repeat(64));

/** Waits until NEXUS knows when to look at every credential of an org. */
export async function lookedAfter(house: House, platform: Platform): Promise<void> {
  await using beside = await openBeside(house);
  const org = await orgOn(beside.store, platform);
  const { credentials, credentialChecks } = beside.store.forOrg(org);
  await vi.waitUntil(
    async () => (await credentialChecks.list()).length === (await credentials.list()).length,
    PATIENCE,
  );
}

/** Forgets what was said more than a week ago, as NEXUS does once an hour. */
export async function forgetTalk(house: House): Promise<void> {
  await using beside = await openBeside(house);
  await beside.store.queue.prune(new Date(house.now().getTime() - 7 * DAY), 1_000);
}

/** 08:30 in Toronto, in winter, on the next weekday. */
function nextWeekday(now: Date): number {
  const at = new Date(now);
  at.setUTCHours(13, 30, 0, 0);
  do at.setUTCDate(at.getUTCDate() + 1);
  while (at.getUTCDay() === 0 || at.getUTCDay() === 6);
  return at.getTime();
}

/** Opens the page behind a one-time link, goes on to Google, allows it there, and comes back. */
export async function consent(house: House, reply: Reply | string): Promise<void> {
  const url = typeof reply === "string" ? reply : linkOf(reply);
  const here = (address: string): string => address.replace(PUBLIC_URL, house.nexus.origin ?? "");
  const sent = await fetch(here(url), {
    method: "POST",
    headers: { "sec-fetch-site": "same-origin" },
    body: new URLSearchParams(),
    redirect: "manual",
  });
  const google = new URL(sent.headers.get("location") ?? "");
  const granted = await fetch(`${house.google.origin}${google.pathname}${google.search}`, { redirect: "manual" });
  const back = await fetch(here(granted.headers.get("location") ?? ""));
  if (!back.ok) throw new Error(await back.text());
}

/** Where the first link of a reply leads. */
export function linkOf(reply: Reply): string {
  const link = actionsOf(reply).find(({ type }) => type === "link");
  if (link?.type !== "link") throw new Error("there is no link");
  return link.url;
}

/** The one-time link among what a platform was sent. */
export function linkIn(drawn: unknown): string {
  const link = /https:\/\/nexus\.example\/connect\/[\w-]{43}/.exec(JSON.stringify(drawn))?.[0];
  if (link === undefined) throw new Error("there is no link");
  return link;
}

/** How often Google was asked for tokens. */
export function refreshes(house: House): number {
  return house.google.requests.filter(({ path }) => path === "/token").length;
}

/** Lets time pass to a moment, and, when Google is to be asked on the way, waits until it was. */
export async function passTo(house: House, at: string, asked = 0): Promise<void> {
  const before = refreshes(house);
  house.wait(Date.parse(at) - house.now().getTime());
  if (asked > 0) await vi.waitUntil(() => refreshes(house) >= before + asked, PATIENCE);
}

function calendar(): Manifest {
  const text = readFileSync(new URL("../../src/modules/calendar/manifest.json", import.meta.url), "utf8");
  return Manifest.parse(JSON.parse(text));
}

function calendarNeed() {
  const [need] = calendar().credentials;
  if (need === undefined) throw new Error("the calendar needs no credential any more");
  return need;
}
