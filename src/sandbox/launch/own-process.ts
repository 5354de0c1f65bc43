import { readFileSync } from "node:fs";

/** Devices that the kernel puts into every network, down and without an address, when its tunnel modules are loaded. */
const IDLE_TUNNELS = /^(?:tunl0|sit0|ip6tnl0|gre0|gretap0|erspan0|ip6gre0|ip_vti0|ip6_vti0)$/;

/** Whether this very process has no network but itself, as in a container without one. Devices that are down count. */
export function hasOnlyLoopback(devices = readProc("net/dev")): boolean {
  if (devices === "") return false;
  // Two lines of headings, then `name: figures`.
  const names = devices
    .split("\n")
    .slice(2)
    .map((line) => line.split(":", 1)[0]?.trim() ?? "");
  return names.every((name) => name === "" || name === "lo" || IDLE_TUNNELS.test(name));
}

/** Whether this process holds no capability and can get none, and so whatever it starts. */
export function isAlreadyWithoutPrivileges(status = readProc("status")): boolean {
  return /^NoNewPrivs:\s+1$/m.test(status) && /^CapPrm:\s+0+$/m.test(status) && /^CapEff:\s+0+$/m.test(status);
}

function readProc(file: string): string {
  try {
    return readFileSync(`/proc/self/${file}`, "latin1");
  } catch {
    return "";
  }
}
