import { count, list, text } from "./json.ts";

interface Participant {
  readonly name: string;
  readonly fame: number;
  readonly decksUsed: number;
  readonly decksUsedToday: number;
}

interface Racer {
  readonly tag: string;
  readonly name: string;
  /** Progress along the river; moves at the end of each day. */
  readonly fame: number;
  /** Earned today. */
  readonly periodPoints: number;
  readonly participants: readonly Participant[];
}

/** Reads a clan of a river race; undefined when it has no name. */
export function readRacer(value: unknown): Racer | undefined {
  const tag = text(value, "tag");
  const name = text(value, "name");
  if (tag === undefined || name === undefined) return undefined;
  const participants = list(value, "participants").flatMap((one): Participant[] => {
    const known = text(one, "name");
    if (known === undefined) return [];
    return [
      {
        name: known,
        fame: count(one, "fame") ?? 0,
        decksUsed: count(one, "decksUsed") ?? 0,
        decksUsedToday: count(one, "decksUsedToday") ?? 0,
      },
    ];
  });
  const fame = count(value, "fame") ?? 0;
  return { tag, name, fame, periodPoints: count(value, "periodPoints") ?? 0, participants };
}
