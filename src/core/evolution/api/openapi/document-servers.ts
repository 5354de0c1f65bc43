import { entries, list, part, text } from "#core/evolution/api/look.ts";
import { OperationRefused, type Reading } from "./reading.ts";
import { hostOf, ownerOf, readServer } from "#core/evolution/api/servers.ts";

/** Where a document came from, and what somebody said of its service. */
export interface Origin {
  /** The address of the document. */
  readonly url?: string;
  /** The address of the service, which counts more than what the document says. */
  readonly server?: string;
}

/**
 * The address that an operation is asked at: of the servers it names, then its path, then the document, the first
 * that can be reached. A relative one is relative to where the document came from.
 * @param places of the document, from the nearest; each may hold `servers`
 * @throws OperationRefused when none can be reached
 */
export function serverOf(reading: Reading, origin: Origin, places: readonly unknown[]): string {
  if (origin.server !== undefined) return usable(reading, [{ url: origin.server }], origin).server;
  const why: string[] = [];
  for (const place of places) {
    const servers = list(place, "servers");
    if (servers.length === 0) continue;
    const found = usable(reading, servers, origin);
    if (found.server !== "") return found.server;
    why.push(...found.why);
  }
  const known = knownHost(reading.document);
  if (why.length === 0) why.push("the document names no server");
  if (known !== undefined && why.every((reason) => /names no (?:host|server)$/.test(reason))) {
    return fromKnown(reading, places, known);
  }
  throw new OperationRefused(`${why[0] ?? ""}: say the address of the service to build for it`);
}

function usable(
  reading: Reading,
  servers: readonly unknown[],
  origin: Origin,
): { readonly server: string; readonly why: readonly string[] } {
  const why: string[] = [];
  const written = servers.map((server) => filled(reading, server)).filter((server) => server !== undefined);
  for (const address of written) {
    const found = readServer(address, origin.url);
    if ("why" in found) {
      why.push(found.why);
      continue;
    }
    const isOffered = written.some((other) => other.replace(/\/$/, "") === found.server);
    for (const { rule, what } of found.notes) {
      if (rule !== "server.http" || !isOffered) reading.repair(rule, "/servers", what);
    }
    noteElsewhere(reading, origin, found.server);
    return { server: found.server, why };
  }
  if (origin.server !== undefined) throw new OperationRefused(why[0] ?? "the address given for it is none");
  return { server: "", why };
}

/** The address of a server with its variables filled by what the document says they usually are. */
function filled(reading: Reading, server: unknown): string | undefined {
  const written = typeof server === "string" ? server : text(server, "url");
  if (written === undefined) return undefined;
  const variables = new Map(entries(server, "variables"));
  return written
    .trim()
    .slice(0, 2_000)
    .replaceAll(/\{([^{}]{1,80})\}/g, (whole, name: string) => {
      const value = part(variables.get(name), "default") ?? list(variables.get(name), "enum")[0];
      if (typeof value !== "string" && typeof value !== "number") return whole;
      reading.repair("server.variable", "/servers", `the variable ${name} of its server is taken as ${value}`);
      return String(value);
    });
}

function noteElsewhere(reading: Reading, { url, server }: Origin, found: string): void {
  const [own, its] = [url === undefined ? undefined : hostOf(url), hostOf(found)];
  if (own === undefined || its === undefined || server !== undefined || ownerOf(own) === ownerOf(its)) return;
  reading.repair("server.elsewhere", "/servers", `the document came from ${own}, and its service is at ${its}`);
}

/** The host of a document that only says paths, if a catalogue noted where it had it from. */
function knownHost(document: unknown): string | undefined {
  const info = part(document, "info");
  const origins = list(info, "x-origin").map((one) => text(one, "url"));
  return [text(info, "x-providerName"), ...origins.map((one) => (one === undefined ? one : hostOf(one)))].find(
    (host) => host !== undefined && "server" in readServer(`https://${host}`),
  );
}

function fromKnown(reading: Reading, places: readonly unknown[], host: string): string {
  const server = places.flatMap((place) => list(place, "servers"))[0];
  const found = readServer((server === undefined ? undefined : filled(reading, server)) ?? "/", `https://${host}`);
  if ("why" in found) throw new OperationRefused(found.why);
  reading.repair("server.missing", "/servers", `the document names no host: ${host} is taken, which is named in it`);
  return found.server;
}
