import { sha256 } from "../../system/digest.js";
import type { MappedLabel } from "../state/label-mapping-table.js";
import type { AnnotationRecord } from "../state/records.js";
import type { BackendTrainingOptions } from "../training/training-options.js";
import { answeredItems } from "../training/training-set.js";
import type { SolvedPlan } from "./live-plan.js";
import { type HeadSettings, textKey } from "./pool-file.js";

/** What a project's head is solved from, each text under the name of its content. */
export interface LiveEvidence {
  readonly plan: SolvedPlan;
  readonly settings: HeadSettings;
  /** Of labelled texts, sorted. */
  readonly labelled: readonly string[];
  readonly targets: readonly number[];
  readonly names: readonly string[] | undefined;
  /** The names as texts, while the labels are few enough for them to be of use at all. */
  readonly candidates: readonly string[] | undefined;
  /** Of texts without a label. */
  readonly pool: readonly string[];
  /** All texts, by name. */
  readonly texts: ReadonlyMap<string, string>;
  /** Names labels and settings: equal signatures, equal heads, but for what more unlabelled texts change. */
  readonly signature: string;
}

export interface EvidenceSources extends Pick<BackendTrainingOptions, "annotators"> {
  readonly annotations: readonly AnnotationRecord[];
  /** Labels of before, and what they have become. */
  readonly mapping?: readonly MappedLabel[] | undefined;
  /** Of tasks that were seen, labelled or not. */
  readonly seen: Iterable<string>;
  /** As cross-validation said last; names, where there are any, and the weight for few labels by default. */
  readonly settings: HeadSettings | undefined;
}

/** Of the texts without a label so many take part; they are those whose names come first, whatever the order in which they were seen. */
const MOST_POOL = 2000;
/** Up to so many labels a class names are worth having. */
const NAMES_UNTIL = 16;
/** What an unlabelled text counts while the labels are too few to say it. */
const FEW_LABELS_WEIGHT = 0.2;

/** Brings together what is known of a project now. It depends on what is there alone, not on the order in which it came. */
export function liveEvidence(
  plan: SolvedPlan,
  { annotations, mapping, seen, settings: given, annotators }: EvidenceSources,
): LiveEvidence {
  const { control, labels } = plan;
  const texts = new Map<string, string>();
  const keyOf = (text: string) => {
    const key = textKey(text);
    texts.set(key, text);
    return key;
  };
  const classOf = new Map(labels.map((label, c) => [label, c]));
  const labelled = answeredItems(annotations, control, { annotators, mapping })
    .flatMap(({ content, labels: [label = ""] }) => {
      const target = classOf.get(label);
      return target === undefined ? [] : [{ key: keyOf(content), target }];
    })
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : a.target - b.target));
  const settings = given ?? { withNames: true, pseudoWeight: FEW_LABELS_WEIGHT };
  const candidates = labelled.length <= NAMES_UNTIL * labels.length ? plan.names : undefined;
  const names = settings.withNames || labelled.length === 0 ? candidates?.map(keyOf) : undefined;
  const known = new Set(labelled.map(({ key }) => key));
  const unlabelled = new Map<string, string>();
  for (const text of seen) {
    const key = textKey(text);
    if (!known.has(key)) unlabelled.set(key, text);
  }
  const pool = [...unlabelled.keys()].sort().slice(0, MOST_POOL);
  for (const key of pool) texts.set(key, unlabelled.get(key)!);
  const pairs = labelled.map(({ key, target }) => `${key} ${target}`);
  return {
    ...{ plan, settings, names, candidates, pool, texts },
    labelled: labelled.map(({ key }) => key),
    targets: labelled.map(({ target }) => target),
    signature: sha256(JSON.stringify([control.name, labels, names !== undefined, settings.pseudoWeight, pairs])).slice(0, 32),
  };
}
