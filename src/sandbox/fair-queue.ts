/** A queue in which every org waits only for its own: they are served in turn, each first come first served. */
export interface FairQueue<Item extends { readonly org: string }> {
  add(item: Item): void;
  /** Whether it was still waiting. */
  remove(item: Item): boolean;
  /** Offers the first item of each org in turn, until each org has been refused or has no more. */
  serve(accept: (item: Item) => boolean): void;
  /** Takes out all that wait. */
  drain(): Item[];
  size(): number;
}

/** An empty queue. */
export function createFairQueue<Item extends { readonly org: string }>(): FairQueue<Item> {
  /** In the order of turns: an org that was served goes to the end. */
  const lines = new Map<string, Item[]>();
  let size = 0;

  return {
    add(item) {
      const line = lines.get(item.org) ?? [];
      line.push(item);
      lines.set(item.org, line);
      size += 1;
    },
    remove(item) {
      const line = lines.get(item.org);
      const index = line?.indexOf(item) ?? -1;
      if (line === undefined || index < 0) return false;
      line.splice(index, 1);
      size -= 1;
      if (line.length === 0) lines.delete(item.org);
      return true;
    },
    serve(accept) {
      // An org that is served goes to the end of the map, where this loop meets it again; one that is refused stays.
      for (const [org, line] of lines) {
        const first = line[0];
        if (first === undefined || !accept(first)) continue;
        line.shift();
        size -= 1;
        lines.delete(org);
        if (line.length > 0) lines.set(org, line);
      }
    },
    drain() {
      const items = [...lines.values()].flat();
      lines.clear();
      size = 0;
      return items;
    },
    size: () => size,
  };
}
