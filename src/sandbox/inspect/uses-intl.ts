import type { CodeFile } from "./code-file.ts";

/** Methods that answer from the engine's own data of languages. */
const LOCALE_METHOD = /^(?:toLocale\w*|localeCompare)$/;

/** Whether a file counts on data of languages and zones, which QuickJS does not have. */
export function usesLocaleData({ scopes, tree }: CodeFile): boolean {
  return (
    scopes.globals.some(({ name }) => name === "Intl") ||
    tree.nodes.some(
      (node) =>
        node.type === "MemberExpression" &&
        !node.computed &&
        node.property.type === "Identifier" &&
        LOCALE_METHOD.test(node.property.name),
    )
  );
}
