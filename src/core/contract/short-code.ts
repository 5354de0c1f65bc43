/** No two of these look or sound alike enough to be mistaken: neither 0 and O, 1, I and L, 2 and Z, 5 and S, nor 8 and B. */
const LETTERS = "34679ACDEFGHJKMNPQRTUWXY";
const LENGTH = 4;
const CODE = new RegExp(`^[${LETTERS}]{${LENGTH}}$`);

/** A short name for something people speak about, to be read out and typed: `7F3K`. One in 331,776, so it is not a secret. */
export function newCode(randomBytes: (size: number) => Uint8Array): string {
  let code = "";
  while (code.length < LENGTH) {
    for (const byte of randomBytes(LENGTH)) {
      // Above the largest multiple of the alphabet, a byte would favour its first letters.
      if (byte < 240 && code.length < LENGTH) code += LETTERS.charAt(byte % LETTERS.length);
    }
  }
  return code;
}

/** The code a person typed, as codes are written; undefined when it has letters that no code has. */
export function readCode(text: string): string | undefined {
  const code = text.toUpperCase();
  return CODE.test(code) ? code : undefined;
}
