import { z } from "zod";
import { CapabilityName, ModuleName } from "#core/contract/ids.ts";
import type { Conversation } from "#core/contract/message.ts";
import type { OrchestratorDeps, Scene } from "#core/orchestrator/scene.ts";
import type { HolidayDays } from "#core/store/store.ts";
import { lookAt } from "./watch-run.ts";

/** What a look at a calendar brought. */
export type ReadCalendar =
  | { readonly is: "read"; readonly days: HolidayDays }
  | {
      readonly is: "failed";
      /** As `failingText` says it. */
      readonly why: string;
      /** Nothing but its person can mend it. */
      readonly isTheirs: boolean;
    };

const MODULE = ModuleName.parse("calendar");
const CAPABILITY = CapabilityName.parse("range");
/** The days of today and of so many after it: as many as the module reads at once. */
const DAYS_AHEAD = 90;
const DAY_MS = 24 * 60 * 60_000;

/** What the calendar module says of a calendar that was named by its address. */
const Answer = z.object({ wholeDays: z.array(z.object({ day: z.iso.date(), name: z.string() })).max(500) });

/**
 * Reads the whole days of a calendar with the account, and by the rights, of whoever the scene is of.
 * @param place where the schedule posts: what is switched off there is not used for it
 */
export async function readCalendar(
  deps: OrchestratorDeps,
  scene: Scene,
  address: string,
  place: Conversation,
): Promise<ReadCalendar> {
  const day = (ahead: number): string => new Date(scene.now.getTime() + ahead * DAY_MS).toISOString().slice(0, 10);
  const input = { calendar: address, days: { from: day(-1), to: day(DAYS_AHEAD) } };
  const look = await lookAt(deps, scene, { module: MODULE, capability: CAPABILITY, input }, place);
  if (look.is === "away") return { is: "failed", why: "module_off", isTheirs: false };
  if (look.is === "refused") return { is: "failed", why: "not_allowed", isTheirs: true };
  const { result } = look;
  if (!result.ok) return { is: "failed", why: result.code, isTheirs: THEIRS.has(result.code) };
  // A sample is nobody's calendar.
  if (result.sample) return { is: "failed", why: "credential_missing", isTheirs: true };
  // The last known days are kept already, with when they were read.
  if (result.stale) return { is: "failed", why: "upstream_unavailable", isTheirs: false };
  const { wholeDays } = Answer.parse(result.data);
  return { is: "read", days: Object.fromEntries(wholeDays.map(({ day: at, name }) => [at, name])) };
}

const THEIRS: ReadonlySet<string> = new Set(["credential_missing", "credential_rejected", "not_found", "slot_invalid"]);
