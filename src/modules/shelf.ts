/** A module that comes with this release and is installed only where people approve it. */
export interface Shelved {
  readonly folder: URL;
  /** By a person, or by the builder from the vendor's API document. */
  readonly written: "hand" | "builder";
}

/** The modules of the release's own index. */
export const SHELF: readonly Shelved[] = [
  { folder: new URL("./shelf/exchange-rates/", import.meta.url), written: "hand" },
  { folder: new URL("./shelf/feeds/", import.meta.url), written: "hand" },
  { folder: new URL("./shelf/github/", import.meta.url), written: "hand" },
  { folder: new URL("./shelf/gitlab/", import.meta.url), written: "hand" },
  { folder: new URL("./shelf/hacker-news/", import.meta.url), written: "hand" },
  { folder: new URL("./shelf/holidays/", import.meta.url), written: "hand" },
  { folder: new URL("./shelf/jira/", import.meta.url), written: "hand" },
  { folder: new URL("./shelf/open-meteo/", import.meta.url), written: "hand" },
  { folder: new URL("./shelf/packages/", import.meta.url), written: "hand" },
  { folder: new URL("./shelf/pagerduty/", import.meta.url), written: "hand" },
  { folder: new URL("./shelf/statuspage/", import.meta.url), written: "hand" },
  { folder: new URL("./shelf/wikipedia/", import.meta.url), written: "hand" },
];
