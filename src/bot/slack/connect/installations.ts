/** What NEXUS holds of one workspace that has installed it. */
export interface Installation {
  readonly token: string;
  readonly botUserId: string;
  readonly scopes: readonly string[];
  /** The workspace, when the token is its organisation's and each call has to say which one it is for. */
  readonly teamId?: string;
}

/** The workspaces that have installed NEXUS. */
export interface Installations {
  /**
   * The workspace's installation, its token fresh.
   * @throws NexusError upstream_unavailable when there is none, or its token cannot be had now
   */
  find(tenantId: string): Promise<Installation>;
}
