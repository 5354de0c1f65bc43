import type { CredentialNeed } from "#core/contract/manifest.ts";
import { ModuleName } from "#core/contract/ids.ts";
import { entries, isRecord, list, named, part, text } from "#core/evolution/api/look.ts";
import { wordsOf } from "#core/evolution/api/names.ts";
import { plainWords } from "#core/evolution/api/plain-words.ts";
import { hostOf, readServer } from "#core/evolution/api/servers.ts";
import { obtainUrl } from "./obtain-url.ts";
import { OperationRefused, type Reading } from "./reading.ts";

/** The credentials that the operations of one document were found to need. */
export interface Credentials {
  readonly all: readonly CredentialNeed[];
  /**
   * Names of those one operation needs: of the ways the document offers, the simplest that works.
   * @throws OperationRefused when none works
   */
  readonly of: (operation: unknown, server: string) => SignIn;
  /**
   * The name of one that the document only lists among the parameters; undefined where none may be.
   * @param place what the parameter is called, and where it goes
   */
  readonly among: (
    place: { readonly in: "header" | "query"; readonly name: string },
    server: string,
  ) => string | undefined;
}

/** What one operation needs to be let in. */
export interface SignIn {
  /** Names of credentials. */
  readonly names: readonly string[];
  /** What is asked of OAuth2, if that is how. */
  readonly scopes: readonly string[];
}

/** One way in of a scheme, without what depends on the host. */
interface Way {
  /** The smaller, the simpler. */
  readonly rank: number;
  readonly need: Omit<CredentialNeed, "name" | "host" | "obtainUrl">;
  readonly note?: string;
}

/** Collects the credentials of a document. A key in the address is the last choice, and is said as a repair. */
export function createCredentials(reading: Reading): Credentials {
  const needs = new Map<string, CredentialNeed>();
  const schemes = new Map(entries(part(reading.document, "components"), "securitySchemes"));
  const add = (scheme: string, server: string, way: Way): string => {
    const host = hostOf(server) ?? "";
    // A parameter may be called as a scheme is, and go elsewhere.
    const key = JSON.stringify([scheme, host, way.need.header, way.need.query]);
    const known = needs.get(key);
    if (known) return known.name;
    const name = nameFor(scheme, [...needs.values()]);
    needs.set(key, { ...way.need, name, host, obtainUrl: obtainUrl(reading.document, host) });
    if (way.note !== undefined) reading.repair("security.scheme", `/components/securitySchemes/${scheme}`, way.note);
    return name;
  };
  return {
    get all() {
      return [...needs.values()];
    },
    of(operation, server) {
      const wanted = part(operation, "security") ?? part(reading.document, "security");
      const offers = offersIn(wanted);
      if (offers.length === 0) return { names: [], scopes: [] };
      const ways = offers.map((names) => wayThrough({ reading, schemes, server }, names));
      const works = ways.filter((way) => "schemes" in way).sort((a, b) => a.rank - b.rank)[0];
      if (works) {
        const names = works.schemes.map(([scheme, way]) => add(scheme, server, way));
        return { names, scopes: works.schemes.flatMap(([scheme, way]) => scopesOf(wanted, scheme, way)) };
      }
      throw new OperationRefused(ways.map((way) => ("why" in way ? way.why : ""))[0] ?? "its credential is unknown");
    },
    among({ in: place, name }, server) {
      const title = plainWords(`Key for ${hostOf(server) ?? "the service"}`, 60);
      const way = keyWay({ in: place, name }, title);
      return typeof way === "string" ? undefined : add(name, server, way);
    },
  };
}

/** The ways in that a document offers, each with the schemes that are needed together. */
function offersIn(wanted: unknown): readonly (readonly string[])[] {
  if (isRecord(wanted)) return [Object.keys(wanted)];
  if (!Array.isArray(wanted)) return [];
  return wanted.map((one) => (typeof one === "string" ? [one] : named(one).map(([name]) => name)));
}

/** What an operation asks of OAuth2, of what the scheme knows; other schemes have no scopes. */
function scopesOf(wanted: unknown, scheme: string, { need }: Way): readonly string[] {
  if (!need.oauth2 || !Array.isArray(wanted)) return [];
  const asked = wanted.flatMap((one) => list(one, scheme)).filter((scope) => typeof scope === "string");
  return need.oauth2.scopes.filter((scope) => asked.includes(scope));
}

type Through =
  | { readonly rank: number; readonly schemes: readonly (readonly [string, Way])[] }
  | { readonly why: string };

interface Place {
  readonly reading: Reading;
  readonly schemes: ReadonlyMap<string, unknown>;
  readonly server: string;
}

function wayThrough(place: Place, names: readonly string[]): Through {
  const { reading, schemes } = place;
  const found: [string, Way][] = [];
  for (const name of names) {
    const scheme = reading.follow(schemes.get(name), "/components/securitySchemes");
    if (scheme === undefined) {
      reading.repair("security.undefined", "/security", `“${name}” is named but not described: it is asked without`);
      continue;
    }
    const way = wayOf(place, name, scheme);
    if (typeof way === "string") return { why: way };
    const same = found.find(([, other]) => headerOf(other) !== undefined && headerOf(other) === headerOf(way));
    if (same && same[1].need.prefix !== way.need.prefix) return { why: "it wants two credentials in one header" };
    // one token serves where two schemes ask for the same thing
    if (!same) found.push([name, way]);
  }
  return { rank: found.reduce((sum, [, way]) => sum + way.rank, 0), schemes: found };
}

function headerOf({ need }: Way): string | undefined {
  return need.header?.toLowerCase();
}

/** How a scheme is used, or why it cannot be. */
function wayOf({ reading, server }: Place, name: string, scheme: unknown): Way | string {
  const title = titleOf(reading.document, name, scheme);
  const type = text(scheme, "type")?.trim().toLowerCase();
  switch (type) {
    case "apikey":
      return keyWay(scheme, title);
    case "http":
      return httpWay(scheme, title);
    case "oauth2":
      return oauthWay(scheme, title, server);
    case "openidconnect":
      return bearer(title, 5, "its sign-in is OpenID Connect: a token is asked for instead");
    case "basic":
      return httpWay({ scheme: "basic" }, title);
    case "bearer":
      return httpWay({ scheme: "bearer" }, title);
    case "mutualtls":
      return "it wants a certificate of the caller's own";
    default:
      return `its way to sign in, “${plainWords(type ?? "none", 40)}”, is not one I know`;
  }
}

const bearer = (title: string, rank: number, note?: string): Way => ({
  rank,
  need: { title, kind: "api_key", header: "Authorization", prefix: "Bearer " },
  ...(note !== undefined && { note }),
});

function keyWay(scheme: unknown, title: string): Way | string {
  const place = text(scheme, "in")?.toLowerCase();
  const header = text(scheme, "name")?.trim() ?? "";
  if (place === "query") {
    if (!/^[A-Za-z0-9_-]{1,64}$/.test(header)) return `its key goes into the address as “${plainWords(header, 60)}”`;
    return { rank: 9, need: { title, kind: "api_key", query: header, queryOnly: true }, note: IN_ADDRESS };
  }
  if (place === "cookie") return "its key goes into a cookie, which modules do not have";
  if (place !== "header") return "it does not say where its key goes";
  if (!isCredentialHeader(header))
    return `its key goes into the header “${plainWords(header, 60)}”, which no module may set`;
  const says = text(scheme, "description") ?? "";
  const prefix = /^authorization$/i.test(header)
    ? /\b(Bearer|Token|Basic|ApiKey|Api-Key|Key|OAuth|GenieKey|Apikey)\s+[<{["'`$A-Za-z]/.exec(says)?.[1]
    : undefined;
  return { rank: 1, need: { title, kind: "api_key", header, ...(prefix !== undefined && { prefix: `${prefix} ` }) } };
}

const IN_ADDRESS = "its key goes into the address, where it would end up in logs";

/** Headers that say where a request goes, how it is sent or who sent it on: none of them is a credential. */
const NO_CREDENTIAL =
  /^(?:host|connection|content-.*|transfer-encoding|te|trailer|upgrade|via|forwarded|x-forwarded-.*|x-real-ip|expect|range|accept.*|origin|referer|cookie2?|keep-alive|proxy-.*|sec-.*|metadata.*|x-(?:aws|google|azure)-.*metadata.*|metadata-flavor)$/i;

/** Whether a credential may go into a header of that name. */
export function isCredentialHeader(header: string): boolean {
  return /^[A-Za-z0-9-]{1,64}$/.test(header) && !NO_CREDENTIAL.test(header);
}

function httpWay(scheme: unknown, title: string): Way | string {
  const how = text(scheme, "scheme")?.trim().toLowerCase();
  if (how === "bearer" || how === "jwt" || how === "token") return bearer(title, 1);
  if (how !== "basic") return `its way to sign in, “${plainWords(how ?? "none", 40)}”, is not one I know`;
  const said = plainWords(`${title.slice(0, 24).trim()}: Base64 of user:password`, 60);
  return { rank: 3, need: { title: said, kind: "api_key", header: "Authorization", prefix: "Basic " } };
}

function oauthWay(scheme: unknown, title: string, server: string): Way {
  const flow = part(part(scheme, "flows"), "authorizationCode");
  const scopes = named(part(flow, "scopes")).map(([scope]) => scope);
  const [authorizationUrl, tokenUrl] = [
    endpoint(text(flow, "authorizationUrl"), server),
    endpoint(text(flow, "tokenUrl"), server),
  ];
  if (authorizationUrl === undefined || tokenUrl === undefined || scopes.length === 0) {
    return bearer(title, 4, "its sign-in is OAuth2 in a way no person goes through: a token is asked for instead");
  }
  const oauth2 = { authorizationUrl, tokenUrl, scopes: scopes.slice(0, 50) };
  const need = { title, kind: "oauth2", header: "Authorization", prefix: "Bearer ", personal: true, oauth2 } as const;
  return { rank: 2, need };
}

function endpoint(address: string | undefined, server: string): string | undefined {
  if (address === undefined) return undefined;
  const full = URL.canParse(address, server) ? new URL(address, server) : undefined;
  // What leads into somebody's own network is no place where people sign in.
  return full?.protocol === "https:" && "server" in readServer(full.origin) && full.username === ""
    ? full.href
    : undefined;
}

function titleOf(document: unknown, name: string, scheme: unknown): string {
  const api = text(part(document, "info"), "title") ?? "";
  const what = plainWords(text(scheme, "x-displayName") ?? wordsOf(name).join(" "), 24);
  return plainWords(`${plainWords(api, 34)} ${what}`, 60) || "Key";
}

function nameFor(scheme: string, taken: readonly CredentialNeed[]): ModuleName {
  const words = wordsOf(scheme).join("-").slice(0, 32).replace(/-$/, "");
  const base = /^[a-z]/.test(words) ? words : words === "" ? "key" : `key-${words}`;
  let name = base;
  for (let count = 2; taken.some((need) => need.name === name); count += 1) name = `${base}-${count}`;
  return ModuleName.parse(name);
}
