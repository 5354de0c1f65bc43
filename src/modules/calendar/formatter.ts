const known = new Map<string, Intl.DateTimeFormat>();
/** More than there are zones; beyond it someone sends made-up locales, and all is forgotten. */
const MAX_KNOWN = 1_000;

/** A formatter for dates and times. Making one takes fifty times as long as using it, so each is made once. */
export function formatter(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  const made = known.get(key) ?? new Intl.DateTimeFormat(locale, options);
  if (known.size >= MAX_KNOWN) known.clear();
  known.set(key, made);
  return made;
}
