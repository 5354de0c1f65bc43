/** The time, as an argument. Tests hand in their own. */
export type Clock = () => Date;

/** The log, as rooms see it: a constant sentence and fields. pino fits it. */
export interface Log {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}
