import { part, text } from "#core/evolution/api/look.ts";
import { ownerOf } from "#core/evolution/api/servers.ts";

/** Where a person may get a credential: a page the document names, if it belongs to the service, else the service's own. */
export function obtainUrl(document: unknown, host: string): string {
  const info = part(document, "info");
  const named = [
    text(part(document, "externalDocs"), "url"),
    text(part(info, "contact"), "url"),
    text(info, "termsOfService"),
  ];
  const page = named.find((address) => address !== undefined && isOwn(address, host));
  return page === undefined ? `https://${host}/` : new URL(page).href;
}

function isOwn(address: string, host: string): boolean {
  if (address.length > 500 || !URL.canParse(address)) return false;
  const { protocol, hostname, username } = new URL(address);
  return protocol === "https:" && username === "" && ownerOf(hostname) === ownerOf(host);
}
