import type { buildConnector } from "undici";

/** Counts what really comes over a connection: headers, chunk marks and junk are no part of the body that others count. */
export interface WireCap {
  watch(connector: buildConnector.connector): buildConnector.connector;
  /** Whether the connection was ended for what came over it. */
  isExceeded(): boolean;
}

/** Small chunks cost several times their content in marks around them. */
const SHARE = 4;
const ALLOWANCE_BYTES = 262_144;
/** Node counts by itself; we look this often. */
const LOOK_MS = 20;

/** Ends connections over which far more comes than an answer of `maxBytes` can need. */
export function createWireCap(maxBytes: number): WireCap {
  const limit = SHARE * maxBytes + ALLOWANCE_BYTES;
  let exceeded = false;
  return {
    watch: (connector) => (options, callback) =>
      connector(options, (...[error, socket]) => {
        if (error !== null) return callback(error, null);
        const look = setInterval(() => {
          if (socket.bytesRead <= limit) return;
          exceeded = true;
          socket.destroy();
        }, LOOK_MS);
        socket.once("close", () => clearInterval(look));
        callback(null, socket);
      }),
    isExceeded: () => exceeded,
  };
}
