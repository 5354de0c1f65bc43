import { z } from "zod";
import type { FitTask } from "./fit-apart.ts";
import { trainPredictor } from "./predict-tier.ts";
import { createReflex } from "./reflex.ts";

// A file that works when it is loaded: it is a process's beginning, and nobody imports it.
process.once("message", (task) => {
  // What goes wrong ends the process, and whoever asked is told of that.
  void fit(Task.parse(task)).then((text) => process.send?.({ text }));
});
// Who asked is gone.
process.once("disconnect", () => process.exit());

/** Whoever started this sent it. */
const Task = z.custom<FitTask>((task) => typeof task === "object" && task !== null && "kind" in task);

async function fit(given: FitTask): Promise<string | undefined> {
  switch (given.kind) {
    case "reflex": {
      let made: string | undefined;
      const cache = { get: async () => undefined, set: async (_key: string, text: string) => void (made = text) };
      await createReflex({ modules: given.modules, recent: given.recent, cache });
      return made;
    }
    case "tiers":
      return trainPredictor(given.examples)?.serialise();
    default:
      return given satisfies never;
  }
}
