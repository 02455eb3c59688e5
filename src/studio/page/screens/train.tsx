import { useEffect, useState } from "preact/hooks";
import { count } from "../../../page/parts/words.js";
import type { TrainConfig } from "../../api/model-config.js";
import type { TrainingView } from "../../api/work-contract.js";
import { api } from "../client/api.js";
import { studio } from "../client/live.js";
import { href } from "../client/router.js";
import { toast, toastError } from "../client/toasts.js";
import { Choices, NumberField, Toggle } from "../parts/fields.js";
import { JobForm } from "../parts/job.js";
import { LabelDensities } from "../parts/label-densities.js";
import { ReadScreen } from "../parts/read-screen.js";
import { jobsRevision, useReading, useTrainingEvents } from "../parts/use-reading.js";
import { RunCard } from "../train/run-card.js";
import { Versions } from "../train/versions.js";

/** Trains, and shows how it goes. */
export function TrainScreen() {
  const points = useTrainingEvents();
  const revision = `${points} ${jobsRevision(["train", "features"])} ${studio.value?.counts.answered}`;
  const reading = useReading<TrainingView>("train", revision);
  const { again } = reading;
  const words = "A training makes a version of the model that ranks and suggests. Labelling goes on meanwhile.";
  return (
    <ReadScreen title="Train" words={words} reading={reading} frame="train" parts={2}>
      {(training) => (
        <>
          <TrainForm training={training} again={again} />
          <div class="train-main">
            <RunCard training={training} again={again} />
            <LabelDensities histograms={training.histograms} />
            <Versions versions={training.versions} again={again} />
            {training.log.length > 0 && (
              <details class="card log">
                <summary>Log</summary>
                <pre>{training.log.slice(-300).join("\n")}</pre>
              </details>
            )}
          </div>
        </>
      )}
    </ReadScreen>
  );
}

const SAMPLERS = [
  { value: "class", words: "By class" },
  { value: "instance", words: "By item" },
  { value: "squareroot", words: "Square root" },
] as const satisfies readonly { readonly value: TrainConfig["sampler"]; readonly words: string }[];
const OPTIMIZERS = [
  { value: "adam", words: "Adam" },
  { value: "momentum", words: "Momentum" },
] as const satisfies readonly { readonly value: TrainConfig["optimizer"]; readonly words: string }[];
const SCHEDULES = [
  { value: "none", words: "Constant" },
  { value: "cosine", words: "Cosine" },
] as const satisfies readonly { readonly value: TrainConfig["schedule"]; readonly words: string }[];

function TrainForm({ training, again }: { readonly training: TrainingView; readonly again: () => void }) {
  const [config, setConfig] = useState(training.config);
  const set = (change: Partial<TrainConfig>) => setConfig((before) => ({ ...before, ...change }));
  const isSolved = training.model === "solved";
  return (
    <JobForm
      name="How it is trained"
      job={training.job}
      path="train"
      config={config}
      words={["Train now", "Training runs"]}
      missing={training.missing}
      again={again}
      aside={
        <a class="quiet" href={href("model")}>
          Change the model
        </a>
      }
    >
      {isSolved ? (
        <p class="quiet">
          The model is solved from all labels at once: there is nothing to draw, no learning rate and no epochs. A training keeps
          the head as it is now as a version.
        </p>
      ) : (
        <StepFields config={config} set={set} />
      )}
      <Toggle
        name={isSolved ? "Use its predictions" : "Update predictions"}
        help={
          isSolved
            ? "For the order and the histograms, as soon as it is solved."
            : "After each epoch, for the order and the histograms."
        }
        value={config.updatePredictions}
        onChange={(updatePredictions) => set({ updatePredictions })}
      />
      <AutoTrain />
    </JobForm>
  );
}

/** How a model learns that learns step by step. */
function StepFields({ config, set }: { readonly config: TrainConfig; readonly set: (change: Partial<TrainConfig>) => void }) {
  return (
    <>
      <Choices
        name="Items are drawn"
        choices={SAMPLERS}
        value={config.sampler}
        onChange={(sampler) => set({ sampler })}
        help="By class: rare labels as often as frequent ones."
      />
      <Choices name="Optimiser" choices={OPTIMIZERS} value={config.optimizer} onChange={(optimizer) => set({ optimizer })} />
      <NumberField
        name="Learning rate"
        value={config.learningRate}
        min={1e-9}
        max={10}
        onChange={(learningRate) => set({ learningRate })}
      />
      <Choices name="Decay" choices={SCHEDULES} value={config.schedule} onChange={(schedule) => set({ schedule })} />
      <div class="fields-row">
        <NumberField name="Epochs" value={config.epochs} min={1} max={1000} step={1} onChange={(epochs) => set({ epochs })} />
        <NumberField
          name="Batches an epoch"
          value={config.batchesPerEpoch}
          min={1}
          max={10_000}
          step={1}
          onChange={(batchesPerEpoch) => set({ batchesPerEpoch })}
        />
        <NumberField
          name="Batch size"
          value={config.batchSize}
          min={1}
          max={1024}
          step={1}
          onChange={(batchSize) => set({ batchSize })}
        />
        <NumberField
          name="To predict"
          value={config.predictionBatchSize}
          min={1}
          max={4096}
          step={1}
          onChange={(predictionBatchSize) => set({ predictionBatchSize })}
        />
      </div>
      <NumberField
        name="Fine-tune the encoder after epoch"
        help="-1: never."
        value={config.fineTuneAfter}
        min={-1}
        max={1000}
        step={1}
        onChange={(fineTuneAfter) => set({ fineTuneAfter })}
      />
    </>
  );
}

/** Trains by itself after so many labels: a setting of the project. */
function AutoTrain() {
  const every = studio.value?.settings.autoTrainEvery ?? 0;
  const [wanted, setWanted] = useState(every);
  useEffect(() => setWanted(every), [every]);
  useEffect(() => {
    if (wanted === every) return;
    const timer = setTimeout(() => {
      void api("project", { method: "PATCH", body: { settings: { autoTrainEvery: wanted } } }).then(
        () =>
          toast(wanted === 0 ? "Trains only when asked to." : `Trains after every ${count(wanted, "label")}.`, { kind: "good" }),
        toastError,
      );
    }, 700);
    return () => clearTimeout(timer);
  }, [wanted]);
  return (
    <NumberField
      name="Train by itself after so many labels"
      help="0: only when asked to."
      value={every}
      min={0}
      max={100_000}
      step={1}
      onChange={setWanted}
    />
  );
}
