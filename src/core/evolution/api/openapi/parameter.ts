/** A parameter whose place is known. */
export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header" | "cookie";
  readonly required: boolean;
  /** The parameter as the document has it, references followed. */
  readonly node: unknown;
}
