/** One thing `doctor` looked at. */
export interface Finding {
  readonly state: "ok" | "warn" | "fail";
  readonly name: string;
  readonly detail: string;
  /** What to do about it. */
  readonly fix?: string;
}
