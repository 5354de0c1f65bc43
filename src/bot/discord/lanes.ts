/** Work in order where order matters, and side by side where it does not. */
export interface Lanes {
  /** Runs `work` behind what was put into the same lane before. Never rejects: `work` answers for its own failures. */
  put(lane: string, work: () => Promise<void>): void;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/** Makes empty lanes. */
export function createLanes(onFailure: (error: unknown) => void): Lanes {
  const ends = new Map<string, Promise<void>>();
  return {
    put(lane, work) {
      const before = ends.get(lane) ?? Promise.resolve();
      const end = before
        .then(work)
        .catch(onFailure)
        .then(() => {
          if (ends.get(lane) === end) ends.delete(lane);
        });
      ends.set(lane, end);
    },
    async idle() {
      while (ends.size > 0) await Promise.all(ends.values());
    },
  };
}
