import { ownerOf } from "./servers.ts";

/** Where services usually keep their description. */
const USUAL = [
  "/openapi.json",
  "/openapi.yaml",
  "/swagger.json",
  "/v3/api-docs",
  "/api-docs",
  "/swagger/v1/swagger.json",
  "/api/openapi.json",
] as const;
const MAX_LINKS = 6;

/** Addresses of API descriptions that a page links or shows, those of its own service only. */
export function linkedDescriptions(html: string, page: string): string[] {
  const found = [...html.slice(0, 2_000_000).matchAll(LINK)].map((match) => match[1] ?? match[2] ?? "");
  return own(found, page).slice(0, MAX_LINKS);
}

/** Addresses at which a service may describe itself, below where somebody pointed and at its root. */
export function usualDescriptions(page: string): string[] {
  const { pathname } = new URL(page);
  const below = pathname.replace(/[^/]*$/, "").replace(/\/$/, "");
  const near = below === "" ? [] : [`${below}/openapi.json`, `${below}/swagger.json`];
  return own([...near, ...USUAL], page);
}

/** What looks like a description's address in an attribute or a script of a page. */
const LINK =
  /["'(]([^"'()<>\s]{1,500}\.(?:json|ya?ml)(?:\?[^"'()<>\s]{0,200})?)["')]|["']([^"'<>\s]{1,300}\/api-docs[^"'<>\s]{0,100})["']/gi;
const LIKELY = /openapi|swagger|api-docs|apidocs|(?:^|[/._-])spec\b/i;

function own(addresses: readonly string[], page: string): string[] {
  const owner = ownerOf(new URL(page).hostname);
  const found = addresses
    .filter((address) => LIKELY.test(address) && URL.canParse(address, page))
    .map((address) => new URL(address.replaceAll("&amp;", "&"), page))
    .filter((url) => url.protocol === "https:" && ownerOf(url.hostname) === owner && url.username === "");
  return [...new Set(found.map((url) => url.href))].filter((address) => address !== page);
}
