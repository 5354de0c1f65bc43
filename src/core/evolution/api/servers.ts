import { NexusError } from "#core/contract/errors.ts";
import type { ApiRepair } from "./api-description.ts";
import { plainWords } from "./plain-words.ts";

/** An address of an API that a module may be written for, or why it may not. */
export type ServerReading =
  | { readonly server: string; readonly notes: readonly { readonly rule: string; readonly what: string }[] }
  | { readonly why: string };

/**
 * The address of a service as a module reaches it: https, a public host by name, a plain path, nothing else.
 * @param base what a relative address is relative to, if anything is known
 */
export function readServer(address: string, base?: string): ServerReading {
  const notes: { rule: string; what: string }[] = [];
  const isAbsolute = /^[a-z][a-z0-9+.-]*:/i.test(address.trim());
  const shown = `“${plainWords(address, 120)}”`;
  if (/[{}]/.test(address)) return { why: `its server ${shown} leaves a part of its name open` };
  const full = isAbsolute || address.trim().startsWith("//") ? address.trim() : resolve(address.trim(), base);
  if (full === undefined) return { why: `its server ${shown} names no host` };
  if (/%|\\|\/\.{1,2}(?:\/|$)/.test(full.replace(/^[a-z]+:/i, ""))) {
    return { why: `the path of its server ${shown} is not plain` };
  }
  const url = parse(full.startsWith("//") ? `https:${full}` : full);
  if (url === undefined) return { why: `its server ${shown} is no address` };
  const why = unreachable(url);
  if (why !== undefined) return { why: `its server ${shown} ${why}` };
  if (!isAbsolute) notes.push({ rule: "server.relative", what: `its server ${shown} is read as ${url.origin}` });
  if (url.protocol === "http:") {
    notes.push({ rule: "server.http", what: `its server ${shown} is asked over https, never unencrypted` });
  }
  if (url.search !== "" || url.hash !== "") {
    notes.push({ rule: "server.query", what: `what follows the path of its server ${shown} is left out` });
  }
  const path = url.pathname.replaceAll(/\/{2,}/g, "/").replace(/\/$/, "");
  return { server: `https://${url.hostname}${path}`, notes };
}

/**
 * The address of an endpoint that is asked at one path, as server and path.
 * @throws NexusError document_unfit when no module may reach it
 */
export function splitAddress(url: string): {
  readonly server: string;
  readonly path: string;
  readonly repairs: readonly ApiRepair[];
} {
  const found = readServer(url);
  if ("why" in found) {
    throw new NexusError("document_unfit", "the endpoint cannot be reached by a module", {
      say: `No module can be made for that address: ${found.why}.`,
    });
  }
  const { origin } = new URL(found.server);
  const path = found.server.slice(origin.length) || "/";
  // a path that ends with a slash is another path
  const whole = path !== "/" && new URL(url).pathname.endsWith("/") ? `${path}/` : path;
  return { server: origin, path: whole, repairs: found.notes.map((note) => ({ ...note, at: "/" })) };
}

/** The part of a host's name that one owner has, near enough: its last two labels, three below such as `co.uk`. */
export function ownerOf(host: string): string {
  const labels = host.split(".");
  const isShort = (labels.at(-2) ?? "").length <= 3 && (labels.at(-1) ?? "").length === 2;
  return labels.slice(isShort ? -3 : -2).join(".");
}

/** The host of an address; undefined when it is none. */
export function hostOf(address: string): string | undefined {
  return parse(address)?.hostname;
}

function resolve(address: string, base: string | undefined): string | undefined {
  if (base === undefined) return undefined;
  try {
    return new URL(address === "" ? "/" : address, base).href;
  } catch {
    return undefined;
  }
}

function parse(address: string): URL | undefined {
  return URL.canParse(address) ? new URL(address) : undefined;
}

/** As the schema of manifests has it. */
const HOST_NAME = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/;
/** Names that lead to this machine or its neighbours, never to a service. */
const LOCAL =
  /(?:^|\.)(?:localhost|localdomain|local|internal|intranet|corp|private|home|lan|arpa|onion|test|invalid|svc)$/;

function unreachable(url: URL): string | undefined {
  if (url.protocol !== "https:" && url.protocol !== "http:") return "is not reached over https";
  if (url.username !== "" || url.password !== "") return "carries a user name or a password";
  if (LOCAL.test(url.hostname)) return "is in somebody's own network";
  if (!HOST_NAME.test(url.hostname) || url.hostname.length > 253) return "is no public host by name";
  const isUsual = url.port === "" || (url.protocol === "http:" ? url.port === "80" : url.port === "443");
  return isUsual ? undefined : `wants the port ${url.port}, and modules only use 443`;
}
