import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeFileAtomic } from "../../system/files.js";
import type { ProgressView } from "../api/work-contract.js";
import type { KnownAnswers } from "./known-answers.js";
import { forecast } from "./learning-forecast.js";
import type { Served } from "./served-probabilities.js";
import { scoreBand } from "./validation-score.js";

/** What a version said of the validation items when it was made. */
interface CurvePoint {
  readonly labelled: number;
  readonly version: string;
  readonly labels: readonly number[];
  readonly items: readonly (readonly [item: number, probs_C: readonly number[]])[];
}

/** A head that is solved after every label is looked at again when there are so many times the labels. */
const GROWTH = 1.15;
const FEWEST_VALIDATED = 20;

/** The learning curve, from what was said of validation items at several numbers of labels. */
export interface CurvePoints {
  add(version: string, labelled: number, served: Served): Promise<void>;
  /** Whether it is time for another look at the head that is solved after every label. */
  isDue(labelled: number): boolean;
  progress(target: number): Pick<ProgressView, "metric" | "curve" | "forecast" | "note">;
}

export function curvePoints(folder: string, known: KnownAnswers): CurvePoints {
  let points: CurvePoint[] = [];
  const file = join(folder, "curve.json");
  const ready = readFile(file, "utf8").then(
    (text) => {
      points = [...(JSON.parse(text) as CurvePoint[]), ...points];
    },
    () => {},
  );
  let written: Promise<void> = ready;
  return {
    isDue: (labelled) => {
      const last = Math.max(0, ...points.map((point) => point.labelled));
      return known.validated().length > 0 && labelled >= Math.max(last + 1, last * GROWTH);
    },
    async add(version, labelled, served) {
      const items = known.validated().flatMap((item) => {
        const probs_C = served.of(item);
        return probs_C ? [[item, Array.from(probs_C, (p) => Number(p.toFixed(5)))] as const] : [];
      });
      if (items.length === 0) return;
      points.push({ labelled, version, labels: served.labels, items });
      written = written.then(async () => {
        await mkdir(folder, { recursive: true });
        await writeFileAtomic(file, JSON.stringify(points));
      });
      await written;
    },
    progress(target) {
      const { task } = known;
      const metric = task === "single" ? "accuracy" : "macro F1";
      const validated = new Set(known.validated());
      const wanted = known.labels.map(({ id }) => id);
      const curve = points
        .flatMap(({ labelled, version, labels, items }) => {
          const columns = wanted.map((label) => labels.indexOf(label));
          const judged = items.flatMap(([item, probs_C]) => {
            const entries = validated.has(item) ? known.entries(item) : undefined;
            return entries ? [{ entries, probs_C: columns.map((c) => (c < 0 ? 0 : probs_C[c]!)) }] : [];
          });
          const band = scoreBand(judged, task);
          return band ? [{ labelled, version, ...band }] : [];
        })
        .sort((a, b) => a.labelled - b.labelled);
      const found = validated.size >= FEWEST_VALIDATED ? forecast(curve, target) : undefined;
      return { metric, curve, forecast: found, note: noteOf(validated.size, curve.length, found !== undefined) };
    },
  };
}

function noteOf(validated: number, points: number, hasForecast: boolean): string | undefined {
  if (validated === 0)
    return `No validation item has an answer yet: ${FEWEST_VALIDATED} or more are needed to say how well the model does. Answer those under "validation".`;
  if (validated < FEWEST_VALIDATED)
    return `${validated} validation items have an answer; nothing is foreseen with fewer than ${FEWEST_VALIDATED}.`;
  if (hasForecast) return undefined;
  return points < 4
    ? `The curve has ${points} ${points === 1 ? "point" : "points"}; from four on something can be foreseen.`
    : "More labels have not helped so far, so nothing is foreseen.";
}
