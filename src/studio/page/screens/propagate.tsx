import { useState } from "preact/hooks";
import { percent } from "../../../page/parts/words.js";
import type { Wrote } from "../../api/item-contract.js";
import type { PropagateConfig, PropagationView, UsePropagation } from "../../api/work-contract.js";
import { api, uniqueId } from "../client/api.js";
import { studio } from "../client/live.js";
import { modelRefusal } from "../client/role.js";
import { toast } from "../client/toasts.js";
import { items as itemWords, undoLast } from "../client/write-batch.js";
import { DialogForm } from "../parts/dialog-form.js";
import { EmptyState } from "../parts/empty-state.js";
import { NumberField } from "../parts/fields.js";
import { CancelJob, JobFailure, JobForm, JobProgress, running } from "../parts/job.js";
import { LabelDensities } from "../parts/label-densities.js";
import { ReadScreen } from "../parts/read-screen.js";
import { useOnce } from "../parts/use-once.js";
import { jobsRevision, useReading } from "../parts/use-reading.js";

/** Labels spread to like items: look at it, rank by it, or accept what is sure. */
export function PropagateScreen() {
  const revision = `${jobsRevision(["propagate", "features"])} ${studio.value?.counts.answered}`;
  const reading = useReading<PropagationView>("propagation", revision);
  const { again } = reading;
  const words = "Labels spread along the nearest neighbours to items that have none.";
  return (
    <ReadScreen title="Propagate" words={words} reading={reading} frame="train" parts={2}>
      {(view) => (
        <>
          <PropagateForm view={view} again={again} />
          <div class="train-main">
            <Outcome view={view} again={again} />
          </div>
        </>
      )}
    </ReadScreen>
  );
}

function PropagateForm({ view, again }: { readonly view: PropagationView; readonly again: () => void }) {
  const [config, setConfig] = useState<PropagateConfig>(view.config);
  const set = (change: Partial<PropagateConfig>) => setConfig((before) => ({ ...before, ...change }));
  const answered = studio.value?.counts.answered ?? 0;
  return (
    <JobForm
      name="How labels spread"
      job={view.job}
      path="propagate"
      config={config}
      words={["Spread the labels", "Spreading"]}
      missing={answered === 0 ? "Some labels are needed first: there is nothing to spread." : undefined}
      again={again}
    >
      <NumberField
        name="Neighbours"
        help="Of each item, by the cosine."
        value={config.neighbours}
        min={1}
        max={100}
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
    </JobForm>
  );
}

function Outcome({ view, again }: { readonly view: PropagationView; readonly again: () => void }) {
  const now = running(view.job);
  return (
    <>
      {now && (
        <section class="card" aria-labelledby="spreading-title">
          <header class="card-head">
            <h3 id="spreading-title">Labels spread</h3>
            <CancelJob job={now} again={again} />
          </header>
          <JobProgress job={now} name="Progress of the labels" />
        </section>
      )}
      <JobFailure job={view.job} otherwise="It failed." after="Nothing was changed." />
      {view.histograms.length > 0 ? (
        <>
          <Accept view={view} again={again} />
          <LabelDensities histograms={view.histograms} />
        </>
      ) : (
        !now && (
          <section class="card">
            <EmptyState icon="propagate" title="Nothing has spread yet">
              <p>
                A label goes to an item's nearest neighbours, from these to theirs, and fades on the way. Known labels stay as
                they are. Nothing is written until you accept it.
              </p>
            </EmptyState>
          </section>
        )
      )}
    </>
  );
}

/** What would be answered from each threshold on, and how well that went where the answer is known. */
function Accept({ view, again }: { readonly view: PropagationView; readonly again: () => void }) {
  const rows = view.accepted;
  const [threshold, setThreshold] = useState(() => firstThreshold(rows));
  const [isSure, setSure] = useState(false);
  const row = rows.find((known) => known.threshold === threshold) ?? rows.at(-1);
  const off = modelRefusal() ?? (row?.items === 0 ? "Nothing is so probable" : undefined);
  const [isRanking, rank] = useOnce(async () => {
    await api("propagation/use", { method: "POST", body: { action: "rank" } satisfies UsePropagation });
    toast("Items are ranked by what has spread.", { kind: "good" });
  });
  const [isAccepting, accept] = useOnce(async () => {
    const batchId = uniqueId();
    const body: UsePropagation = { action: "accept", threshold: row!.threshold, batchId };
    try {
      const { count } = await api<Wrote>("propagation/use", { method: "POST", body, idempotencyKey: batchId });
      toast(`${itemWords(count)} answered`, {
        kind: "good",
        action: { name: "Undo", run: () => void undoLast().then(again) },
      });
    } finally {
      setSure(false);
      again();
    }
  });
  return (
    <section class="card" aria-labelledby="accept-title">
      <header class="card-head">
        <h3 id="accept-title">{`${itemWords(view.reached)} reached`}</h3>
        <button
          type="button"
          class="action"
          aria-disabled={isRanking || modelRefusal() !== undefined}
          title={modelRefusal()}
          onClick={() => modelRefusal() === undefined && rank()}
        >
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
              aria-disabled={off !== undefined}
              title={off}
              onClick={() => off === undefined && setSure(true)}
            >
              {`Accept ${itemWords(row.items)}`}
            </button>
          </div>
        </>
      )}
      {isSure && row && (
        <DialogForm
          title={`Answer ${itemWords(row.items)}?`}
          name={`Answer ${itemWords(row.items)}`}
          isOff={isAccepting}
          onSave={accept}
          onClose={() => setSure(false)}
        >
          <p>
            {`Each gets the label that has spread to it with ${shareName(row.threshold)} or more. `}
            {row.heldOutAccuracy === undefined
              ? "How often that is right is not known."
              : `Of those held back, ${percent(row.heldOutAccuracy)} were right, so about ${Math.round((1 - row.heldOutAccuracy) * row.items).toLocaleString("en")} of them will be wrong.`}
          </p>
          <p class="quiet">It is one batch: one undo takes all of it back.</p>
        </DialogForm>
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
