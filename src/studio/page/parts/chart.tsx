import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";

/** A chart's values for those who do not see it. */
export interface ChartTable {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

interface ChartProps {
  /** What it shows, in a sentence. */
  readonly label: string;
  readonly height: number;
  readonly table: ChartTable;
  /** Above the drawing: what the lines and surfaces are. */
  readonly legend?: ComponentChildren;
  readonly children: (width: number) => ComponentChildren;
}

/** A drawing as wide as its place, with its values as a table that is heard, not seen. */
export function Chart({ label, height, table, legend, children }: ChartProps) {
  const { frame, width } = useWidth();
  return (
    <figure class="chart" ref={frame}>
      {legend !== undefined && <figcaption class="legend">{legend}</figcaption>}
      <svg width={width} height={height} role="img" aria-label={label}>
        {children(width)}
      </svg>
      <div class="unseen">
        <table>
          <caption>{label}</caption>
          <thead>
            <tr>
              {table.head.map((name) => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {table.rows.map((row, i) => (
              <tr key={i}>
                {row.map((cell, place) => (
                  <td key={place}>{cell}</td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

/** The width of the element that gets `frame`, as it is now: words in a drawing that is scaled would be, too. */
function useWidth() {
  const frame = useRef<HTMLElement>(null);
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const element = frame.current;
    if (!element) return;
    const measure = () => setWidth(Math.max(120, Math.floor(element.clientWidth)));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return { frame, width };
}
