import { useState } from "preact/hooks";
import { Away, Badge, Card, Loading } from "../../page/parts/parts.js";
import { ago, count, dateTime, duration, mebibytes, number } from "../../page/parts/words.js";
import type { NextTask, ProjectDetail } from "../backend/project-detail.js";
import type { StatusSnapshot } from "../backend/status.js";
import type { EventRecord } from "../state/records.js";

const SHOWN_CLASSES = 12;

/** Labels per class, as bars; classes that nobody has chosen stand out. */
export function LabelsCard({ labels }: { readonly labels: ProjectDetail["labels"] | undefined }) {
  const aside = labels && labels.skipped > 0 ? <span class="quiet">{number(labels.skipped)} skipped</span> : undefined;
  return (
    <Card title="Labels per class" aside={aside}>
      {labels === undefined && <Loading lines={5} />}
      {labels?.controls.length === 0 && <p class="empty">The labelling configuration has no choices yet.</p>}
      {labels?.controls.map(({ control, counts }) => (
        <Classes key={control} control={labels.controls.length > 1 ? control : undefined} counts={counts} />
      ))}
    </Card>
  );
}

interface ClassesProps {
  readonly control: string | undefined;
  readonly counts: readonly { readonly label: string; readonly annotations: number }[];
}

function Classes({ control, counts }: ClassesProps) {
  const [isWhole, setWhole] = useState(false);
  const most = Math.max(1, ...counts.map(({ annotations }) => annotations));
  const without = counts.filter(({ annotations }) => annotations === 0).length;
  const shown = isWhole ? counts : counts.slice(0, SHOWN_CLASSES);
  return (
    <>
      {control !== undefined && <h4>{control}</h4>}
      {without > 0 && without < counts.length && (
        <p class="note">
          <Badge kind="warn">{count(without, "class", "classes")} without a label</Badge>
        </p>
      )}
      <ul class="classes">
        {shown.map(({ label, annotations }) => (
          <li key={label}>
            <span class="name" title={label}>
              {label}
            </span>
            <span class={annotations === 0 ? "value none" : "value"}>{number(annotations)}</span>
            <svg class="bar" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true">
              <rect class="rail" width="100" height="6" />
              <rect class="fill" width={(100 * annotations) / most} height="6" />
            </svg>
          </li>
        ))}
      </ul>
      {counts.length > SHOWN_CLASSES && (
        <button type="button" class="more" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? "Show fewer" : `Show all ${number(counts.length)}`}
        </button>
      )}
    </>
  );
}

/** What to label next, with links. */
export function NextCard({ next }: { readonly next: readonly NextTask[] | undefined }) {
  return (
    <Card title="Next tasks" aside={<span class="quiet">least certain first</span>}>
      {next === undefined && <Loading lines={4} />}
      {next?.length === 0 && (
        <p class="empty">
          None yet. Tasks stand here once the version that answers has predicted them: open some, or use Retrieve predictions.
        </p>
      )}
      {next !== undefined && next.length > 0 && (
        <ol class="next">
          {next.map(({ task, score, predicted, excerpt, url }) => (
            <li key={task}>
              <div class="line">
                {url === undefined ? <span>Task {task}</span> : <Away href={url}>Task {task}</Away>}
                <span class="quiet">
                  {predicted.length > 0 && `${predicted.join(", ")} · `}score {score.toFixed(2)}
                </span>
              </div>
              {excerpt !== "" && <p class="excerpt">{excerpt}</p>}
            </li>
          ))}
        </ol>
      )}
    </Card>
  );
}

const SIGNS = { info: "·", warn: "!", error: "×" } as const;
const LEVELS = { info: "Note", warn: "Warning", error: "Error" } as const;
const SHOWN_EVENTS = 8;

/** What has happened, the newest first. */
export function EventsCard({ events, now }: { readonly events: readonly EventRecord[]; readonly now: number }) {
  const [only, setOnly] = useState<"all" | "problems">("all");
  const [isWhole, setWhole] = useState(false);
  const wanted = events.filter(({ level }) => only === "all" || level !== "info");
  const shown = isWhole ? wanted : wanted.slice(0, SHOWN_EVENTS);
  const filter = (
    <fieldset class="switch">
      <legend class="unseen">Which events</legend>
      {(["all", "problems"] as const).map((name) => (
        <button key={name} type="button" aria-pressed={only === name} onClick={() => setOnly(name)}>
          {name === "all" ? "All" : "Problems"}
        </button>
      ))}
    </fieldset>
  );
  return (
    <Card title="Last events" aside={filter}>
      {wanted.length === 0 && <p class="empty">{only === "all" ? "Nothing has happened yet." : "No warnings and no errors."}</p>}
      <ul class="events">
        {shown.map(({ id, at, level, message }) => (
          <li key={id} class={level}>
            <span class="sign" aria-hidden="true">
              {SIGNS[level]}
            </span>
            <p>
              {level !== "info" && <strong>{LEVELS[level]}: </strong>}
              {message}
            </p>
            <time dateTime={new Date(at).toISOString()} title={dateTime(at)}>
              {ago(at, now)}
            </time>
          </li>
        ))}
      </ul>
      {wanted.length > SHOWN_EVENTS && (
        <button type="button" class="more" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>
          {isWhole ? "Show fewer" : `Show all ${number(wanted.length)}`}
        </button>
      )}
    </Card>
  );
}

/** How the server does, and how it was set up. */
export function ServerCard({ snapshot, now }: { readonly snapshot: StatusSnapshot; readonly now: number }) {
  const { server, queue, settings } = snapshot;
  const isBehind = queue.rejected > 0;
  return (
    <Card
      title="Server"
      aside={isBehind ? <Badge kind="warn">requests were refused</Badge> : <Badge kind="good">keeps up</Badge>}
    >
      <dl class="facts-list">
        <dt>Predictions</dt>
        <dd>
          {number(queue.running)} running, {number(queue.waiting)} waiting
          {isBehind && `, ${number(queue.rejected)} refused since the start`}
        </dd>
        <dt>Model at the start</dt>
        <dd class="code">{server.baseModel}</dd>
        <dt>Up for</dt>
        <dd title={dateTime(server.startedAt)}>{duration(now - server.startedAt)}</dd>
        <dt>Memory</dt>
        <dd>{mebibytes(server.memoryBytes)}, models aside</dd>
      </dl>
      {settings.length > 0 && (
        <details class="settings">
          <summary>Settings as they are</summary>
          <dl class="facts-list">
            {settings.map(({ name, value }) => (
              <>
                <dt class="code">{name}</dt>
                <dd class="code">{value}</dd>
              </>
            ))}
          </dl>
        </details>
      )}
    </Card>
  );
}
