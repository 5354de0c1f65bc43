/**
 * A queue in which every org waits only for its own: whose last turn is longest ago is next, and within an org who came
 * first.
 */
export interface FairQueue<Item extends { readonly org: string }> {
  add(item: Item): void;
  /** Whether it was still waiting. */
  remove(item: Item): boolean;
  /** Offers the first item of each org in turn, until each org has been refused or has no more. */
  serve(accept: (item: Item) => boolean): void;
  /** Takes out all that wait, or those that `which` chooses. */
  drain(which?: (item: Item) => boolean): Item[];
  size(): number;
  /** How many wait of one org. */
  sizeOf(org: string): number;
  /** The orgs that wait. */
  orgs(): string[];
}

/** Of so many orgs it is remembered when they had their turn. */
const REMEMBERED = 10_000;

/** An empty queue. */
export function createFairQueue<Item extends { readonly org: string }>(): FairQueue<Item> {
  const lines = new Map<string, Item[]>();
  /** When each org had its last turn, the longest ago first: also of orgs of which none waits now. */
  const turns = new Map<string, number>();
  let turn = 0;
  let size = 0;
  const takeTurn = (org: string): void => {
    turn += 1;
    turns.delete(org);
    turns.set(org, turn);
    const oldest = turns.size > REMEMBERED ? turns.keys().next().value : undefined;
    if (oldest !== undefined) turns.delete(oldest);
  };
  const remove = (item: Item): boolean => {
    const line = lines.get(item.org);
    const index = line?.indexOf(item) ?? -1;
    if (line === undefined || index < 0) return false;
    line.splice(index, 1);
    size -= 1;
    if (line.length === 0) lines.delete(item.org);
    return true;
  };

  return {
    add(item) {
      const line = lines.get(item.org) ?? [];
      line.push(item);
      lines.set(item.org, line);
      size += 1;
    },
    remove,
    serve(accept) {
      let round = [...lines.keys()].sort((a, b) => (turns.get(a) ?? 0) - (turns.get(b) ?? 0));
      // Who was served is offered again after the others, and leaves the round when refused.
      while (round.length > 0) {
        round = round.filter((org) => {
          const first = lines.get(org)?.[0];
          if (first === undefined || !accept(first)) return false;
          remove(first);
          takeTurn(org);
          return true;
        });
      }
    },
    drain(which = () => true) {
      const taken = [...lines.values()].flat().filter(which);
      for (const item of taken) remove(item);
      return taken;
    },
    size: () => size,
    sizeOf: (org) => lines.get(org)?.length ?? 0,
    orgs: () => [...lines.keys()],
  };
}
