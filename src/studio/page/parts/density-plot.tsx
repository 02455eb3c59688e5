import { number } from "../../../page/parts/words.js";
import type { LabelHistogram } from "../../api/work-contract.js";
import { Chart } from "./chart.js";
import { linear } from "./scale.js";

const HEIGHT = 184;
const MARGIN = { top: 16, right: 2, bottom: 36, left: 2 };
const SIDES = ["train", "validation"] as const;

/**
 * Densities of a label's probability: training items above the middle, validation items below it, both those that have the label and those that do
 * not; what is not labelled as an outline on both sides.
 */
export function DensityPlot({ histogram, name }: { readonly histogram: LabelHistogram; readonly name: string }) {
  const { train, validation, unlabelled } = histogram;
  const bins = unlabelled.length || train.positive.length || 14;
  const most = Math.max(
    1e-9,
    ...SIDES.flatMap((side) => [...histogram[side].positive, ...histogram[side].negative]),
    ...unlabelled,
  );
  const middle = (HEIGHT - MARGIN.bottom + MARGIN.top) / 2;
  const up = linear([0, most], [middle, MARGIN.top]);
  const down = linear([0, most], [middle, HEIGHT - MARGIN.bottom]);
  const value = (values: readonly number[], bin: number) =>
    values[bin] === undefined ? "–" : number(Number(values[bin].toFixed(3)));
  const rows = Array.from({ length: bins }, (_, bin) => [
    `${(bin / bins).toFixed(2)} to ${((bin + 1) / bins).toFixed(2)}`,
    ...[train.positive, train.negative, validation.positive, validation.negative, unlabelled].map((values) => value(values, bin)),
  ]);
  const head = ["Probability", "Train: yes", "Train: no", "Validation: yes", "Validation: no", "Not labelled"];
  return (
    <Chart label={`How probable “${name}” is: densities by answer`} height={HEIGHT} table={{ head, rows }}>
      {(width) => {
        const x = linear([0, bins], [MARGIN.left, width - MARGIN.right]);
        const steps = (values: readonly number[], y: (value: number) => number) => {
          const path = values.map(
            (density, bin) => `L${x(bin).toFixed(1)},${y(density).toFixed(1)}L${x(bin + 1).toFixed(1)},${y(density).toFixed(1)}`,
          );
          return `M${x(0).toFixed(1)},${middle}${path.join("")}L${x(values.length).toFixed(1)},${middle}`;
        };
        const room = x(1) - x(0);
        const half = room * 0.42;
        const bars = (values: readonly number[], y: (value: number) => number, kind: "positive" | "negative") =>
          values.map((density, bin) =>
            density > 0 ? (
              <rect
                key={bin}
                class={`density ${kind}`}
                x={x(bin) + (kind === "negative" ? room * 0.07 : room * 0.51)}
                width={Math.max(1, half)}
                y={Math.min(middle, y(density))}
                height={Math.abs(y(density) - middle)}
                rx="1.5"
              />
            ) : null,
          );
        return (
          <>
            {bars(train.negative, up, "negative")}
            {bars(train.positive, up, "positive")}
            {bars(validation.negative, down, "negative")}
            {bars(validation.positive, down, "positive")}
            <path class="density-outline" d={steps(unlabelled, up)} />
            <path class="density-outline" d={steps(unlabelled, down)} />
            <line class="axis" x1={MARGIN.left} x2={width - MARGIN.right} y1={middle} y2={middle} />
            <text class="side" x={MARGIN.left} y={10}>
              train
            </text>
            <text class="side" x={MARGIN.left} y={HEIGHT - MARGIN.bottom + 12}>
              validation
            </text>
            {[0, 0.5, 1].map((share) => (
              <text
                key={share}
                class="tick-label"
                x={x(share * bins)}
                y={HEIGHT - 6}
                text-anchor={share === 0 ? "start" : share === 1 ? "end" : "middle"}
              >
                {share}
              </text>
            ))}
          </>
        );
      }}
    </Chart>
  );
}

/** What the colours and forms of {@link DensityPlot} are, once for many. */
export function DensityLegend() {
  return (
    <div class="legend">
      {(["positive", "negative"] as const).map((kind) => (
        <span key={kind} class="legend-entry">
          <svg width="14" height="12" aria-hidden="true">
            <rect class={`density ${kind}`} x="1" y="1" width="12" height="10" rx="2" />
          </svg>
          {kind === "positive" ? "has the label" : "has it not"}
        </span>
      ))}
      <span class="legend-entry">
        <svg width="18" height="12" aria-hidden="true">
          <path class="density-outline" d="M1,11V4H9V1H17V11" />
        </svg>
        not labelled
      </span>
    </div>
  );
}
