import { NexusError } from "#core/contract/errors.ts";
import { type ApiMaterial, MAX_DOCUMENT } from "./api-material.ts";
import { isCurl } from "./exchange/read-curl.ts";
import { cleanAnswer, withoutSecrets } from "./exchange/without-secrets.ts";
import { looksLike } from "./looks-like.ts";

/**
 * What somebody handed in, as material: an OpenAPI document, a curl command, or, with the address it belongs to, what
 * a GraphQL endpoint or an MCP server answered. Secrets of a curl command are gone from it.
 * @param server the address of the service, if somebody named it
 * @throws NexusError document_unreadable when it is something else
 */
export function materialOf(name: string, text: string, server?: string): ApiMaterial {
  if (text.length > MAX_DOCUMENT) {
    throw new NexusError("document_unfit", "a handed-in document is too large", {
      say: "That document is refused. It is larger than 20 MB.",
    });
  }
  if (isCurl(text)) return exchangeOf(text);
  const kind = looksLike(text);
  if (kind === "graphql") return { kind, url: addressFor(server, "GraphQL schema"), text };
  if (kind === "mcp") return { kind, url: addressFor(server, "list of tools"), text };
  if (/\.(?:graphql|gql|proto|wsdl|raml|pdf|zip)$/i.test(name)) {
    throw new NexusError("document_unreadable", "a handed-in file of another kind", {
      say: "That file is of a kind I do not read. I read OpenAPI as JSON or YAML.",
    });
  }
  return { kind: "openapi", text, ...(server !== undefined && { server }) };
}

/** One request that somebody typed with curl, and perhaps what was answered, as material. Its secrets are gone. */
export function exchangeOf(curl: string, answer?: string): ApiMaterial {
  return { kind: "exchange", curl: withoutSecrets(curl), ...(answer !== undefined && { answer: cleanAnswer(answer) }) };
}

function addressFor(server: string | undefined, what: string): string {
  if (server !== undefined) return server;
  throw new NexusError("document_unreadable", "a handed-in answer without its address", {
    say: `That is a ${what}, which does not say where its service is.`,
    hint: "Give the address of the endpoint itself: I ask it.",
  });
}
