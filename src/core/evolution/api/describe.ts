import type { ApiDescription } from "./api-description.ts";
import type { ApiMaterial } from "./api-material.ts";
import { describeExchange } from "./exchange/describe-exchange.ts";
import { describeGraphql } from "./graphql/describe-graphql.ts";
import { describeMcp } from "./mcp/describe-mcp.ts";
import { describeOpenapi } from "./openapi/describe-openapi.ts";

/**
 * What a module can be written for, from whatever described it: the same material gives the same description. Nothing
 * is fetched, and nothing in it is believed. It may take seconds on a hostile document: see `describeApart`.
 * @throws NexusError document_unreadable when it is no description, document_unfit when nothing of it can be served
 */
export function describe(material: ApiMaterial): ApiDescription {
  switch (material.kind) {
    case "openapi":
      return describeOpenapi(material.text, material);
    case "graphql":
      return describeGraphql(material.text, material.url);
    case "mcp":
      return describeMcp(material.text, material.url);
    case "exchange":
      return describeExchange(material.curl, material.answer);
    default:
      return material satisfies never;
  }
}
