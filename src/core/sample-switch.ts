import type { Store } from "#core/store/store.ts";

export interface SampleSwitch {
  on(): Promise<boolean>;
  set(on: boolean): Promise<void>;
}

/** Sample data on or off: what was said in chat wins over the configuration, and survives a restart. */
export function createSampleSwitch(
  store: Store,
  configured: boolean,
): { on: () => Promise<boolean>; set: (on: boolean) => Promise<void> } {
  let known: boolean | undefined;
  return {
    async on() {
      if (known === undefined) {
        const stored = await store.settings.get("sampleData");
        known = typeof stored === "boolean" ? stored : configured;
      }
      return known;
    },
    async set(on) {
      await store.settings.set("sampleData", on);
      known = on;
    },
  };
}
