import { errorMessage } from "../../core/errors.js";
import { namesOfLabels } from "../../models/checkpoint/model-labels.js";
import { type ChoicesControl, fittingControls } from "../contract/choices-controls.js";
import type { BaseModel } from "../serving/cold-start.js";
import type { BackendTrainingOptions } from "../training/training-options.js";

/** How a project is learned: by a head that is solved again with each label, or by trainings alone. */
export type LivePlan = SolvedPlan | { readonly kind: "trained"; readonly why: string };

export interface SolvedPlan {
  readonly kind: "solved";
  readonly why: string;
  readonly control: ChoicesControl;
  /** All labels of the control: the classes of the head. */
  readonly labels: readonly string[];
  /** The labels as texts that say something of their classes, where they do. */
  readonly names: readonly string[] | undefined;
}

/** The facts that the plans of a server's projects go by. */
export interface PlanFacts extends Pick<BackendTrainingOptions, "arguments" | "recipe"> {
  readonly base: Pick<BaseModel, "kind" | "labels">;
  /** Of the base model. */
  readonly weightBytes: number;
}

/** A model with fewer bytes of weights was trained from little and for one purpose: what it makes of other texts tells classes apart badly. */
const LEAST_ENCODER_BYTES = 4_000_000;

const OTHERWISE = "Arguments of training (--train-args) train by those instead.";

/** The plan of a project by its labelling configuration. Never throws: a configuration that cannot be read is none to solve a head for. */
export function livePlan(labelConfig: string, facts: PlanFacts): LivePlan {
  const reason = reasonAgainst(facts);
  if (reason !== undefined) return trained(reason);
  const found = solvableControl(labelConfig);
  if (typeof found === "string") return trained(found);
  const labels = found.choices.map(({ label }) => label);
  if (facts.recipe !== "solvedHead" && labels.every((label) => facts.base.labels.includes(label)))
    return trained("the model has a last layer for these labels already");
  const names = namesOfLabels(found.choices.map(({ value }) => value));
  const why =
    `No arguments of training were given: for "${found.name}" a last layer over the frozen encoder is solved again with each label, ` +
    `${names ? "from the labels' names and the unlabelled texts, too" : "the labels' names say nothing"}, and fine-tuning follows where it pays. ${OTHERWISE}`;
  return { kind: "solved", why, control: found, labels, names };
}

/** In one line, how a server learns and why: for its log. */
export function livePolicy(facts: PlanFacts): string {
  const reason = reasonAgainst(facts);
  if (reason !== undefined) return `Labels are learned by trainings, when they are asked for: ${reason}.`;
  const begin = facts.recipe === "solvedHead" ? "It was asked for" : "No arguments of training were given";
  return `${begin}: over the frozen encoder a last layer is solved again with each label, and fine-tuning follows where it pays. ${OTHERWISE}`;
}

function reasonAgainst({ arguments: args, recipe = "auto", base, weightBytes }: PlanFacts): string | undefined {
  if (recipe === "trained") return "it was asked for";
  if (base.kind !== "text") return "the model is none of texts";
  if (args !== undefined) return "arguments of training were given";
  if (recipe === "auto" && weightBytes < LEAST_ENCODER_BYTES)
    return `the model is too small (${(weightBytes / 1e6).toFixed(1)} MB) to be a pretrained encoder`;
  return undefined;
}

/** The one control that a head can be solved for, or why there is none. */
function solvableControl(labelConfig: string): ChoicesControl | string {
  let controls: readonly ChoicesControl[];
  try {
    controls = fittingControls(labelConfig, "text").controls;
  } catch (error) {
    return errorMessage(error);
  }
  const [control] = controls;
  if (control === undefined) return "the configuration has no control about a text";
  if (controls.length > 1) return "the configuration has several controls, of which each gets a model of its own";
  if (control.number !== undefined) return "the configuration asks for a number";
  if (control.choice === "multiple") return "several labels may be chosen at once";
  if (control.dynamicChoices !== undefined) return "the choices come from the tasks";
  return control.choices.length < 2 ? "there are fewer than two labels" : control;
}

function trained(reason: string): LivePlan {
  return { kind: "trained", why: `Trained by arguments or their defaults, when it is asked for: ${reason}.` };
}
