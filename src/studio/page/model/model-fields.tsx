import { useEffect, useState } from "preact/hooks";
import type { ModelConfig } from "../../api/model-config.js";
import type { ModelView } from "../../api/work-contract.js";
import type { LabelTask } from "../../store/records.js";
import { Choices, Field, NumberField, Toggle } from "../parts/fields.js";

type Problem = ModelView["problems"][number];
type Head = ModelConfig["head"];

export interface ModelFieldsProps {
  readonly config: ModelConfig;
  readonly set: (change: Partial<ModelConfig>) => void;
  readonly problem: (field: string) => Problem | undefined;
}

const HEADS = [
  { value: "linear", words: "Linear", help: "One layer." },
  { value: "mlp", words: "MLP", help: "Hidden layers with ReLU." },
  { value: "convnet", words: "Convnet", help: "Convolutions on the feature map." },
  { value: "multiscale", words: "Multiscale", help: "Several layers of the encoder, pooled, side by side." },
] as const satisfies readonly { readonly value: Head["type"]; readonly words: string; readonly help: string }[];

const FIRST: { readonly [T in Head["type"]]: Extract<Head, { type: T }> } = {
  linear: { type: "linear" },
  mlp: { type: "mlp", hidden: [128] },
  convnet: { type: "convnet", layers: "128,p,d,128", kernel: 1, batchNorm: false, separable: false },
  multiscale: { type: "multiscale", layers: "add" },
};

const POOLINGS = [
  { value: "max", words: "Maximum" },
  { value: "average", words: "Average" },
  { value: "flatten", words: "None (flatten)" },
] as const satisfies readonly { readonly value: ModelConfig["pooling"]; readonly words: string }[];

/** Layers on the encoder's features. */
export function HeadFields({ config, set, problem }: ModelFieldsProps) {
  const { head } = config;
  const change = (next: Head) => set({ head: next });
  return (
    <section class="card">
      <Choices
        name="Head"
        look="cards"
        choices={HEADS}
        value={head.type}
        onChange={(type) => change(FIRST[type])}
        problem={problem("head")?.message}
      />
      <div class="fields">
        {head.type === "mlp" && (
          <HiddenField hidden={head.hidden} problem={problem("head.hidden")} onChange={(hidden) => change({ ...head, hidden })} />
        )}
        {(head.type === "convnet" || head.type === "multiscale") && (
          <LayersField
            name={head.type === "convnet" ? "Layers" : "Layers of the encoder"}
            help={
              head.type === "convnet" ? (
                <>
                  A number is a convolution with so many channels and ReLU, <code>p</code> 2 × 2 maximum pooling, <code>d</code>{" "}
                  spatial dropout, <code>r</code> a residual block.
                </>
              ) : (
                "A part of the layers' names, or their numbers."
              )
            }
            layers={head.layers}
            problem={problem("head.layers")}
            onChange={(layers) => change({ ...head, layers })}
          />
        )}
        {head.type === "convnet" && (
          <>
            <Choices
              name="Kernel"
              choices={(["1", "3", "5", "7"] as const).map((value) => ({ value, words: `${value} × ${value}` }))}
              value={String(head.kernel) as "1" | "3" | "5" | "7"}
              onChange={(kernel) => change({ ...head, kernel: Number(kernel) as 1 | 3 | 5 | 7 })}
              problem={problem("head.kernel")?.message}
            />
            <Toggle name="Batch norm" value={head.batchNorm} onChange={(batchNorm) => change({ ...head, batchNorm })} />
            <Toggle
              name="Separable convolutions"
              value={head.separable}
              onChange={(separable) => change({ ...head, separable })}
            />
          </>
        )}
        <Choices
          name="Pooling"
          choices={POOLINGS}
          value={config.pooling}
          onChange={(pooling) => set({ pooling })}
          problem={problem("pooling")?.message}
          help="How a map of features becomes one row."
        />
        <NumberField
          name="Dropout"
          help="Also what makes it Bayesian."
          {...{ value: config.dropout, min: 0, max: 0.95, problem: problem("dropout")?.message }}
          onChange={(dropout) => set({ dropout })}
        />
      </div>
    </section>
  );
}

interface HiddenFieldProps {
  readonly hidden: readonly number[];
  readonly problem: Problem | undefined;
  readonly onChange: (hidden: number[]) => void;
}

function HiddenField({ hidden, problem, onChange }: HiddenFieldProps) {
  const [text, setText] = useState(hidden.join(", "));
  const read = (written: string) => written.split(",").map((part) => Number(part.trim() === "" ? Number.NaN : part));
  const isRight = (sizes: readonly number[]) =>
    sizes.length <= 4 && sizes.every((size) => Number.isInteger(size) && size >= 1 && size <= 4096);
  const wrong = isRight(read(text)) ? undefined : "One to four whole numbers from 1 to 4096, with commas between them.";
  return (
    <Field name="Hidden layers" help="Sizes, the first nearest to the features." problem={wrong ?? problem?.message}>
      {(aria) => (
        <input
          {...aria}
          class="input code"
          autocomplete="off"
          value={text}
          onInput={({ currentTarget }) => {
            setText(currentTarget.value);
            const sizes = read(currentTarget.value);
            if (isRight(sizes)) onChange(sizes);
          }}
        />
      )}
    </Field>
  );
}

interface LayersFieldProps {
  readonly name: string;
  readonly help: preact.ComponentChildren;
  readonly layers: string;
  readonly problem: Problem | undefined;
  readonly onChange: (layers: string) => void;
}

/** What is wrong stands below the very place where it is. */
function LayersField({ name, help, layers, problem, onChange }: LayersFieldProps) {
  const [text, setText] = useState(layers);
  useEffect(() => setText(layers), [layers]);
  return (
    <Field name={name} help={help} problem={problem && <ProblemAt text={text} problem={problem} />}>
      {(aria) => (
        <input
          {...aria}
          class="input code"
          autocomplete="off"
          spellcheck={false}
          value={text}
          onInput={({ currentTarget }) => {
            setText(currentTarget.value);
            onChange(currentTarget.value);
          }}
        />
      )}
    </Field>
  );
}

function ProblemAt({ text, problem: { message, at } }: { readonly text: string; readonly problem: Problem }) {
  if (at === undefined) return <>{message}</>;
  const end = text.indexOf(",", at) < 0 ? text.length : text.indexOf(",", at);
  return (
    <>
      <span class="problem-at code">
        {text.slice(0, at)}
        <mark>{text.slice(at, Math.max(end, at + 1)) || " "}</mark>
        {text.slice(Math.max(end, at + 1))}
      </span>
      {message}
    </>
  );
}

const OUTPUTS = [
  { value: "softmax", words: "Softmax", help: "One label an item." },
  { value: "sigmoid", words: "Sigmoid", help: "Each label for itself; what is not known leaves the loss alone." },
] as const satisfies readonly { readonly value: ModelConfig["output"]; readonly words: string; readonly help: string }[];
const LOSSES = [
  { value: "cross-entropy", words: "Cross-entropy" },
  { value: "focal", words: "Focal" },
] as const satisfies readonly { readonly value: ModelConfig["loss"]; readonly words: string }[];

interface OutputProps extends ModelFieldsProps {
  readonly task: LabelTask;
}

function OutputField({ config, set, problem, task }: OutputProps) {
  return (
    <Choices
      name="Output"
      choices={OUTPUTS}
      value={config.output}
      onChange={(output) => set({ output })}
      problem={problem("output")?.message}
      help={task === "multi" ? "This project has several labels an item." : "This project has one label an item."}
    />
  );
}

/** What there is to choose for a head that is solved. */
export function SolvedFields(props: OutputProps) {
  return (
    <section class="card">
      <h3>Output</h3>
      <div class="fields">
        <OutputField {...props} />
        <p class="quiet">
          A logistic regression on features of length 1 has one solution, with a penalty that suits few labels: loss, label
          smoothing, weight decay, dropout and FixMatch are of models that learn step by step, and do not apply.
        </p>
      </div>
    </section>
  );
}

/** What the model is trained for. */
export function LossFields({ config, set, problem, task }: OutputProps) {
  return (
    <section class="card">
      <h3>Output and loss</h3>
      <div class="fields">
        <OutputField config={config} set={set} problem={problem} task={task} />
        <Choices
          name="Loss"
          choices={LOSSES}
          value={config.loss}
          onChange={(loss) => set({ loss })}
          problem={problem("loss")?.message}
        />
        {config.loss === "focal" && (
          <NumberField
            name="γ"
            help="0 is cross-entropy; the higher, the less what is easy counts."
            {...{ value: config.gamma, min: 0, max: 10, problem: problem("gamma")?.message }}
            onChange={(gamma) => set({ gamma })}
          />
        )}
        <NumberField
          name="Label smoothing"
          help="0 to 0.25."
          {...{ value: config.labelSmoothing, min: 0, max: 0.25, problem: problem("labelSmoothing")?.message }}
          onChange={(labelSmoothing) => set({ labelSmoothing })}
        />
        <NumberField
          name="Weight decay"
          {...{ value: config.weightDecay, min: 0, max: 1, problem: problem("weightDecay")?.message }}
          onChange={(weightDecay) => set({ weightDecay })}
        />
        <Toggle
          name="Normalise features"
          help="Each to length 1, so that only directions count."
          value={config.normalise}
          onChange={(normalise) => set({ normalise })}
        />
      </div>
    </section>
  );
}

/** What is learnt from items without labels. */
export function UnlabelledFields({ config, set, problem }: ModelFieldsProps) {
  const { fixMatch } = config;
  const change = (next: Partial<ModelConfig["fixMatch"]>) => set({ fixMatch: { ...fixMatch, ...next } });
  const isOff = fixMatch.lambda === 0;
  return (
    <section class="card">
      <h3>Items without labels</h3>
      <div class="fields">
        <NumberField
          name="FixMatch λ"
          help="Weight of what the model is sure of on unlabelled items. 0: off."
          {...{ value: fixMatch.lambda, min: 0, max: 10, problem: (problem("fixMatch.lambda") ?? problem("fixMatch"))?.message }}
          onChange={(lambda) => change({ lambda })}
        />
        <NumberField
          name="τ"
          help="So sure it has to be."
          {...{ value: fixMatch.tau, min: 0.5, max: 1, isOff, problem: problem("fixMatch.tau")?.message }}
          onChange={(tau) => change({ tau })}
        />
        <NumberField
          name="μ"
          help="Unlabelled items for each labelled one."
          {...{ value: fixMatch.mu, min: 1, max: 16, step: 1, isOff, problem: problem("fixMatch.mu")?.message }}
          onChange={(mu) => change({ mu })}
        />
        <NumberField
          name="Domain confusion λ"
          help="Brings the features of subsets together. 0: off."
          {...{ value: config.domainConfusion, min: 0, max: 10, problem: problem("domainConfusion")?.message }}
          onChange={(domainConfusion) => set({ domainConfusion })}
        />
      </div>
    </section>
  );
}
