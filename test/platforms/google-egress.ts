import { once } from "node:events";
import { connect } from "node:net";
import type { Egress } from "#core/contract/sandbox.ts";
import { createEgress } from "#sandbox/egress/egress.ts";

/** The real broker, with every host name leading to a Google on loopback, without TLS. */
export function egressToGoogle(google: { readonly origin: string }): Egress {
  const port = Number(new URL(google.origin).port);
  const silent = (): void => {};
  return createEgress({
    log: { debug: silent, info: silent, warn: silent, error: silent },
    lookup: () => Promise.resolve(["127.0.0.1"]),
    allowAddress: (address) => address === "127.0.0.1",
    async connect({ address }) {
      const socket = connect(port, address);
      await once(socket, "connect");
      return socket;
    },
  });
}
