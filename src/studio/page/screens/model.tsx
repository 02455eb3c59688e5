import { useEffect, useState } from "preact/hooks";
import type { ModelConfig } from "../../api/model-config.js";
import type { ModelView } from "../../api/work-contract.js";
import { ApiError, api } from "../client/api.js";
import { studio } from "../client/live.js";
import { modelRefusal } from "../client/role.js";
import { href } from "../client/router.js";
import { toast } from "../client/toasts.js";
import { HeadFields, LossFields, SolvedFields, UnlabelledFields } from "../model/model-fields.js";
import { Choices } from "../parts/fields.js";
import { ReadScreen } from "../parts/read-screen.js";
import { useOnce } from "../parts/use-once.js";
import { jobsRevision, useReading } from "../parts/use-reading.js";

const KINDS = [
  {
    value: "solved",
    words: "Solved after every label",
    help: "A last layer on the encoder's features, solved exactly in a moment. The best choice while labels are few.",
  },
  {
    value: "head",
    words: "Trained head",
    help: "Layers of your own on the encoder's features, trained on the Train screen.",
  },
  {
    value: "fine-tune",
    words: "Fine-tuned encoder",
    help: "All of the network is trained. Slow, and worth it from some hundred labels on.",
  },
] as const satisfies readonly { readonly value: ModelConfig["kind"]; readonly words: string; readonly help: string }[];

/** What the next training makes. */
export function ModelScreen() {
  const reading = useReading<ModelView>("model", jobsRevision(["features"]));
  const words = "What is put on the encoder's features, and what it is trained for.";
  return (
    <ReadScreen title="Model" words={words} reading={reading}>
      {(known) => <ModelForm known={known} again={reading.again} />}
    </ReadScreen>
  );
}

/** While one types nothing is asked for. */
const TYPING_MS = 150;

function ModelForm({ known, again }: { readonly known: ModelView; readonly again: () => void }) {
  const [config, setConfig] = useState(known.config);
  const [checked, setChecked] = useState(known);
  const isChanged = JSON.stringify(config) !== JSON.stringify(known.config);
  useEffect(() => {
    const controller = new AbortController();
    const timer = setTimeout(() => {
      void api<ModelView>("model/check", { method: "POST", body: config, signal: controller.signal }).then(
        setChecked,
        (cause: unknown) => {
          if (cause instanceof ApiError && !controller.signal.aborted)
            setChecked((before) => ({ ...before, parameters: undefined, problems: [{ field: "", message: cause.message }] }));
        },
      );
    }, TYPING_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [config, known]);
  const set = (change: Partial<ModelConfig>) => setConfig((before) => ({ ...before, ...change }));
  const problem = (field: string) => checked.problems.find((known) => known.field === field);
  const isShown = (field: string) => FIELDS_OF[config.kind].some((known) => field === known || field.startsWith(`${known}.`));
  const general = checked.problems.filter(({ field }) => !isShown(field));
  const task = studio.value?.project.task ?? "single";
  const off =
    modelRefusal() ?? (checked.problems.length > 0 ? "Something is refused" : isChanged ? undefined : "Nothing is changed");
  const [isSaving, save] = useOnce(async () => {
    await api<ModelView>("model", { method: "PUT", body: config });
    toast("The next training makes this model.", { kind: "good" });
    again();
  });
  return (
    <form
      class="model-form"
      onSubmit={(event) => {
        event.preventDefault();
        if (off === undefined) save();
      }}
    >
      <div class="form-sections">
        {general.length > 0 && (
          <div class="banner bad" role="alert">
            <ul>
              {general.map(({ field, message }) => (
                <li key={field + message}>{message}</li>
              ))}
            </ul>
          </div>
        )}
        <section class="card">
          <Choices
            name="What is trained"
            look="cards"
            choices={KINDS}
            value={config.kind}
            onChange={(kind) => set({ kind })}
            problem={problem("kind")?.message}
          />
        </section>
        {config.kind === "head" && <HeadFields config={config} set={set} problem={problem} />}
        {config.kind === "solved" ? (
          <SolvedFields config={config} set={set} problem={problem} task={task} />
        ) : (
          <>
            <LossFields config={config} set={set} problem={problem} task={task} />
            <UnlabelledFields config={config} set={set} problem={problem} />
          </>
        )}
      </div>
      <aside class="card model-sum" aria-label="The model in figures">
        <dl>
          <div>
            <dt>Parameters</dt>
            <dd class="large" aria-live="polite">
              {checked.parameters === undefined ? "–" : checked.parameters.toLocaleString("en")}
            </dd>
          </div>
          <div>
            <dt>It sees</dt>
            <dd>{checked.input}</dd>
          </div>
          <div>
            <dt>Labelled items</dt>
            <dd>{(studio.value?.counts.answered ?? 0).toLocaleString("en")}</dd>
          </div>
        </dl>
        <button type="submit" class="action primary" aria-disabled={off !== undefined || isSaving} title={off}>
          Use this model
        </button>
        {isChanged ? (
          <button type="button" class="more" onClick={() => setConfig(known.config)}>
            Take the changes back
          </button>
        ) : (
          <p class="quiet">
            {config.kind === "solved" ? "It is made anew with every label." : "It is made by the next training."}{" "}
            {config.kind !== "solved" && <a href={href("train")}>To the training</a>}
          </p>
        )}
      </aside>
    </form>
  );
}

/** Fields that stand on the screen, by what is trained; what is wrong with others is said above them all. */
const LEARNT = ["kind", "output", "loss", "gamma", "labelSmoothing", "weightDecay", "normalise", "fixMatch", "domainConfusion"];
const FIELDS_OF: Readonly<Record<ModelConfig["kind"], readonly string[]>> = {
  solved: ["kind", "output"],
  head: [...LEARNT, "head", "pooling", "dropout"],
  "fine-tune": LEARNT,
};
