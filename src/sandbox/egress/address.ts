import ipaddr from "ipaddr.js";

/**
 * Ranges that ipaddr.js calls ordinary unicast and that still lead somewhere other than to the public internet, or wrap
 * an address that does. IANA special-purpose registries, IPv4 and IPv6.
 */
const ALSO_PRIVATE = [
  "192.31.196.0/24",
  "192.52.193.0/24",
  "192.88.99.0/24",
  "192.175.48.0/24",
  "::/96",
  "64:ff9b:1::/48",
  "2001::/23",
  "3fff::/20",
  "5f00::/16",
  "fec0::/10",
].map((range) => ipaddr.parseCIDR(range));

/** Whether an IP address is one of the public internet: not of this machine, its network, its cloud or a tunnel. */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address) || address.includes("%")) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  return !ALSO_PRIVATE.some((range) => range[0].kind() === parsed.kind() && parsed.match(range));
}
