/** Text no longer than `max`, its end marked with “…”. Only for what is said in full elsewhere. */
export function clipText(text: string, max: number): string {
  return text.length <= max ? text : `${text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
