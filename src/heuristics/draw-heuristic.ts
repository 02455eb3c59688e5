import { type Draws, drawsReader } from "./draws.js";
import type { Heuristic } from "./heuristic.js";
import { type DenseOptions, type PositionScore, positionHeuristic } from "./position-heuristic.js";

export interface DrawScore extends Omit<PositionScore, "scorer"> {
  /** The score of one position from its draws; higher is sooner. */
  readonly score: (draws: Draws) => number;
}

/** A heuristic that looks at one position's draws and at nothing else. */
export function drawHeuristic({ score, ...definition }: DrawScore, options?: DenseOptions): Heuristic {
  const scorer: PositionScore["scorer"] = (predictions) => {
    const read = drawsReader(predictions);
    return (item, position) => score(read(item, position));
  };
  return positionHeuristic({ ...definition, scorer }, options);
}
