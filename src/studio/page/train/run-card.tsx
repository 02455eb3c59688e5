import { number, percent } from "../../../page/parts/words.js";
import type { JobView, TrainingView, VersionView } from "../../api/work-contract.js";
import { studio } from "../client/live.js";
import { EmptyState } from "../parts/empty-state.js";
import { CancelJob, JobFailure, JobProgress, running } from "../parts/job.js";
import { type ChartSeries, LineChart } from "../parts/line-chart.js";

/** The run that runs, or the last one: how far, and its losses. */
export function RunCard({ training, again }: { readonly training: TrainingView; readonly again: () => void }) {
  const { job, points } = training;
  const now = running(job);
  const solved = solvedVersion(training);
  const last = points.at(-1);
  const series: readonly ChartSeries[] = [
    { name: "Loss", look: "line-1", points: points.map(({ epoch, loss }) => ({ x: epoch, y: loss })) },
    {
      name: "Unlabelled items' loss",
      look: "line-3",
      points: points.flatMap(({ epoch, semiSupervisedLoss: y }) => (y === undefined ? [] : [{ x: epoch, y }])),
    },
    {
      name: "Validation loss",
      look: "line-2",
      hasDots: true,
      points: points.flatMap(({ epoch, validationLoss: y, validationAccuracy }) =>
        y === undefined
          ? []
          : [{ x: epoch, y, note: validationAccuracy === undefined ? undefined : `${percent(validationAccuracy)} right` }],
      ),
    },
  ];
  return (
    <section class="card" aria-labelledby="run-title">
      <header class="card-head">
        <h3 id="run-title">{now || (points.length === 0 && solved === undefined) ? "Training" : "Last training"}</h3>
        {now ? <CancelJob job={now} again={again} /> : job && <JobState job={job} />}
      </header>
      {now && <JobProgress job={now} name="Progress of the training" />}
      <JobFailure job={job} otherwise="It failed; the log says why." after="The version before goes on serving." />
      {points.length > 0 ? (
        <>
          <dl class="run-facts">
            <Fact name="Epoch" value={String(last?.epoch ?? "–")} />
            <Fact name="Loss" value={last?.loss.toFixed(3) ?? "–"} />
            <Fact name="Validation loss" value={last?.validationLoss?.toFixed(3) ?? "–"} />
            <Fact name="Validation accuracy" value={percent(last?.validationAccuracy)} />
          </dl>
          <LineChart
            label={`Losses by epoch, ${points.length} epochs`}
            series={series.filter((one) => one.points.length > 0)}
            x="epoch"
            floor={0}
            height={240}
          />
        </>
      ) : (
        !now && <NoLosses training={training} />
      )}
    </section>
  );
}

const JOB_STATES: Readonly<Record<JobView["state"], readonly [words: string, kind: string]>> = {
  running: ["runs", "accent"],
  done: ["done", "good"],
  failed: ["failed", "bad"],
  cancelled: ["cancelled", "warn"],
  interrupted: ["interrupted", "warn"],
};

function JobState({ job }: { readonly job: JobView }) {
  const [words, kind] = JOB_STATES[job.state];
  return <span class={`badge ${kind}`}>{words}</span>;
}

function Fact({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}

/** The version that the last training made, where that had no steps. */
function solvedVersion({ job, points, versions }: TrainingView): VersionView | undefined {
  if (points.length > 0 || job?.state !== "done") return undefined;
  const [last] = versions.toSorted((a, b) => b.trainedAt - a.trainedAt);
  return last?.config?.kind === "solved" ? last : undefined;
}

/** In place of losses: what was solved, or what will be here. */
function NoLosses({ training }: { readonly training: TrainingView }) {
  const solved = solvedVersion(training);
  if (solved) return <SolvedRun version={solved} />;
  const words =
    training.model === "solved"
      ? "The model is solved anew after every label, without epochs; a training keeps it as a version."
      : "The losses of each epoch will be drawn here.";
  return (
    <EmptyState icon="train" title="No training yet">
      <p>{training.missing ?? words}</p>
    </EmptyState>
  );
}

/** A solved head has no course to draw: what came of it, in words. */
function SolvedRun({ version: { name, labelled, metrics } }: { readonly version: VersionView }) {
  const onValidation = metrics["validationAccuracy"];
  const outOfFold = studio.value?.model.heldOutAccuracy;
  return (
    <>
      <dl class="run-facts">
        <Fact name="Labels" value={number(labelled)} />
        <Fact name="Parameters" value={metrics["parameters"] === undefined ? "–" : number(metrics["parameters"])} />
        <Fact name="Held-out accuracy" value={percent(onValidation ?? outOfFold)} />
      </dl>
      <p class="quiet">
        {`${name} is a last layer that was solved from ${number(labelled)} labels at once, without epochs, so there is no loss to draw. `}
        {onValidation !== undefined
          ? "The accuracy is that of the validation items, none of which it has learnt from."
          : outOfFold !== undefined
            ? "No validation item has an answer yet: the accuracy is that of labels that were held out in turn."
            : "No validation item has an answer yet that it could be judged by."}
      </p>
    </>
  );
}
