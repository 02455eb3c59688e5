import { count, number, percent } from "../../../page/parts/words.js";
import type { ProgressView } from "../../api/work-contract.js";
import { studio } from "../client/live.js";
import { href } from "../client/router.js";
import { colourOf, liveLabels } from "../label/labels.js";
import { ColumnsChart } from "../parts/columns-chart.js";
import { EmptyState } from "../parts/empty-state.js";
import { LabelTag } from "../parts/label-tag.js";
import { type ChartSeries, LineChart } from "../parts/line-chart.js";
import { ScreenHead } from "../parts/screen-head.js";
import { Skeleton, Trouble } from "../parts/trouble.js";
import { useReading } from "../parts/use-reading.js";
import { sentence } from "../progress/forecast-words.js";

/** How far the labelling is, how good the model, and how much more is worth it. */
export function ProgressScreen() {
  const state = studio.value;
  const revision = `${state?.counts.answered} ${state?.model.version} ${state?.counts.conflicts}`;
  const { value: view, error, again } = useReading<ProgressView>("progress", revision);
  if (error && !view) return <Trouble error={error} again={again} />;
  return (
    <div class="screen progress-screen">
      <ScreenHead title="Progress" words={view ? sentence(view) : "How far it is, and how good."}>
        <a class="action" href={href("label")}>
          Go on labelling
        </a>
      </ScreenHead>
      <Figures view={view} />
      {view ? (
        <div class="progress-grid">
          <Curve view={view} />
          <Classes />
          <PerHour view={view} />
          <Agreement view={view} />
        </div>
      ) : (
        <Skeleton />
      )}
    </div>
  );
}

function Figures({ view }: { readonly view: ProgressView | undefined }) {
  const counts = studio.value?.counts;
  if (!counts) return null;
  const share = counts.items === 0 ? 0 : counts.answered / counts.items;
  const last = view?.curve.at(-1);
  const taken = view && view.accepted.shown > 0 ? view.accepted.accepted / view.accepted.shown : undefined;
  return (
    <dl class="tiles">
      <div>
        <dt>Labelled</dt>
        <dd>{number(counts.answered)}</dd>
        <dd class="sub">{`of ${count(counts.items, "item")}, ${percent(share)}`}</dd>
      </div>
      <div>
        <dt>{view?.metric === "macro F1" ? "Macro F1" : "Accuracy"}</dt>
        <dd>{percent(last?.value)}</dd>
        <dd class="sub">{last ? `${percent(last.low)} to ${percent(last.high)}` : "not measured yet"}</dd>
      </div>
      <div>
        <dt>Suggestions accepted</dt>
        <dd>{percent(taken)}</dd>
        <dd class="sub">
          {view && view.accepted.shown > 0
            ? `${number(view.accepted.accepted)} of ${number(view.accepted.shown)} shown`
            : "none shown yet"}
        </dd>
      </div>
      <div>
        <dt>Yours today</dt>
        <dd>{number(counts.mineToday)}</dd>
        <dd class="sub">{`${number(counts.mine)} in all`}</dd>
      </div>
    </dl>
  );
}

function Curve({ view }: { readonly view: ProgressView }) {
  const { curve, forecast, metric, note } = view;
  const points = curve.map(({ labelled, value, low, high, version }) => ({ x: labelled, y: value, low, high, note: version }));
  const ahead = forecast?.points.map(({ labelled, value, low, high }) => ({ x: labelled, y: value, low, high })) ?? [];
  const series: readonly ChartSeries[] = [
    { name: `${metric}, on validation items`, look: "line-1", hasDots: true, points },
    ...(ahead.length > 0 ? [{ name: "Forecast", look: "forecast" as const, points: ahead }] : []),
  ];
  return (
    <section class="card wide" aria-labelledby="curve-title">
      <header class="card-head">
        <h3 id="curve-title">Learning curve</h3>
        <ValidationShare />
      </header>
      {curve.length === 0 ? (
        <EmptyState icon="progress" title="No curve yet">
          <p>{note ?? "It needs labelled validation items, which no training sees."}</p>
          <a class="action primary" href={href("label", { excludeStatus: "validation" })}>
            Label validation items
          </a>
        </EmptyState>
      ) : (
        <>
          <LineChart
            label={`${metric} by number of labels: ${percent(curve.at(-1)?.value)} with ${count(curve.at(-1)?.labelled ?? 0, "label")}`}
            series={series}
            x="labels"
            formatX={(value) => number(Math.round(value))}
            formatY={(value) => `${Number((100 * value).toFixed(1))} %`}
            floor={0}
            ceiling={1}
            height={300}
            target={forecast ? { y: forecast.target, words: `${Math.round(100 * forecast.target)} %` } : undefined}
          />
          {note !== undefined && <p class="quiet">{note}</p>}
        </>
      )}
    </section>
  );
}

function ValidationShare() {
  const counts = studio.value?.counts;
  if (!counts || counts.validation === 0) return null;
  return (
    <span class="quiet">{`${number(counts.validationAnswered)} of ${count(counts.validation, "validation item")} labelled`}</span>
  );
}

function Classes() {
  const labels = liveLabels.value;
  const most = Math.max(1, ...labels.map(({ train, validation }) => train.yes + validation.yes));
  const isMulti = studio.value?.project.task === "multi";
  return (
    <section class="card" aria-labelledby="classes-title">
      <header class="card-head">
        <h3 id="classes-title">Labels given</h3>
      </header>
      <div class="table-frame">
        <table class="classes">
          <thead>
            <tr>
              <th scope="col">Label</th>
              <th scope="col">
                <span class="unseen">As a bar</span>
              </th>
              <th scope="col" class="figure">
                {isMulti ? "Yes" : "Train"}
              </th>
              {isMulti && (
                <th scope="col" class="figure">
                  No
                </th>
              )}
              <th scope="col" class="figure">
                Validation
              </th>
            </tr>
          </thead>
          <tbody>
            {labels.map((label) => (
              <tr key={label.id}>
                <th scope="row">
                  <LabelTag label={label} />
                </th>
                <td class="bar-cell">
                  <span class="bar" style={{ "--label": colourOf(label) }} aria-hidden="true">
                    <i style={{ width: `${(100 * label.train.yes) / most}%` }} />
                    <i class="is-validation" style={{ width: `${(100 * label.validation.yes) / most}%` }} />
                  </span>
                </td>
                <td class="figure">{number(label.train.yes)}</td>
                {isMulti && <td class="figure">{number(label.train.no)}</td>}
                <td class="figure">{number(label.validation.yes)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {labels.some(({ train }) => train.yes === 0) && (
        <p class="quiet">{`${count(labels.filter(({ train }) => train.yes === 0).length, "label")} without an example: search for one on Explore.`}</p>
      )}
    </section>
  );
}

const HOUR_MS = 3_600_000;
/** The last hours in which something was labelled. */
const HOURS = 24;

function PerHour({ view }: { readonly view: ProgressView }) {
  const hours = [...new Set(view.perHour.map(({ hour }) => hour))].sort((a, b) => a - b).slice(-HOURS);
  const users = [...new Set(view.perHour.map(({ user }) => user))];
  const values = (user: string) =>
    hours.map((hour) => view.perHour.find((known) => known.user === user && known.hour === hour)?.labels ?? 0);
  const total = view.perHour.reduce((sum, { labels }) => sum + labels, 0);
  return (
    <section class="card" aria-labelledby="hours-title">
      <header class="card-head">
        <h3 id="hours-title">Labels an hour</h3>
        {hours.length > 0 && <span class="quiet">{`${number(Math.round(total / hours.length))} on average`}</span>}
      </header>
      {hours.length === 0 ? (
        <p class="empty">Nothing was labelled yet.</p>
      ) : (
        <ColumnsChart
          label="Labels given in each hour, by user"
          column="Hour"
          columns={hours.map(hourName)}
          series={users.map((name) => ({ name, values: values(name) }))}
        />
      )}
    </section>
  );
}

/** Hours come as their number since 1970. */
function hourName(hour: number): string {
  return new Date(hour * HOUR_MS).toLocaleString("en-GB", { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
}

function Agreement({ view }: { readonly view: ProgressView }) {
  return (
    <section class="card" aria-labelledby="agreement-title">
      <header class="card-head">
        <h3 id="agreement-title">Agreement</h3>
      </header>
      {view.agreement.length === 0 ? (
        <p class="empty">
          Nothing was answered by two people yet. With an overlap of 2 in the settings some items are given to two.
        </p>
      ) : (
        <div class="table-frame">
          <table>
            <thead>
              <tr>
                <th scope="col">Users</th>
                <th scope="col" class="figure">
                  Both answered
                </th>
                <th scope="col" class="figure">
                  The same
                </th>
                <th scope="col" class="figure">
                  Cohen's κ
                </th>
                <th scope="col">Means</th>
              </tr>
            </thead>
            <tbody>
              {view.agreement.map(({ users, items, kappa, share }) => (
                <tr key={users.join()}>
                  <th scope="row">{users.join(" and ")}</th>
                  <td class="figure">{number(items)}</td>
                  <td class="figure">{percent(share)}</td>
                  <td class="figure">{kappa === undefined ? "–" : kappa.toFixed(2)}</td>
                  <td>{kappa === undefined ? <span class="quiet">too few</span> : <KappaWords kappa={kappa} />}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

/** Landis and Koch, "The measurement of observer agreement for categorical data", Biometrics 1977. */
function KappaWords({ kappa }: { readonly kappa: number }) {
  const [words, kind] =
    kappa > 0.8
      ? ["almost the same", "good"]
      : kappa > 0.6
        ? ["substantial", "good"]
        : kappa > 0.4
          ? ["moderate", "warn"]
          : ["slight: talk about the guideline", "bad"];
  return <span class={`badge ${kind}`}>{words}</span>;
}
