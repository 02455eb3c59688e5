import { number } from "../../../page/parts/words.js";
import { Chart } from "./chart.js";
import { linear, niceRange, niceTicks } from "./scale.js";

interface ColumnsChartProps {
  readonly label: string;
  /** What a column is: "Hour". */
  readonly column: string;
  /** Names of the columns, from left to right. */
  readonly columns: readonly string[];
  /** One value per column each; they are stacked. */
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
  readonly height?: number;
}

const MARGIN = { top: 10, right: 8, bottom: 28, left: 40 };

/** Stacked columns. */
export function ColumnsChart({ label, column, columns, series, height = 200 }: ColumnsChartProps) {
  const totals = columns.map((_, place) => series.reduce((sum, { values }) => sum + (values[place] ?? 0), 0));
  const range = niceRange([0, ...totals, 1], { floor: 0 });
  const rows = columns.map((name, place) => [name, ...series.map(({ values }) => number(values[place] ?? 0))]);
  const legend = series.map(({ name }, i) => (
    <span key={name} class="legend-entry">
      <svg width="14" height="12" aria-hidden="true">
        <rect class={`column hue-${(i % 12) + 1}`} x="1" y="1" width="12" height="10" rx="2" />
      </svg>
      {name}
    </span>
  ));
  return (
    <Chart label={label} height={height} table={{ head: [column, ...series.map(({ name }) => name)], rows }} legend={legend}>
      {(width) => {
        const y = linear(range, [height - MARGIN.bottom, MARGIN.top]);
        const room = (width - MARGIN.left - MARGIN.right) / Math.max(1, columns.length);
        const wide = Math.max(2, Math.min(40, room * 0.7));
        const every = Math.max(1, Math.ceil(columns.length / Math.max(1, Math.floor(width / 60))));
        return (
          <>
            {niceTicks(...range, 4).map((value) => (
              <g key={value} class="tick">
                <line x1={MARGIN.left} x2={width - MARGIN.right} y1={y(value)} y2={y(value)} />
                <text x={MARGIN.left - 8} y={y(value)} dy="0.32em" text-anchor="end">
                  {number(value)}
                </text>
              </g>
            ))}
            {columns.map((name, place) => {
              const middle = MARGIN.left + room * (place + 0.5);
              let below = 0;
              return (
                <g key={name}>
                  {series.map(({ name: user, values }, i) => {
                    const [from, value] = [below, values[place] ?? 0];
                    below += value;
                    return (
                      value > 0 && (
                        <rect
                          key={user}
                          class={`column hue-${(i % 12) + 1}`}
                          x={middle - wide / 2}
                          width={wide}
                          y={y(from + value)}
                          height={Math.max(1, y(from) - y(from + value) - 1)}
                          rx="2"
                        >
                          <title>{`${name}, ${user}: ${number(value)}`}</title>
                        </rect>
                      )
                    );
                  })}
                  {place % every === 0 && (
                    <text class="tick-label" x={middle} y={height - 8} text-anchor="middle">
                      {name}
                    </text>
                  )}
                </g>
              );
            })}
          </>
        );
      }}
    </Chart>
  );
}
