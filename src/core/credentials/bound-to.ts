import type { CredentialNeed, Manifest } from "#core/contract/manifest.ts";
import type { BundleOrigin } from "#core/contract/sandbox.ts";

/**
 * For whom alone a secret is that a stranger's module asks for: that module, at the host and the token endpoint its
 * manifest named when the secret was entered. What is entered for a module of this release is for those alone. So neither
 * a name nor an update leads a secret to where nobody sent it.
 */
export function boundTo(source: {
  readonly manifest: Pick<Manifest, "name">;
  readonly need: CredentialNeed;
  readonly origin: BundleOrigin;
}): { bound?: string } {
  if (source.origin === "own") return {};
  const { host, oauth2 } = source.need;
  return { bound: [source.manifest.name, host, ...(oauth2 === undefined ? [] : [oauth2.tokenUrl])].join(" ") };
}
