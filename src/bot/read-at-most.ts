import { NexusError } from "#core/contract/errors.ts";

/** The bytes of a file as they come in. @throws NexusError file_too_large as soon as there are more than `maxBytes` */
export async function readAtMost(
  body: AsyncIterable<Uint8Array> | null,
  maxBytes: number,
  name: string,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body ?? []) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) throw fileTooLarge(name, maxBytes);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, bytes);
}

/** The error for a file beyond the limit, which it names. */
export function fileTooLarge(name: string, maxBytes: number): NexusError {
  const limit = maxBytes < 1_048_576 ? `${maxBytes} bytes` : `${Math.floor(maxBytes / 1_048_576)} MiB`;
  return new NexusError("file_too_large", `${name} is over ${maxBytes} bytes`, {
    say: `“${name}” is larger than the ${limit} I read.`,
  });
}
