/** A text as rules compare it: capitals, letters and digits only. */
export function normalise(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{Mn}/gu, "")
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** The merchant in a description, without what the bank puts before it and the branch and city that follow. */
export function merchantOf(text: string): string {
  const bare = text
    .replace(/\s+/g, " ")
    .replace(
      /^(?:point of sale - (?:interac|visa debit|international) )?(?:visa debit )?retail purchase (?:\d{6,} )?/i,
      "",
    )
    .replace(/^electronic funds transfer (?:preauthorized debit |pay )?/i, "")
    .replace(/^internet banking (?:internet bill pay |e-transfer |internet transfer )?\d*\s*/i, "")
    .replace(/^branch transaction /i, "")
    .replace(/\b(?:sq|tst|paypal|pp|sp)\s?\*\s?/i, "")
    .replace(/\s+(?:#\s?\d+|\d{3,}).*$/, "")
    .replace(/\*.*$/, "")
    .replace(/\s+\S+,? (?:AB|BC|MB|NB|NL|NS|NT|NU|ON|PE|QC|SK|YT)$/, "")
    .trim();
  return (bare === "" ? text.trim() : bare).slice(0, 60);
}
