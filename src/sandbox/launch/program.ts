/** What a fenced process runs: an engine, or the inspector. */
export interface Program {
  readonly name: string;
  /** JavaScript of an ES module, handed over as text: the process need not read it. */
  readonly script: string;
  /** What the script finds as `process.argv[1]` and on. */
  readonly args: readonly string[];
  /** Folders (ending with a separator) and files it may read: its libraries, and nothing else. */
  readonly readable: readonly string[];
  /** Whether it loads a native addon. */
  readonly addons: boolean;
  /** Whether it needs V8's compiler: WebAssembly does not exist without. */
  readonly compiler: boolean;
  /** Flags of Node for this program alone. */
  readonly nodeFlags: readonly string[];
}
