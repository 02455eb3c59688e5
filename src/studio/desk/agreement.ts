import { cohenKappa } from "../../active/stopping.js";
import type { ProgressView } from "../api/work-contract.js";
import { IMPORT_USER } from "../store/import-labelling.js";
import type { Desk } from "./desk.js";

type PairAgreement = ProgressView["agreement"][number];

/**
 * How far each two users agree on the items that both have answered: the share, and Cohen's kappa (Cohen 1960), which takes away what chance
 * would give. Of several labels each label that both know is a decision by itself. Kappa is `undefined` where both only ever say one and the same.
 */
export function agreement(desk: Desk): PairAgreement[] {
  const isSingle = desk.store.project()?.task === "single";
  const pairs = new Map<
    string,
    { readonly users: readonly [string, string]; items: number; first: number[]; second: number[] }
  >();
  for (const { known } of desk.states.all()) {
    const people = known.answers.filter(({ user }) => user !== IMPORT_USER).sort((a, b) => (a.user < b.user ? -1 : 1));
    for (let i = 0; i < people.length; i++) {
      for (let j = i + 1; j < people.length; j++) {
        const [a, b] = [people[i]!, people[j]!];
        const key = JSON.stringify([a.user, b.user]);
        const pair = pairs.get(key) ?? { users: [a.user, b.user] as const, items: 0, first: [], second: [] };
        pairs.set(key, pair);
        pair.items++;
        if (isSingle) {
          pair.first.push(chosen(a.values));
          pair.second.push(chosen(b.values));
        } else
          for (const [label, value] of a.values) {
            const other = b.values.get(label);
            if (other === undefined) continue;
            pair.first.push(value);
            pair.second.push(other);
          }
      }
    }
  }
  return [...pairs.values()].flatMap(({ users, items, first, second }) => {
    if (first.length === 0) return [];
    const same = first.filter((value, n) => value === second[n]).length;
    const isOne = new Set([...first, ...second]).size === 1;
    return [{ users, items, share: same / first.length, kappa: isOne ? undefined : cohenKappa(first, second) }];
  });
}

function chosen(values: ReadonlyMap<number, 0 | 1>): number {
  for (const [label, value] of values) if (value === 1) return label;
  return -1;
}
