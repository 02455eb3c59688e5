import { Logo } from "../../../page/parts/parts.js";
import { duration } from "../../../page/parts/words.js";
import type { JobView } from "../../api/work-contract.js";
import { retryNow, saveFailure, unsaved } from "../client/answers.js";
import { studio } from "../client/live.js";
import { href } from "../client/router.js";
import { nextTheme, type Theme, theme } from "../client/theme.js";
import { Icon, type IconName } from "./icons.js";

const JOB_WORDS: Readonly<Record<JobView["kind"], string>> = {
  ...{ features: "Reading features", map: "Drawing the map", train: "Training", score: "Scoring" },
  ...{ propagate: "Propagating", export: "Exporting" },
};

const THEME_ICONS: Readonly<Record<Theme, IconName>> = { system: "system", light: "sun", dark: "moon" };
const THEME_WORDS: Readonly<Record<Theme, string>> = { system: "as the system", light: "light", dark: "dark" };

/** What stands above all screens. */
export function Header({ onHelp }: { readonly onHelp: () => void }) {
  const state = studio.value;
  return (
    <header class="top">
      <a class="home" href={href("label")}>
        <Logo />
        <h1>{state?.project.name ?? "baal studio"}</h1>
      </a>
      <div class="chips">
        {state?.jobs
          .filter((job) => job.state === "running" && job.kind !== "train")
          .map((job) => (
            <JobChip key={job.id} job={job} />
          ))}
        <UnsavedChip />
        {state?.project.isBegun && <VersionChip />}
      </div>
      <div class="top-tools">
        <button
          type="button"
          class="tool"
          aria-label={`Colours: ${THEME_WORDS[theme.value]}`}
          title={`Colours: ${THEME_WORDS[theme.value]}`}
          onClick={nextTheme}
        >
          <Icon name={THEME_ICONS[theme.value]} />
        </button>
        <button type="button" class="tool" aria-label="Keys" title="Keys (?)" onClick={onHelp}>
          <Icon name="help" />
        </button>
        {state && (
          <span class="user" title={`${state.user.name}, ${state.user.role}`}>
            <span class="user-sign" aria-hidden="true">
              {state.user.name.slice(0, 1).toUpperCase()}
            </span>
            <span class="user-name">{state.user.name}</span>
          </span>
        )}
      </div>
    </header>
  );
}

/** Answers that are not on the server's disk: only where they stay so for longer than a moment. */
function UnsavedChip() {
  const failure = saveFailure.value;
  if (failure === undefined) return null;
  return (
    <button type="button" class="chip is-warn" title={`${failure} Press to try again.`} onClick={retryNow}>
      <Icon name="warning" size={16} />
      <span class="figure">{unsaved.value} unsaved</span>
      <span class="chip-retry">Retry</span>
    </button>
  );
}

function JobChip({ job }: { readonly job: JobView }) {
  const percent = Math.round(100 * job.progress);
  const left = job.secondsLeft === undefined ? "" : `, about ${duration(1000 * job.secondsLeft)} left`;
  return (
    <span class="chip" title={`${job.message}${left}`}>
      <Ring share={job.progress} />
      <span>
        {JOB_WORDS[job.kind]} <span class="figure">{percent} %</span>
      </span>
    </span>
  );
}

/** Which version suggests, and how far the next one is. */
function VersionChip() {
  const state = studio.value!;
  const { version, isRanking, failure } = state.model;
  const training = state.jobs.find(({ kind, state }) => kind === "train" && state === "running");
  if (failure !== undefined)
    return (
      <a class="chip is-bad" href={href("train")} title={failure}>
        <Icon name="warning" size={16} />
        <span>{version ?? "Model"}: failed</span>
      </a>
    );
  const next = `${nextName(version)} at ${Math.round(100 * (training?.progress ?? 0))} %`;
  const words = training ? (version === undefined ? next : `${version}, ${next}`) : (version ?? "No version yet");
  return (
    <a class="chip" href={href("train")} title={state.model.reason}>
      {training ? (
        <Ring share={training.progress} />
      ) : (
        <span class={`chip-dot ${isRanking ? "is-busy" : version === undefined ? "is-none" : ""}`} aria-hidden="true" />
      )}
      <span class="figure">{words}</span>
      {isRanking && <span class="unseen">, ranking</span>}
    </a>
  );
}

/** The version after `v3` is `v4`. */
function nextName(version: string | undefined): string {
  const [, letters, digits] = /^(.*?)(\d+)$/.exec(version ?? "v0") ?? [];
  return digits === undefined ? "next" : `${letters}${Number(digits) + 1}`;
}

/** A share of 1, as a ring. */
function Ring({ share }: { readonly share: number }) {
  return (
    <svg class="ring" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <circle class="ring-rail" cx="8" cy="8" r="6" />
      <circle class="ring-share" cx="8" cy="8" r="6" pathLength="100" stroke-dasharray={`${100 * share} 100`} />
    </svg>
  );
}
