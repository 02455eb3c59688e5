import { randomUUID } from "node:crypto";
import { BaalError } from "../../core/errors.js";
import type { HeadRequest } from "../../host/head-calls.js";
import { headWork } from "../../host/head-work.js";
import type { CallHandlers } from "../../system/worker-process.js";
import { type JoinedStore, joinStore } from "../state/store.js";
import type { Gathered, GatheredPlace, LiveCalls } from "./live-calls.js";
import { type LiveEvidence, liveEvidence } from "./live-evidence.js";

/** What is kept of what was gathered for a head. */
interface Kept {
  readonly id: string;
  readonly evidence: LiveEvidence;
  /** Names of texts without a vector that have not been told yet. */
  unembedded: string[] | undefined;
}

/** So many texts are told at once. */
const TOLD_TEXTS = 1_000;

/** What a process of live heads does, by call: that of heads, and what they are solved from, which is read in the store. */
export function liveWork(): CallHandlers<LiveCalls, never> & { close(): Promise<void> } {
  const heads = headWork();
  const stores = new Map<string, JoinedStore>();
  const gathered = new Map<string, Kept>();

  function storeOf(folder: string): JoinedStore {
    const known = stores.get(folder) ?? joinStore(folder);
    stores.set(folder, known);
    return known;
  }

  function keptOf({ head, id }: GatheredPlace): Kept {
    const kept = gathered.get(head);
    if (kept?.id === id) return kept;
    throw new BaalError("E_MODEL_HOST", `What the head "${head}" is to be solved from is not in this process: gather it again.`);
  }

  return {
    ...heads,
    gather({ head, store: folder, projectId, plan, seen, ...rest }) {
      const store = storeOf(folder);
      const annotations = store.annotations(projectId);
      const evidence = liveEvidence(plan, { ...rest, annotations, mapping: store.labelMapping(projectId), seen });
      const id = randomUUID();
      gathered.set(head, { id, evidence, unembedded: undefined });
      return summaryOf(evidence, { id, seen });
    },
    async unembedded({ withCandidates, ...place }, context) {
      const kept = keptOf(place);
      const { labelled, names, candidates, pool, texts } = kept.evidence;
      const { folder, encoder } = place;
      const missing = (items: readonly string[]) => heads.missing({ folder, encoder, items }, context);
      kept.unembedded ??= await missing([...labelled, ...((withCandidates ? candidates : names) ?? []), ...pool]);
      // Some may have been embedded since for other reasons.
      let told: readonly string[] = [];
      while (told.length === 0 && kept.unembedded.length > 0) told = await missing(kept.unembedded.splice(0, TOLD_TEXTS));
      return told.map((key) => ({ key, text: texts.get(key) }));
    },
    async solveGathered({ pseudoWeight, isHurried, ...place }, context) {
      const { evidence } = keptOf(place);
      return heads.solve({ ...requestOf(place, evidence), pseudoWeight, isHurried }, context);
    },
    async reviseGathered(place, context) {
      const { evidence } = keptOf(place);
      return heads.revise({ ...requestOf(place, evidence), names: evidence.candidates }, context);
    },
    async drop(request, context) {
      gathered.delete(request.head);
      return heads.drop(request, context);
    },
    async close() {
      await heads.close();
      for (const store of stores.values()) store.close();
    },
  };
}

function requestOf(
  { folder, encoder, head }: GatheredPlace,
  { plan, labelled, targets, names, pool }: LiveEvidence,
): HeadRequest {
  return { folder, encoder, head, labels: plan.labels, labelled, targets, names, pool };
}

function summaryOf(
  { plan, settings, labelled, targets, names, candidates, pool, labelsKey, signature, revisionKey }: LiveEvidence,
  { id, seen }: { readonly id: string; readonly seen: readonly string[] },
): Gathered {
  const perClass = plan.labels.map(() => 0);
  for (const target of targets) perClass[target]!++;
  const known = new Set(labelled);
  return {
    ...{ id, plan, settings, perClass, labelsKey, signature, revisionKey },
    ...{ labelled: labelled.length, pool: pool.length },
    ...{ hasNames: names !== undefined, hasCandidates: candidates !== undefined },
    labelledSeen: seen.filter((key) => known.has(key)),
  };
}
