import type { Role } from "#core/contract/gate.ts";
import type { Effect } from "#core/contract/manifest.ts";
import type { QuotaPeriod } from "#core/contract/quota.ts";
import type { Tier } from "#core/contract/tier-config.ts";
import type { Command } from "#core/orchestrator/command.ts";
import type { HookChangeWish } from "./wish-hook-changes.ts";
import type { HookWish } from "./wish-hooks.ts";
import type { QuietWish } from "./wish-quiet.ts";
import type { ScheduleWish } from "./wish-schedules.ts";
import type { WatchChangeWish } from "./wish-watch-changes.ts";
import type { WishPlace } from "./wish-words.ts";

/** What a sentence wants set up otherwise. Names are as they were typed. */
export type Wish =
  | { readonly wish: "command"; readonly command: Command }
  | { readonly wish: "approvers" }
  | { readonly wish: "connect"; readonly source: string }
  | {
      readonly wish: "modules";
      readonly do: "add" | "remove" | "only";
      readonly names: readonly string[];
      readonly place: WishPlace;
    }
  | { readonly wish: "all_modules"; readonly place: WishPlace }
  | { readonly wish: "grant"; readonly name: string; readonly least: Role }
  | { readonly wish: "effects"; readonly name: string; readonly effects: readonly Effect[] }
  | { readonly wish: "inside"; readonly isOn: boolean; readonly place: WishPlace }
  | { readonly wish: "cloud"; readonly isOn: boolean; readonly place: WishPlace | undefined }
  | { readonly wish: "highest"; readonly tier: Tier; readonly place: WishPlace | undefined }
  | {
      readonly wish: "limit";
      readonly on: string;
      readonly period: QuotaPeriod | undefined;
      readonly units: number | "off";
    }
  | { readonly wish: "zone"; readonly zone: string }
  | { readonly wish: "locale"; readonly of: string }
  | { readonly wish: "language"; readonly language: string }
  | WatchWish
  | WatchChangeWish
  | HookWish
  | HookChangeWish
  | QuietWish
  | ScheduleWish
  | ReminderWish;

/** A wish to be told when something is so. */
export interface WatchWish {
  readonly wish: "watch";
  /** What must be so, as it was said. */
  readonly clause: string;
  readonly often: "once" | "whenever";
  /** The whole sentence: where nothing here could tell, it may want to be reminded by the clock. */
  readonly said: string;
}

/** A wish to be reminded. Times are read later, by the asker's clock. */
export type ReminderWish =
  /** Of something, at a time that is somewhere in the words; or of nothing yet. */
  | { readonly wish: "remind"; readonly rest: string }
  /** Of the meetings of a day, so long before each; only of the next one, where that was said. */
  | { readonly wish: "remind_meetings"; readonly day: string; readonly leadMinutes: number; readonly next: boolean };

/** What there is here, so that “turn off the lights here” is no wish of ours. */
export interface Known {
  readonly isModule: (name: string) => boolean;
  readonly isSource: (name: string) => boolean;
}
