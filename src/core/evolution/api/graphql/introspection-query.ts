import { getIntrospectionQuery } from "graphql";

/** What a GraphQL endpoint is asked to learn what it can do. */
export function introspectionQuery(): string {
  // no more than every server understands
  return getIntrospectionQuery({ descriptions: true, inputValueDeprecation: false, specifiedByUrl: false });
}
