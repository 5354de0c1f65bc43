import type { ModuleName } from "#core/contract/ids.ts";
import type { OrgStore } from "#core/store/store.ts";

/**
 * What a module has changed outside since, in words: no undo of ours brings that back. Taken from the audit, which has
 * every effect.
 */
export async function effectsSince(own: OrgStore, module: ModuleName, since: Date): Promise<string[]> {
  const begun = await own.auditTrail.find({ act: "effect.begun", from: since, limit: MOST });
  const counts = new Map<string, number>();
  for (const { subject } of begun) {
    if (subject.startsWith(`${module}.`)) counts.set(subject, (counts.get(subject) ?? 0) + 1);
  }
  return [...counts].map(([subject, count]) => {
    const times = count === 1 ? "once" : `${count} times`;
    return `${subject.slice(module.length + 1)} changed something outside ${times}; that stays as it is`;
  });
}

const MOST = 10_000;
