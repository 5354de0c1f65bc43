import { confidenceOf, type Scored } from "./classifier.ts";
import type { HeldOut } from "./threshold.ts";
import { BACKGROUND, type LabelledText, trainOnFeatures } from "./train-classifier.ts";
import { featuresOf } from "./vectors.ts";

/** A labelled text that is held out together with all others of its group. */
export interface GroupedText extends LabelledText {
  readonly group: number;
}

/** What a classifier that never saw a text made of it. */
export interface HeldOutRanking extends HeldOut {
  readonly isInTopTwo: boolean;
}

const FOLDS = 4;

/** Judges every text with a classifier trained without its fold, its ranking put through `weigh`. */
export function crossValidate(
  labelled: readonly GroupedText[],
  weigh: (text: string, ranking: readonly Scored[]) => readonly Scored[] = (_, ranking) => ranking,
): HeldOutRanking[] {
  const counted = labelled.map((each) => ({ ...each, counts: featuresOf(each.text) }));
  const judged: HeldOutRanking[] = [];
  for (let fold = 0; fold < FOLDS; fold++) {
    const training = counted.filter(({ group }) => group % FOLDS !== fold);
    if (training.length === 0) continue;
    const classifier = trainOnFeatures(training);
    for (const { text, counts, label, group } of counted) {
      if (group % FOLDS === fold) judged.push(judge(weigh(text, classifier.rankFeatures(counts)), label));
    }
  }
  return judged;
}

/** What answering with the best capability of a ranking would have been. Out-of-scope requests are never right. */
export function judge(ranking: readonly Scored[], truth: string): HeldOutRanking {
  const inScope = ranking.filter(({ label }) => label !== BACKGROUND);
  const [first, second] = inScope;
  return {
    score: confidenceOf(inScope),
    correct: first?.label === truth,
    isInTopTwo: first?.label === truth || second?.label === truth,
  };
}
