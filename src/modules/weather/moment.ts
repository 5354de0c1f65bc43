/** Weather at one moment, in metric units. */
export interface Moment {
  readonly atMs: number;
  readonly celsius: number;
  readonly feelsCelsius: number;
  readonly lowCelsius: number;
  readonly highCelsius: number;
  readonly humidity: number;
  readonly windMs: number;
  readonly windDeg: number;
  /** https://openweathermap.org/weather-conditions */
  readonly code: number;
  /** Chance of rain or snow, 0 to 1. */
  readonly wet: number;
}

/** The moments ahead, three hours apart. */
export interface Outlook {
  readonly moments: readonly Moment[];
  /** The place's offset from UTC, in seconds. */
  readonly offsetS: number;
}
