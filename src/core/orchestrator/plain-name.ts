/** A name as it is compared: whatever its capitals, spaces and marks. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]+/g, "");
}
