/** Something NEXUS does by itself, again and again. */
export interface Job {
  /** As `run job …` names it. */
  readonly name: string;
  /** What it does, as it follows “NEXUS …”: `copies all data to a backup`. */
  readonly what: string;
  /** After so long, or at a time of the day by the clock of this NEXUS: `03:40`. */
  readonly every: { readonly ms: number } | { readonly at: string };
  /** It is done at each start besides. */
  readonly atStart?: true;
  /** How long it may take; ms. Until then nobody else takes it up. */
  readonly mostMs: number;
  /** @returns what came of it, in numbers: it is read by people of every org */
  run(signal: AbortSignal): Promise<string>;
}

/** A job as people see it. */
export interface JobView {
  readonly name: string;
  readonly what: string;
  readonly nextAt: Date;
  readonly isRunning: boolean;
  readonly last?: {
    readonly startedAt: Date;
    readonly endedAt: Date;
    readonly outcome: "done" | "failed";
    readonly result: string;
  };
  /** How many runs in a row have failed. */
  readonly failures: number;
}
