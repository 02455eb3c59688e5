import { setImmediate as nextTurn } from "node:timers/promises";
import type { ModelKind } from "../../models/checkpoint/model-kind.js";
import { type ChoicesControl, choicesControls } from "../contract/choices-controls.js";
import type { Store } from "../state/store.js";

/** The labels of a control, the most frequent first; those of the configuration that nobody has chosen at the end. */
export interface ControlLabels {
  readonly control: string;
  readonly counts: readonly { readonly label: string; readonly annotations: number }[];
}

/** What has been labelled in a project. */
export interface ProjectLabels {
  readonly controls: readonly ControlLabels[];
  readonly skipped: number;
  /** Milliseconds since 1970. */
  readonly countedAt: number;
}

/** Counted at once: some milliseconds. */
const PAGE = 2_000;
/** After counting for t, it is not begun again for so many t: a project with a million labels is counted every minute. */
const REST = 10;

interface Counting {
  readonly labels: ProjectLabels;
  readonly tookMs: number;
  /** The store's clock when it began. */
  readonly moment: number;
}

/** Labels per class, counted beside what else the server does, and again when they have changed. */
export function labelCounts(store: Pick<Store, "labelCounts" | "projectById" | "moment">) {
  const counted = new Map<number, Counting>();
  const running = new Map<number, Promise<ProjectLabels>>();

  async function count(projectId: number): Promise<ProjectLabels> {
    const begun = performance.now();
    const moment = store.moment();
    const totals = new Map<string, Map<string, number>>();
    for (const { control, label } of configured(store.projectById(projectId)?.labelConfig ?? "")) {
      totals.set(control, (totals.get(control) ?? new Map<string, number>()).set(label, 0));
    }
    let skipped = 0;
    for (let after: number | undefined = Number.MIN_SAFE_INTEGER; after !== undefined; await nextTurn()) {
      const page = store.labelCounts(projectId, after, PAGE);
      for (const { control, label, annotations } of page.counts) {
        const own = totals.get(control) ?? new Map<string, number>();
        totals.set(control, own.set(label, (own.get(label) ?? 0) + annotations));
      }
      skipped += page.skipped;
      after = page.last;
    }
    const controls = [...totals].map(([control, own]) => ({
      control,
      counts: [...own]
        .map(([label, annotations]) => ({ label, annotations }))
        .sort((a, b) => b.annotations - a.annotations || a.label.localeCompare(b.label)),
    }));
    const labels = { controls, skipped, countedAt: Date.now() };
    counted.set(projectId, { labels, tookMs: performance.now() - begun, moment });
    return labels;
  }

  return {
    /** As they were counted last, where that is recent. Throws `E_STORE`. */
    of(projectId: number): Promise<ProjectLabels> {
      const known = counted.get(projectId);
      if (known && (known.moment === store.moment() || Date.now() - known.labels.countedAt < REST * known.tookMs)) {
        return Promise.resolve(known.labels);
      }
      const counting = running.get(projectId) ?? count(projectId).finally(() => running.delete(projectId));
      running.set(projectId, counting);
      return counting;
    },
  };
}

/** So many stars are listed where nobody has given them. */
const MOST_STARS = 20;

/** Choices, or the ratings that can be given. */
function labelsOf({ choices, type, number }: ChoicesControl): readonly string[] {
  if (type !== "rating") return choices.map(({ label }) => label);
  return Array.from({ length: Math.min(MOST_STARS, number?.max ?? 0) }, (_, n) => String(n + 1));
}

/** The choices of the configuration; none of one that cannot be read. */
function configured(labelConfig: string): readonly { readonly control: string; readonly label: string }[] {
  try {
    const kinds: readonly ModelKind[] = ["text", "image"];
    const controls = kinds.flatMap((kind) => choicesControls(labelConfig, kind).controls);
    return controls.flatMap((control) => labelsOf(control).map((label) => ({ control: control.name, label })));
  } catch {
    return [];
  }
}
