import { useEffect, useRef, useState } from "preact/hooks";
import { wilsonInterval } from "../../metrics/wilson-interval.js";
import { count, number, percent } from "../../page/parts/words.js";
import type { VersionRecord } from "../state/records.js";

interface Point {
  readonly version: string;
  readonly labels: number;
  readonly heldOut: number;
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
}

/** What can be drawn of versions, the oldest first. */
export function accuracyPoints(versions: readonly VersionRecord[]): readonly Point[] {
  return [...versions].reverse().flatMap(({ version, trained, heldOut, metrics }) => {
    const accuracy = metrics["accuracy"];
    if (accuracy === undefined || !(heldOut > 0)) return [];
    return [{ version, labels: trained, heldOut, accuracy, ...wilsonInterval(accuracy, heldOut) }];
  });
}

const HEIGHT = 288;
const MARGIN = { top: 12, right: 20, bottom: 28, left: 48 };

interface AccuracyChartProps {
  readonly versions: readonly VersionRecord[];
  readonly serving: string;
}

/** Accuracy of versions over the labels that they were trained with, and the range that it may be in. */
export function AccuracyChart({ versions, serving }: AccuracyChartProps) {
  const { frame, width } = useWidth();
  const points = accuracyPoints(versions).toSorted((a, b) => a.labels - b.labels);
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last) return <p class="empty">The first version with held-out labels begins the curve.</p>;

  const most = Math.max(...points.map(({ labels }) => labels));
  const step = niceStep(most / Math.max(2, Math.floor(width / 110)));
  const floor = Math.max(0, Math.floor(Math.min(...points.map(({ low }) => low)) * 5) / 5);
  const x = (labels: number) => MARGIN.left + (labels / most) * (width - MARGIN.left - MARGIN.right);
  const y = (share: number) => MARGIN.top + ((1 - share) / (1 - floor)) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const at = (point: Point, share: number) => `${x(point.labels).toFixed(1)},${y(share).toFixed(1)}`;
  const line = points.map((point) => at(point, point.accuracy)).join(" ");
  const band = [...points.map((point) => at(point, point.high)), ...points.toReversed().map((point) => at(point, point.low))];
  const shares = Array.from({ length: Math.round((1 - floor) / 0.2) + 1 }, (_, i) => floor + 0.2 * i);
  const counts = Array.from({ length: Math.floor(most / step) + 1 }, (_, i) => i * step);
  const from = `${percent(first.accuracy)} with ${count(first.labels, "label")}`;
  const told = points.length === 1 ? from : `from ${from} to ${percent(last.accuracy)} with ${number(last.labels)}`;

  return (
    <div ref={frame} class="chart">
      <svg
        width={width}
        height={HEIGHT}
        role="img"
        aria-label={`Accuracy over labels: ${told}. The table of versions has all values.`}
      >
        {shares.map((share) => (
          <g key={share} class="tick">
            <line x1={MARGIN.left} x2={width - MARGIN.right} y1={y(share)} y2={y(share)} />
            <text x={MARGIN.left - 8} y={y(share)} dy="0.32em" text-anchor="end">
              {Math.round(100 * share)} %
            </text>
          </g>
        ))}
        {counts.map((labels) => (
          <text key={labels} class="tick-label" x={x(labels)} y={HEIGHT - MARGIN.bottom + 20} text-anchor="middle">
            {labels === 0 ? "0 labels" : number(labels)}
          </text>
        ))}
        {points.length > 1 ? (
          <>
            <polygon class="band" points={band.join(" ")} />
            <polyline class="curve" points={line} />
          </>
        ) : (
          <line class="whisker" x1={x(first.labels)} x2={x(first.labels)} y1={y(first.low)} y2={y(first.high)} />
        )}
        {points.map((point) => (
          <circle
            key={point.version}
            class={point.version === serving ? "dot serving" : "dot"}
            cx={x(point.labels)}
            cy={y(point.accuracy)}
            r={point.version === serving ? 5.5 : 3.5}
          >
            <title>{`${point.version}: ${percent(point.accuracy)} (${percent(point.low)} to ${percent(point.high)}), ${count(point.labels, "label")}, ${number(point.heldOut)} held out`}</title>
          </circle>
        ))}
      </svg>
    </div>
  );
}

/** 1, 2 or 5 times a power of ten, of at least this size. */
function niceStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return power * ([1, 2, 5].find((factor) => factor * power >= least) ?? 10);
}

/** The width of the element that gets `frame`, as it is now: texts in a drawing that is scaled would be, too. */
function useWidth() {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(560);
  useEffect(() => {
    if (!frame.current) return;
    const observer = new ResizeObserver(([entry]) => {
      if (entry) setWidth(Math.max(240, Math.floor(entry.contentRect.width)));
    });
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, []);
  return { frame, width };
}
