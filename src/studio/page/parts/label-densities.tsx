import { percent } from "../../../page/parts/words.js";
import type { LabelHistogram } from "../../api/work-contract.js";
import { labelsById } from "../label/labels.js";
import { DensityLegend, DensityPlot } from "./density-plot.js";

/** How probable each label is, by what the items' answers are; nothing where nothing is known. */
export function LabelDensities({ histograms }: { readonly histograms: readonly LabelHistogram[] }) {
  if (histograms.length === 0) return null;
  return (
    <section class="card" aria-labelledby="densities-title">
      <header class="card-head">
        <h3 id="densities-title">Probabilities by label</h3>
        <DensityLegend />
      </header>
      <div class="densities">
        {histograms.map((histogram) => {
          const { label, auc, accuracy } = histogram;
          const name = labelsById.value.get(label)?.name ?? String(label);
          const figures = [
            ...(auc === undefined ? [] : [`AUC ${auc.toFixed(2)}`]),
            ...(accuracy === undefined ? [] : [`${percent(accuracy)} right`]),
          ];
          return (
            <div key={label}>
              <h4>
                {name}
                <span class="quiet">{figures.join(" · ")}</span>
              </h4>
              <DensityPlot histogram={histogram} name={name} />
            </div>
          );
        })}
      </div>
    </section>
  );
}
