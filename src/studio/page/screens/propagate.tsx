import { useState } from "preact/hooks";
import { duration, percent } from "../../../page/parts/words.js";
import type { Wrote } from "../../api/item-contract.js";
import type { PropagateConfig, PropagationView } from "../../api/work-contract.js";
import { api, uniqueId } from "../client/api.js";
import { studio } from "../client/live.js";
import { modelRefusal } from "../client/role.js";
import { toast, toastError } from "../client/toasts.js";
import { items as itemWords, undoLast } from "../client/write-batch.js";
import { DensityLegend, DensityPlot } from "../parts/density-plot.js";
import { Dialog } from "../parts/dialog.js";
import { EmptyState } from "../parts/empty-state.js";
import { NumberField } from "../parts/fields.js";
import { ScreenHead } from "../parts/screen-head.js";
import { Skeleton, Trouble } from "../parts/trouble.js";
import { jobsRevision, useReading } from "../parts/use-reading.js";

/** Labels spread to like items: look at it, rank by it, or accept what is sure. */
export function PropagateScreen() {
  const {
    value: view,
    error,
    again,
  } = useReading<PropagationView>("propagation", `${jobsRevision(["propagate", "features"])} ${studio.value?.counts.answered}`);
  if (error && !view) return <Trouble error={error} again={again} />;
  return (
    <div class="screen">
      <ScreenHead title="Propagate" words="Labels spread along the nearest neighbours to items that have none." />
      {view ? (
        <div class="train">
          <PropagateForm view={view} again={again} />
          <div class="train-main">
            <Outcome view={view} again={again} />
          </div>
        </div>
      ) : (
        <div class="train">
          <Skeleton />
          <Skeleton />
        </div>
      )}
    </div>
  );
}

function PropagateForm({ view, again }: { readonly view: PropagationView; readonly again: () => void }) {
  const [config, setConfig] = useState<PropagateConfig>(view.config);
  const [isAsking, setAsking] = useState(false);
  const set = (change: Partial<PropagateConfig>) => setConfig((before) => ({ ...before, ...change }));
  const isRunning = view.job?.state === "running";
  const answered = studio.value?.counts.answered ?? 0;
  const missing = answered === 0 ? "Some labels are needed first: there is nothing to spread." : modelRefusal();
  const begin = async () => {
    if (isAsking || isRunning || missing !== undefined) return;
    setAsking(true);
    await api("propagate", { method: "POST", body: config }).catch(toastError);
    setAsking(false);
    again();
  };
  return (
    <form
      class="card train-form"
      aria-label="How labels spread"
      onSubmit={(event) => {
        event.preventDefault();
        void begin();
      }}
    >
      <div class="fields">
        <NumberField
          name="Neighbours"
          help="Of each item, by the cosine."
          value={config.neighbours}
          min={1}
          max={200}
          step={1}
          onChange={(neighbours) => set({ neighbours })}
        />
        <NumberField
          name="Temperature"
          help="The lower, the more the nearest alone count."
          value={config.temperature}
          min={1e-4}
          max={10}
          onChange={(temperature) => set({ temperature })}
        />
        <NumberField
          name="Iterations"
          help="So many steps a label may go."
          value={config.iterations}
          min={1}
          max={1000}
          step={1}
          onChange={(iterations) => set({ iterations })}
        />
      </div>
      {missing !== undefined && <p class="missing">{missing}</p>}
      <div class="side-actions">
        <button type="submit" class="action primary" aria-disabled={isAsking || isRunning || missing !== undefined}>
          {isRunning ? "Spreading" : "Spread the labels"}
        </button>
        {isRunning && (
          <button
            type="button"
            class="action danger"
            onClick={() => void api(`jobs/${view.job?.id}/cancel`, { method: "POST", body: {} }).then(again, toastError)}
          >
            Cancel
          </button>
        )}
      </div>
      {isRunning && view.job && (
        <div class="run-progress">
          <progress max={1} value={view.job.progress} aria-label="Progress" />
          <p class="quiet">
            {view.job.message}
            {view.job.secondsLeft !== undefined && `, about ${duration(1000 * view.job.secondsLeft)} left`}
          </p>
        </div>
      )}
    </form>
  );
}

function Outcome({ view, again }: { readonly view: PropagationView; readonly again: () => void }) {
  const labels = studio.value?.labels ?? [];
  if (view.job?.state === "failed")
    return (
      <div class="banner bad" role="alert">
        <p>{view.job.error ?? "It failed."} Nothing was changed.</p>
      </div>
    );
  if (view.histograms.length === 0)
    return (
      <section class="card">
        <EmptyState icon="propagate" title="Nothing has spread yet">
          <p>
            A label goes to an item's nearest neighbours, from these to theirs, and fades on the way. Known labels stay as they
            are. Nothing is written until you accept it.
          </p>
        </EmptyState>
      </section>
    );
  return (
    <>
      <Accept view={view} again={again} />
      <section class="card" aria-labelledby="spread-title">
        <header class="card-head">
          <h3 id="spread-title">Probabilities by label</h3>
          <DensityLegend />
        </header>
        <div class="densities">
          {view.histograms.map((histogram) => {
            const name = labels.find(({ id }) => id === histogram.label)?.name ?? String(histogram.label);
            return (
              <div key={histogram.label}>
                <h4>
                  {name}
                  <span class="quiet">{histogram.auc !== undefined && `AUC ${histogram.auc.toFixed(2)}`}</span>
                </h4>
                <DensityPlot histogram={histogram} name={name} />
              </div>
            );
          })}
        </div>
      </section>
    </>
  );
}

/** What would be answered from each threshold on, and how well that went where the answer is known. */
function Accept({ view, again }: { readonly view: PropagationView; readonly again: () => void }) {
  const rows = view.accepted;
  const [threshold, setThreshold] = useState(() => firstThreshold(rows));
  const [isAsking, setAsking] = useState(false);
  const [isSure, setSure] = useState(false);
  const row = rows.find((known) => known.threshold === threshold) ?? rows.at(-1);
  const rank = async () => {
    try {
      await api("propagation/use", { method: "POST", body: { action: "rank" } });
      toast("Items are ranked by what has spread.", { kind: "good" });
    } catch (error) {
      toastError(error);
    }
  };
  const accept = async () => {
    if (!row || isAsking) return;
    setAsking(true);
    const batchId = uniqueId();
    try {
      await api<Wrote>("propagation/use", {
        method: "POST",
        body: { action: "accept", threshold: row.threshold, batchId },
        idempotencyKey: batchId,
      });
      toast(`${itemWords(row.items)} answered`, {
        kind: "good",
        action: { name: "Undo", run: () => void undoLast().then(again) },
      });
    } catch (error) {
      toastError(error);
    }
    setAsking(false);
    setSure(false);
    again();
  };
  return (
    <section class="card" aria-labelledby="accept-title">
      <header class="card-head">
        <h3 id="accept-title">{`${itemWords(view.reached)} reached`}</h3>
        <button type="button" class="action" onClick={() => void rank()}>
          Use for ranking
        </button>
      </header>
      {rows.length === 0 || !row ? (
        <p class="empty">Nothing open is probable enough to be accepted.</p>
      ) : (
        <>
          <p class="quiet">
            Accept what is at least so probable as the answer. Look at the accuracy first: it is measured on labels that were held
            back.
          </p>
          <div class="table-frame">
            <table class="thresholds">
              <thead>
                <tr>
                  <th scope="col">From</th>
                  <th scope="col" class="figure">
                    Items
                  </th>
                  <th scope="col">Right, of those held back</th>
                </tr>
              </thead>
              <tbody>
                {rows.map(({ threshold: from, items, heldOutAccuracy }) => (
                  <tr key={from} class={from === row.threshold ? "is-chosen" : ""}>
                    <td>
                      <label class="threshold">
                        <input
                          type="radio"
                          name="threshold"
                          checked={from === row.threshold}
                          onChange={() => setThreshold(from)}
                        />
                        {shareName(from)}
                      </label>
                    </td>
                    <td class="figure">{items.toLocaleString("en")}</td>
                    <td>
                      {heldOutAccuracy === undefined ? (
                        <span class="quiet">not known: too few labels</span>
                      ) : (
                        <span class="share wide">
                          <span class="share-bar" aria-hidden="true">
                            <i style={{ width: `${Math.round(100 * heldOutAccuracy)}%` }} />
                          </span>
                          {percent(heldOutAccuracy)}
                        </span>
                      )}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          <div class="side-actions">
            <button
              type="button"
              class="action primary"
              aria-disabled={row.items === 0 || modelRefusal() !== undefined}
              title={modelRefusal()}
              onClick={() => row.items > 0 && modelRefusal() === undefined && setSure(true)}
            >
              {`Accept ${itemWords(row.items)}`}
            </button>
          </div>
        </>
      )}
      {isSure && row && (
        <Dialog title={`Answer ${itemWords(row.items)}?`} onClose={() => setSure(false)}>
          <div class="confirm">
            <p>
              {`Each gets the label that has spread to it with ${shareName(row.threshold)} or more. `}
              {row.heldOutAccuracy === undefined
                ? "How often that is right is not known."
                : `Of those held back, ${percent(row.heldOutAccuracy)} were right, so about ${Math.round((1 - row.heldOutAccuracy) * row.items).toLocaleString("en")} of them will be wrong.`}
            </p>
            <p class="quiet">It is one batch: one undo takes all of it back.</p>
            <div class="side-actions">
              <button type="button" class="action primary" aria-disabled={isAsking} onClick={() => void accept()}>
                {`Answer ${itemWords(row.items)}`}
              </button>
              <button type="button" class="action" onClick={() => setSure(false)}>
                Not now
              </button>
            </div>
          </div>
        </Dialog>
      )}
    </section>
  );
}

/** 0.9: "90 %". */
function shareName(share: number): string {
  return `${Number((100 * share).toFixed(1))} %`;
}

/** The lowest one that is right in 95 of 100 cases; otherwise the highest. */
function firstThreshold(rows: PropagationView["accepted"]): number | undefined {
  const good = rows.filter(({ heldOutAccuracy }) => (heldOutAccuracy ?? 0) >= 0.95);
  return good.length > 0 ? Math.min(...good.map(({ threshold }) => threshold)) : rows.at(-1)?.threshold;
}
