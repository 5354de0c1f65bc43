/** What came, in words. All of it is a stranger's text still: whoever shows it makes it harmless. */
export interface HookWords {
  readonly title: string;
  readonly facts: readonly { readonly label: string; readonly value: string }[];
  /** Where more is. */
  readonly url?: string;
}
