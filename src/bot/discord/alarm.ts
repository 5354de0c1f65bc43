/** Resolves after a while, once; disposed before, it never does. */
export interface Alarm extends Disposable {
  readonly rings: Promise<undefined>;
}

/** Sets an alarm. It keeps no process alive. */
export function setAlarm(ms: number): Alarm {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => resolve(undefined), ms).unref();
  return { rings: promise, [Symbol.dispose]: () => clearTimeout(timer) };
}
