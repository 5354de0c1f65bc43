/** One entry of a calendar, as the answers need it. Of the people in it, only their number is known here. */
export interface Meeting {
  readonly title: string;
  readonly kind: "meeting" | "focus" | "away";
  readonly when: Timed | AllDay;
  /** Not firmly agreed, by the organiser or by the asker. */
  readonly tentative: boolean;
  /** A room, an address or the name of a video service; empty when none is given. */
  readonly place: string;
  /** Invited persons, the asker included; 0 when nobody was invited. */
  readonly people: number;
  /** A day of note that people work on, at least in parts of the country. */
  readonly isWorkingDay?: true;
}

export interface Timed {
  readonly type: "timed";
  readonly start: Date;
  readonly end: Date;
}

/** Whole days, the same wherever one is: `firstDay` to `lastDay`, both included, `YYYY-MM-DD`. */
export interface AllDay {
  readonly type: "allDay";
  readonly firstDay: string;
  readonly lastDay: string;
}

export type TimedMeeting = Meeting & { readonly when: Timed };
export type AllDayMeeting = Meeting & { readonly when: AllDay };

/** Whether an entry has a time of day. */
export function isTimed(meeting: Meeting): meeting is TimedMeeting {
  return meeting.when.type === "timed";
}

/** Whether an entry is for whole days. */
export function isAllDay(meeting: Meeting): meeting is AllDayMeeting {
  return meeting.when.type === "allDay";
}

/** A stretch of time that is taken. */
export interface Busy {
  readonly start: Date;
  readonly end: Date;
}
