import { z } from "zod";
import {
  allOf,
  anyOf,
  earlyStopping,
  labellingBudget,
  lowAverageUncertainty,
  type StoppingCriterion,
  stabilisedPredictions,
} from "../active/stopping.js";

const count = z.int("a whole number from 1").min(1, "a whole number from 1");

/** When a cell ends before its last step. */
export const stopping = z
  .strictObject({
    /** Whether one criterion is enough, or all have to agree. */
    when: z.enum(["any", "all"]).default("any"),
    /** Labels. */
    budget: count.optional(),
    /** Of a metric on the validation items: test items decide nothing. */
    earlyStopping: z
      .strictObject({
        metric: z.string().min(1).default("accuracy"),
        patience: count,
        threshold: z.number().min(0).optional(),
        greaterIsBetter: z.boolean().optional(),
      })
      .optional(),
    /** The candidates' mean score. Strategies that give items no score, random sampling among them, go on. */
    lowUncertainty: z.strictObject({ threshold: z.number(), steps: count.optional() }).optional(),
    /** Agreement of the models of several steps on so many items, drawn from the pool. */
    stabilisedPredictions: z
      .strictObject({ kappa: z.number().gt(0).max(1).optional(), steps: count.optional(), items: count.default(500) })
      .optional(),
  })
  .refine(
    ({ when: _, ...criteria }) => Object.values(criteria).some((criterion) => criterion !== undefined),
    "names no criterion: budget, earlyStopping, lowUncertainty or stabilisedPredictions",
  );

export type StoppingConfig = z.output<typeof stopping>;

/** The name under which a metric on the validation items is recorded. */
export function validationMetric(metric: string): string {
  return `validation${metric.charAt(0).toUpperCase()}${metric.slice(1)}`;
}

export function stoppingCriterion(config: StoppingConfig): StoppingCriterion {
  const { when, budget, earlyStopping: early, lowUncertainty, stabilisedPredictions: stabilised } = config;
  const criteria = [
    ...(budget === undefined ? [] : [labellingBudget(budget)]),
    ...(early === undefined ? [] : [earlyStoppingOf(early)]),
    ...(lowUncertainty === undefined ? [] : [whereScored(lowAverageUncertainty(lowUncertainty))]),
    ...(stabilised === undefined ? [] : [stabilisedOf(stabilised)]),
  ];
  if (criteria.length === 1) return criteria[0]!;
  return when === "any" ? anyOf(...criteria) : allOf(...criteria);
}

function earlyStoppingOf({ metric, ...options }: NonNullable<StoppingConfig["earlyStopping"]>): StoppingCriterion {
  return earlyStopping(validationMetric(metric), options);
}

function stabilisedOf({ items: _, ...options }: NonNullable<StoppingConfig["stabilisedPredictions"]>): StoppingCriterion {
  return stabilisedPredictions(options);
}

function whereScored(criterion: StoppingCriterion): StoppingCriterion {
  return {
    name: criterion.name,
    reasonToStop: (history) => (history.at(-1)?.meanScore === undefined ? undefined : criterion.reasonToStop(history)),
  };
}
