import { useState } from "preact/hooks";
import { shareDifference, wilsonInterval } from "../../metrics/wilson-interval.js";
import { Action, Badge, Card } from "../../page/parts/parts.js";
import { ago, count, dateTime, number, percent } from "../../page/parts/words.js";
import type { ProjectStatus } from "../backend/status.js";
import type { VersionRecord } from "../state/records.js";
import { ask } from "./server.js";

interface VersionsCardProps {
  readonly project: ProjectStatus;
  readonly now: number;
  readonly isGone: boolean;
  readonly onRefused: (reason: string) => void;
}

/** So many are shown at first. */
const SHOWN = 5;

/** The versions that are kept, beside the one that answers, and the way back to an earlier one. */
export function VersionsCard({ project, now, isGone, onRefused }: VersionsCardProps) {
  const [isWhole, setWhole] = useState(false);
  const { id, versions, modelVersion, head } = project;
  const serving = versions.find(({ version }) => version === modelVersion);
  const shown = isWhole ? versions : versions.slice(0, SHOWN);
  const held = head?.held;
  const offBecause = isGone ? "The server does not answer." : undefined;
  if (versions.length === 0) {
    return (
      <Card title="Versions">
        <p class="empty">Nothing has been trained yet: the model that the server was started with answers ({modelVersion}).</p>
      </Card>
    );
  }
  return (
    <Card title="Versions" aside={<span class="quiet">{count(versions.length, "version")} kept</span>}>
      <table class="versions">
        <thead>
          <tr>
            <th scope="col">Version</th>
            <th scope="col">Accuracy on held-out labels</th>
            <th scope="col" class="figure">
              Beside the serving one
            </th>
            <th scope="col">
              <span class="unseen">Action</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((version) => (
            <tr key={version.version} class={version === serving ? "serving" : undefined}>
              <th scope="row">
                <span class="name">{version.version}</span>
                {version === serving && <Badge kind="good">serving</Badge>}
                <span class="sub" title={dateTime(version.createdAt)}>
                  {ago(version.createdAt, now)} · {count(version.trained, "label")}
                </span>
              </th>
              <td>
                <Accuracy version={version} />
              </td>
              <td class="figure">{version !== serving && serving && <Difference version={version} serving={serving} />}</td>
              <td class="figure">
                {version !== serving && (
                  <Action
                    label={`Use ${version.version}: let it answer`}
                    offBecause={offBecause}
                    run={() => ask(`api/projects/${id}/versions/${encodeURIComponent(version.version)}/serve`)}
                    onRefused={onRefused}
                  >
                    Use
                  </Action>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {head !== undefined && <p class="quiet">{liveRollBack(held)}</p>}
      {versions.length > SHOWN && (
        <button type="button" class="more" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? "Show fewer" : `Show all ${number(versions.length)}`}
        </button>
      )}
      {versions.length > 1 && <Comparison versions={versions} serving={serving ?? versions[0]!} />}
    </Card>
  );
}

/** What choosing a version means where a last layer is solved again with each label. */
function liveRollBack(held: string | undefined): string {
  return held === undefined
    ? "A last layer is solved again with each label. A version that is chosen here answers as it was kept, until the next label gives a new one."
    : `${held} was chosen: it answers as it was kept, until the next label gives a new version.`;
}

/** The share, and the range that it may be in, on a line from 0 to 100 %. */
function Accuracy({ version: { metrics, heldOut } }: { readonly version: VersionRecord }) {
  const accuracy = metrics["accuracy"];
  const error = metrics["rootMeanSquaredError"];
  if (accuracy === undefined && error !== undefined && heldOut > 0)
    return <span class="sub">{`error ${error.toFixed(2)}, ${number(heldOut)} held out`}</span>;
  if (accuracy === undefined || !(heldOut > 0)) return <span class="quiet">not measured</span>;
  const { low, high } = wilsonInterval(accuracy, heldOut);
  return (
    <div class="accuracy">
      <span class="value">{percent(accuracy)}</span>
      <svg class="range" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
        <rect class="rail" x="0" y="3" width="100" height="2" />
        <rect class="band" x={100 * low} y="1" width={100 * (high - low)} height="6" />
        <rect class="mark" x={Math.min(98.6, 100 * accuracy - 0.7)} y="0" width="1.4" height="8" />
      </svg>
      <span class="sub">
        {Math.round(100 * low)} to {Math.round(100 * high)} %, {number(heldOut)} held out
      </span>
    </div>
  );
}

interface Pair {
  readonly version: VersionRecord;
  readonly serving: VersionRecord;
}

function Difference({ version, serving }: Pair) {
  const [own, other] = [version.metrics["accuracy"], serving.metrics["accuracy"]];
  if (own === undefined || other === undefined || !(version.heldOut > 0) || !(serving.heldOut > 0))
    return <span class="quiet">–</span>;
  const points = 100 * (own - other);
  const { low, high } = shareDifference({ share: own, items: version.heldOut }, { share: other, items: serving.heldOut });
  const mayBeChance = low <= 0 && high >= 0;
  return (
    <>
      <span class="value">{signed(points, 1)} points</span>
      {mayBeChance && <span class="sub">may be chance</span>}
    </>
  );
}

const METRICS: Readonly<Record<string, { readonly name: string; readonly isShare: boolean; readonly isLowBetter: boolean }>> = {
  accuracy: { name: "Accuracy", isShare: true, isLowBetter: false },
  macroF1: { name: "F1, mean over classes", isShare: true, isLowBetter: false },
  microF1: { name: "F1 over all labels", isShare: true, isLowBetter: false },
  expectedCalibrationError: { name: "Calibration error", isShare: true, isLowBetter: true },
  negativeLogLikelihood: { name: "Negative log-likelihood", isShare: false, isLowBetter: true },
  brierScore: { name: "Brier score", isShare: false, isLowBetter: true },
  balancedAccuracy: { name: "Accuracy, mean over classes", isShare: true, isLowBetter: false },
  outOfScopeRecall: { name: "None of these, found", isShare: true, isLowBetter: false },
  rootMeanSquaredError: { name: "Root mean squared error", isShare: false, isLowBetter: true },
  meanAbsoluteError: { name: "Mean absolute error", isShare: false, isLowBetter: true },
  r2: { name: "Variance predicted (R2)", isShare: false, isLowBetter: false },
  spearman: { name: "Rank correlation", isShare: false, isLowBetter: false },
};

function Comparison({ versions, serving }: { readonly versions: readonly VersionRecord[]; readonly serving: VersionRecord }) {
  const [names, setNames] = useState<{ readonly left?: string; readonly right?: string }>({});
  const find = (name: string | undefined) => versions.find(({ version }) => version === name);
  const right = find(names.right) ?? serving;
  const left = find(names.left) ?? versions.find((version) => version !== right)!;
  const metrics = [...new Set([...Object.keys(left.metrics), ...Object.keys(right.metrics)])];
  const choose = (side: "left" | "right") => (
    <select
      aria-label={side === "left" ? "First version to compare" : "Second version to compare"}
      value={(side === "left" ? left : right).version}
      onChange={({ currentTarget }) => setNames({ ...names, [side]: currentTarget.value })}
    >
      {versions.map(({ version }) => (
        <option key={version} value={version}>
          {version}
        </option>
      ))}
    </select>
  );
  return (
    <details class="compare">
      <summary>Compare two versions</summary>
      <table>
        <thead>
          <tr>
            <th scope="col">Measure</th>
            <th scope="col" class="figure">
              {choose("left")}
            </th>
            <th scope="col" class="figure">
              {choose("right")}
            </th>
            <th scope="col" class="figure">
              Change
            </th>
          </tr>
        </thead>
        <tbody>
          <Counts name="Labels" left={left.trained} right={right.trained} />
          <Counts name="Held out" left={left.heldOut} right={right.heldOut} />
          {metrics.map((key) => {
            const [control, metric] = key.includes("/") ? key.split("/", 2) : [undefined, key];
            const { name, isShare, isLowBetter } = METRICS[metric!] ?? { name: metric!, isShare: false, isLowBetter: false };
            const [a, b] = [left.metrics[key], right.metrics[key]];
            const change = a === undefined || b === undefined ? undefined : b - a;
            const show = (value: number | undefined) => (value === undefined ? "–" : isShare ? percent(value) : value.toFixed(3));
            const isBetter = change !== undefined && (isLowBetter ? change < 0 : change > 0);
            return (
              <tr key={key}>
                <th scope="row">
                  {control !== undefined && `${control}: `}
                  {name}
                  {isLowBetter && <span class="sub">less is better</span>}
                </th>
                <td class="figure">{show(a)}</td>
                <td class="figure">{show(b)}</td>
                <td class={`figure ${change === undefined || change === 0 ? "" : isBetter ? "better" : "worse"}`}>
                  {change === undefined ? "–" : isShare ? signed(100 * change, 1) : signed(change, 3)}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </details>
  );
}

function Counts({ name, left, right }: { readonly name: string; readonly left: number; readonly right: number }) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td class="figure">{number(left)}</td>
      <td class="figure">{number(right)}</td>
      <td class="figure">{signed(right - left, 0)}</td>
    </tr>
  );
}

function signed(value: number, digits: number): string {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value < 0 ? "−" : "+"}${text}`;
}
