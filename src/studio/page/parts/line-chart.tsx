import { useState } from "preact/hooks";
import { Chart } from "./chart.js";
import { line, linear, niceRange, niceTicks } from "./scale.js";

export interface ChartPoint {
  readonly x: number;
  readonly y: number;
  /** The range that `y` may be in. */
  readonly low?: number | undefined;
  readonly high?: number | undefined;
  /** More words for the table and under the pointer. */
  readonly note?: string | undefined;
}

export interface ChartSeries {
  readonly name: string;
  readonly points: readonly ChartPoint[];
  /** Its look, which differs in more than the colour: `line-1` to `line-4`, or `forecast`. */
  readonly look: "line-1" | "line-2" | "line-3" | "line-4" | "forecast";
  readonly hasDots?: boolean;
}

interface LineChartProps {
  readonly label: string;
  readonly series: readonly ChartSeries[];
  /** What x is, under the axis: "labels". */
  readonly x: string;
  readonly height?: number;
  readonly formatX?: (value: number) => string;
  readonly formatY?: (value: number) => string;
  readonly floor?: number;
  readonly ceiling?: number;
  /** A level to reach, with its words. */
  readonly target?: { readonly y: number; readonly words: string } | undefined;
}

const MARGIN = { top: 14, right: 16, bottom: 40, left: 52 };
const plain = (value: number) => Number(value.toPrecision(3)).toLocaleString("en");

/** Lines over a common x, each with its band where its points have a range. */
export function LineChart(props: LineChartProps) {
  const { label, series, x: xName, height = 280, formatX = plain, formatY = plain, floor, ceiling, target } = props;
  const [near, setNear] = useState<number>();
  const all = series.flatMap(({ points }) => points);
  const ys = all.flatMap(({ y, low, high }) => [y, low ?? y, high ?? y]);
  const yRange = niceRange(target ? [...ys, target.y] : ys, {
    floor: floor ?? Number.NEGATIVE_INFINITY,
    ceiling: ceiling ?? Number.POSITIVE_INFINITY,
  });
  const xs = [...new Set(all.map(({ x }) => x))].sort((a, b) => a - b);
  const xRange = [xs[0] ?? 0, xs.at(-1) ?? 1] as const;
  // Epochs and labels have no halves.
  const isWhole = xs.every(Number.isInteger);
  const ticks = (most: number) => niceTicks(...xRange, most).filter((value) => !isWhole || Number.isInteger(value));
  const rows = xs.map((x) => [
    formatX(x),
    ...series.map(({ points }) => {
      const point = points.find((known) => known.x === x);
      if (!point) return "–";
      const range =
        point.low === undefined || point.high === undefined ? "" : ` (${formatY(point.low)} to ${formatY(point.high)})`;
      return formatY(point.y) + range + (point.note ? `, ${point.note}` : "");
    }),
  ]);
  const legend = series.map(({ name, look }) => (
    <span key={name} class={`legend-entry ${look}`}>
      <svg width="26" height="12" aria-hidden="true">
        <line x1="1" x2="25" y1="6" y2="6" class={`curve ${look}`} />
      </svg>
      {name}
    </span>
  ));
  return (
    <Chart label={label} height={height} table={{ head: [xName, ...series.map(({ name }) => name)], rows }} legend={legend}>
      {(width) => {
        const x = linear(xRange, [MARGIN.left, width - MARGIN.right]);
        const y = linear(yRange, [height - MARGIN.bottom, MARGIN.top]);
        const at = (event: PointerEvent) => {
          const place = event.offsetX;
          setNear(
            xs.length === 0
              ? undefined
              : xs.reduce((best, value) => (Math.abs(x(value) - place) < Math.abs(x(best) - place) ? value : best)),
          );
        };
        return (
          <>
            {niceTicks(...yRange, 5).map((value) => (
              <g key={value} class="tick">
                <line x1={MARGIN.left} x2={width - MARGIN.right} y1={y(value)} y2={y(value)} />
                <text x={MARGIN.left - 8} y={y(value)} dy="0.32em" text-anchor="end">
                  {formatY(value)}
                </text>
              </g>
            ))}
            {ticks(Math.max(3, Math.floor(width / 90))).map((value) => (
              <text key={value} class="tick-label" x={x(value)} y={height - MARGIN.bottom + 18} text-anchor="middle">
                {formatX(value)}
              </text>
            ))}
            <text class="axis-name" x={width - MARGIN.right} y={height - 4} text-anchor="end">
              {xName}
            </text>
            {target && (
              <g class="target">
                <line x1={MARGIN.left} x2={width - MARGIN.right} y1={y(target.y)} y2={y(target.y)} />
                <text x={MARGIN.left + 6} y={y(target.y) - 6}>
                  {target.words}
                </text>
              </g>
            )}
            {series.map(({ name, points, look }) => {
              const banded = points.filter(({ low, high }) => low !== undefined && high !== undefined);
              const upper = banded.map((point) => [x(point.x), y(point.high!)] as const);
              const lower = banded.map((point) => [x(point.x), y(point.low!)] as const);
              return (
                banded.length > 1 && <polygon key={name} class={`band ${look}`} points={line([...upper, ...lower.reverse()])} />
              );
            })}
            {near !== undefined && <line class="cross" x1={x(near)} x2={x(near)} y1={MARGIN.top} y2={height - MARGIN.bottom} />}
            {series.map(({ name, points, look, hasDots }) => (
              <g key={name}>
                {points.length > 1 && (
                  <polyline class={`curve ${look}`} points={line(lastOfEach(points).map((point) => [x(point.x), y(point.y)]))} />
                )}
                {(hasDots || points.length === 1) &&
                  points.map((point, i) => (
                    <g key={i}>
                      {points.length === 1 && point.low !== undefined && point.high !== undefined && (
                        <line class={`whisker ${look}`} x1={x(point.x)} x2={x(point.x)} y1={y(point.low)} y2={y(point.high)} />
                      )}
                      <circle class={`dot ${look}`} cx={x(point.x)} cy={y(point.y)} r={point.x === near ? 5 : 3.5} />
                    </g>
                  ))}
              </g>
            ))}
            {near !== undefined && (
              <NearValues
                near={near}
                series={series}
                x={x(near)}
                width={width}
                words={{ x: `${formatX(near)} ${xName}`, y: formatY }}
              />
            )}
            <rect
              class="catch"
              x={MARGIN.left}
              y={MARGIN.top}
              width={Math.max(0, width - MARGIN.left - MARGIN.right)}
              height={height - MARGIN.top - MARGIN.bottom}
              onPointerMove={at}
              onPointerLeave={() => setNear(undefined)}
            />
          </>
        );
      }}
    </Chart>
  );
}

/** Of several points at one place the last: two versions of the same labels are no line upwards. */
function lastOfEach(points: readonly ChartPoint[]): readonly ChartPoint[] {
  return points.filter(({ x }, i) => points[i + 1]?.x !== x);
}

interface NearValuesProps {
  readonly near: number;
  readonly series: readonly ChartSeries[];
  readonly x: number;
  readonly width: number;
  readonly words: { readonly x: string; readonly y: (value: number) => string };
}

/** What the lines say at the pointer. */
function NearValues({ near, series, x, width, words }: NearValuesProps) {
  const found = series.flatMap(({ name, points }) => {
    const point = points.find((known) => known.x === near);
    return point ? [`${name}: ${words.y(point.y)}${point.note ? `, ${point.note}` : ""}`] : [];
  });
  const lines = [words.x, ...found];
  const wide = 7 * Math.max(...lines.map(({ length }) => length)) + 20;
  const left = Math.max(0, x + 12 + wide > width ? x - 12 - wide : x + 12);
  return (
    <g class="near-values">
      <rect x={left} y={MARGIN.top} width={wide} height={18 * lines.length + 10} rx="6" />
      {lines.map((words, i) => (
        <text key={words} x={left + 10} y={MARGIN.top + 19 + 18 * i} class={i === 0 ? "first" : ""}>
          {words}
        </text>
      ))}
    </g>
  );
}
