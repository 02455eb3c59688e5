import { useState } from "preact/hooks";
import { Action, Away, Badge, Card } from "../../page/parts/parts.js";
import { clockTime, count, dateTime, duration, number, percent } from "../../page/parts/words.js";
import type { ProjectStatus, StatusSnapshot } from "../backend/status.js";
import { AccuracyChart, accuracyPoints } from "./accuracy-chart.js";
import { EventsCard, LabelsCard, NextCard, ServerCard } from "./cards.js";
import { ask, useDetail } from "./server.js";
import { studioLine } from "./studio-line.js";
import { causeOf, lastTraining, TrainingPanel } from "./training-panel.js";
import { VersionsCard } from "./versions-card.js";

interface ProjectViewProps {
  readonly project: ProjectStatus;
  readonly snapshot: StatusSnapshot;
  readonly now: number;
  readonly isGone: boolean;
}

/** The name that people know a project by. */
export function projectName({ title, project }: Pick<ProjectStatus, "title" | "project">): string {
  return title || `Project ${project.split(".")[0]}`;
}

/** Everything about one project. */
export function ProjectView({ project, snapshot, now, isGone }: ProjectViewProps) {
  const [refused, setRefused] = useState<string>();
  const { id, hostname, otherNames, training, versions, modelVersion } = project;
  const detail = useDetail(id, `${snapshot.moment} ${modelVersion} ${training.state}`);
  const trainOff = isGone ? "The server does not answer." : training.state === "idle" ? undefined : "A training is on its way.";
  return (
    <>
      <header class="project-head">
        <div>
          <h2>{projectName(project)}</h2>
          <p class="quiet">
            {detail?.url === undefined ? hostname : <Away href={detail.url}>{hostname.replace(/^https?:\/\//, "")}</Away>}
            {otherNames.length > 0 && ` also known as ${otherNames.join(", ")}`}
          </p>
          <p class="quiet studio">{studioLine(project, { hasToken: snapshot.labelStudio !== undefined, now })}</p>
        </div>
        <Action kind="primary" offBecause={trainOff} run={() => ask(`api/projects/${id}/train`)} onRefused={setRefused}>
          Train now
        </Action>
      </header>
      {refused !== undefined && (
        <div class="banner bad" role="alert">
          <p>{refused}</p>
          <button type="button" class="action plain" onClick={() => setRefused(undefined)}>
            Close
          </button>
        </div>
      )}
      <TrainingPanel project={project} runs={detail?.runs ?? []} now={now} isGone={isGone} onRefused={setRefused} />
      <Figures project={project} now={now} />
      <div class="grid">
        <div class="column">
          <Card
            title="Accuracy over labels"
            aside={versions.length > 0 ? <span class="quiet">with its 95 % interval</span> : undefined}
          >
            <AccuracyChart versions={versions} serving={modelVersion} />
          </Card>
          <VersionsCard project={project} now={now} isGone={isGone} onRefused={setRefused} />
          <EventsCard events={detail?.events ?? snapshot.events} now={now} />
        </div>
        <div class="column">
          <LabelsCard labels={detail?.labels} />
          <NextCard next={detail?.next} />
          <ServerCard snapshot={snapshot} now={now} />
        </div>
      </div>
    </>
  );
}

/** The figures that one looks at first. */
function Figures({ project, now }: { readonly project: ProjectStatus; readonly now: number }) {
  const { annotations, newAnnotations, modelVersion, isLoaded, lastRun, versions, head, training } = project;
  const serving = versions.find(({ version }) => version === modelVersion);
  const [point] = serving ? accuracyPoints([serving]) : [];
  const accuracy = head?.accuracy ?? point?.accuracy;
  const last = lastTraining(lastRun, now);
  const ended =
    lastRun?.message ??
    (lastRun?.endedAt === undefined ? "starts when it is asked for" : `took ${duration(lastRun.endedAt - lastRun.startedAt)}`);
  const news =
    lastRun === undefined
      ? "no training so far"
      : `${newAnnotations === 0 ? "none" : number(newAnnotations)} since the last training`;
  const range = point
    ? `${Math.round(100 * point.low)} to ${Math.round(100 * point.high)} %, ${number(point.heldOut)} held-out labels`
    : undefined;
  return (
    <dl class="figures">
      <div>
        <dt>Labels</dt>
        <dd>{number(annotations)}</dd>
        <dd class="sub">{news}</dd>
      </div>
      <div>
        <dt>Accuracy</dt>
        <dd>{percent(accuracy)}</dd>
        <dd class="sub">
          {head?.accuracy !== undefined ? "in cross-validation" : (range ?? "measured after the first training")}
        </dd>
      </div>
      <div>
        <dt>Answers</dt>
        <dd class="code" title={modelVersion}>
          {modelVersion}
        </dd>
        <dd class="sub">{head ? headLine(project) : isLoaded ? "in memory" : "loaded when it is asked"}</dd>
      </div>
      <div>
        <dt>Training</dt>
        <dd>
          {training.state === "idle" ? (
            <Badge kind={last.kind}>{last.text}</Badge>
          ) : (
            <Badge kind="accent">{training.state}</Badge>
          )}
        </dd>
        <dd class="sub" title={lastRun?.endedAt === undefined ? undefined : dateTime(lastRun.endedAt)}>
          {training.state === "running"
            ? `since ${clockTime(training.startedAt)}`
            : training.state === "queued"
              ? causeOf(training.cause)
              : ended}
        </dd>
      </div>
    </dl>
  );
}

/** A head that is solved with each label, in a line. */
function headLine({ head }: ProjectStatus): string {
  if (head?.solvedAt === undefined) return "the head is not solved yet";
  const took = head.milliseconds === undefined ? "" : ` in ${Math.round(head.milliseconds)} ms`;
  return `head of ${count(head.labelled, "label")}${head.withNames ? " and the labels' names" : ""}, solved${took}`;
}
