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
  /** The labels' names, where they take part. */
  readonly names: readonly string[] | undefined;
  /** The labels' names, while the labels are few enough for them to be of use at all. */
  readonly candidates: readonly string[] | undefined;
  /** Of texts without a label. */
  readonly pool: readonly string[];
  /** Labelled texts and the labels' names, by the names of their contents. */
  readonly texts: ReadonlyMap<string, string>;
  /** Names the labels and their texts. */
  readonly labelsKey: string;
  /** Names labels and settings: equal signatures, equal heads, but for what more unlabelled texts change. */
  readonly signature: string;
  /** What a revision goes by: labels, classes, and roughly how many texts there are without a label. */
  readonly revisionKey: string;
}

export interface EvidenceSources extends Pick<BackendTrainingOptions, "annotators"> {
  readonly annotations: readonly AnnotationRecord[];
  /** Labels of before, and what they have become. */
  readonly mapping?: readonly MappedLabel[] | undefined;
  /** Of texts of tasks that were seen, labelled or not: the names of their contents. */
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
  const candidates = labelled.length <= NAMES_UNTIL * labels.length ? plan.names?.map(keyOf) : undefined;
  const names = settings.withNames || labelled.length === 0 ? candidates : undefined;
  const known = new Set(labelled.map(({ key }) => key));
  const pool = [...new Set(seen)]
    .filter((key) => !known.has(key))
    .sort()
    .slice(0, MOST_POOL);
  const pairs = labelled.map(({ key, target }) => `${key} ${target}`);
  const sizeOfPool = Math.floor(Math.log2(pool.length + 1));
  return {
    ...{ plan, settings, names, candidates, pool, texts },
    labelled: labelled.map(({ key }) => key),
    targets: labelled.map(({ target }) => target),
    labelsKey: sha256(JSON.stringify([control.name, labels, pairs])).slice(0, 32),
    signature: sha256(JSON.stringify([control.name, labels, names !== undefined, settings.pseudoWeight, pairs])).slice(0, 32),
    revisionKey: sha256(JSON.stringify([labels, pairs, sizeOfPool])).slice(0, 32),
  };
}
