/**
 * Works through a list two at a time: validation shares its machine with people who wait for answers. The next pair
 * starts when both are done, so that what is decided between two pairs is the same every time.
 * @throws whatever `work` throws first, once its pair has ended too
 */
export async function inPairs<Item, Result>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<Result>,
  signal: AbortSignal,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let index = 0; index < items.length; index += 2) {
    signal.throwIfAborted();
    const pair = items.slice(index, index + 2).map((item, at) => work(item, index + at));
    const ended = await Promise.allSettled(pair);
    for (const one of ended) {
      if (one.status === "rejected") throw one.reason;
      results.push(one.value);
    }
  }
  return results;
}
