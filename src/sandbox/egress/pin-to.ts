import { isIP, type LookupFunction } from "node:net";

/**
 * A resolver that knows only the addresses that were checked. All of them: Node tries the next when one does not answer,
 * as on a machine without IPv6.
 */
export function pinTo(addresses: readonly [string, ...string[]]): LookupFunction {
  const [first] = addresses;
  return (_host, { all }, callback) => {
    if (all === true)
      callback(
        null,
        addresses.map((address) => ({ address, family: isIP(address) })),
      );
    else callback(null, first, isIP(first));
  };
}
