import { dateTime, number, percent } from "../../../page/parts/words.js";
import type { VersionView } from "../../api/work-contract.js";
import { api } from "../client/api.js";
import { modelRefusal } from "../client/role.js";
import { toast } from "../client/toasts.js";
import { useOnce } from "../parts/use-once.js";

/** All versions, the newest first; another one may rank and suggest. */
export function Versions({ versions, again }: { readonly versions: readonly VersionView[]; readonly again: () => void }) {
  const off = modelRefusal();
  const [isAsking, serve] = useOnce(async (name: string) => {
    await api(`versions/${encodeURIComponent(name)}/serve`, { method: "POST", body: {} }).finally(again);
    toast(`${name} ranks and suggests now.`, { kind: "good" });
  });
  if (versions.length === 0) return null;
  return (
    <section class="card" aria-labelledby="versions-title">
      <header class="card-head">
        <h3 id="versions-title">Versions</h3>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keys. */}
      <section class="table-frame" tabIndex={0} aria-label="All versions">
        <table>
          <thead>
            <tr>
              <th scope="col">Version</th>
              <th scope="col">Model</th>
              <th scope="col" class="figure">
                Labels
              </th>
              <th scope="col" class="figure" title="Of the validation items">
                Accuracy
              </th>
              <th scope="col">Trained</th>
              <th scope="col">
                <span class="unseen">What can be done</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {[...versions]
              .sort((a, b) => b.trainedAt - a.trainedAt)
              .map(({ name, config, labelled, metrics, trainedAt, isServing }) => (
                <tr key={name} class={isServing ? "is-serving" : ""}>
                  <th scope="row" class="code">
                    {name}
                  </th>
                  <td>{config === undefined ? "solved" : config.kind === "head" ? config.head.type : config.kind}</td>
                  <td class="figure">{number(labelled)}</td>
                  <td class="figure">{percent(metrics["validationAccuracy"])}</td>
                  <td>{trainedAt > 0 ? dateTime(trainedAt) : "–"}</td>
                  <td class="figure">
                    {isServing ? (
                      <span class="badge good">in use</span>
                    ) : (
                      <button
                        type="button"
                        class="action"
                        aria-label={`Use ${name}`}
                        aria-disabled={isAsking || off !== undefined}
                        title={off}
                        onClick={() => off === undefined && serve(name)}
                      >
                        Use
                      </button>
                    )}
                  </td>
                </tr>
              ))}
          </tbody>
        </table>
      </section>
    </section>
  );
}
