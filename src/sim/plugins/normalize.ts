import { schedulerConstants } from "../../facts/scheduler.ts";
import { mulDiv } from "../../lib/whole.ts";

/**
 * Scales raw scores (0 or more) to 0 … 100 by their largest; `reverse`: the smaller the better.
 * Source: plugins/helper/normalize_score.go, DefaultNormalizeScore.
 */
export function defaultNormalize(scores: number[], reverse: boolean): void {
  const most = scores.reduce((max, score) => Math.max(max, score), 0);
  for (let i = 0; i < scores.length; i++) {
    if (most === 0) {
      if (reverse) scores[i] = schedulerConstants.maxNodeScore;
      continue;
    }
    const scaled = mulDiv(schedulerConstants.maxNodeScore, scores[i]!, most);
    scores[i] = reverse ? schedulerConstants.maxNodeScore - scaled : scaled;
  }
}
