import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createRandom } from "../../src/core/random.js";
import { type AnnotatorAnswers, dawidSkene, secondOpinionScores } from "../../src/hygiene/dawid-skene.js";

/** Table 1 of Dawid & Skene (1979): 45 patients, what the first observer said three times and the four others once. */
const PATIENTS = `
111 1 1 1 1;333 4 3 3 4;112 2 1 2 2;222 3 1 2 1;222 3 2 2 2;222 3 3 2 2;122 2 1 1 1;333 3 4 3 3;222 2 2 2 3;232 2 2 2 3;
444 4 4 4 4;222 3 3 4 3;111 1 1 1 1;222 3 2 1 2;121 1 1 1 1;111 2 1 1 1;111 1 1 1 1;111 1 1 1 1;222 2 2 2 1;222 1 3 2 2;
222 2 2 2 2;222 2 2 2 1;222 3 2 2 2;221 2 2 2 2;111 1 1 1 1;111 1 1 1 1;232 2 2 2 2;111 1 1 1 1;111 1 1 1 1;112 1 1 2 1;
111 1 1 1 1;333 3 2 3 3;111 1 1 1 1;222 2 2 2 2;222 3 2 3 2;433 4 3 4 3;221 2 2 3 2;232 3 2 3 3;333 3 4 3 2;111 1 1 1 1;
111 1 1 1 1;121 2 1 1 1;232 2 2 2 2;121 1 1 1 1;222 2 2 2 2`;

function anaesthetists(): AnnotatorAnswers {
  const rows = PATIENTS.trim()
    .split(/;\s*/)
    .flatMap((patient, item) =>
      patient.split(" ").flatMap((said, annotator) => [...said].map((digit) => [item, annotator, Number(digit) - 1] as const)),
    );
  return answersOf(rows, { items: 45, annotators: 5, classes: 4 });
}

function answersOf(rows: readonly (readonly [number, number, number])[], counts: AnnotatorAnswers["counts"]): AnnotatorAnswers {
  const column = (at: 0 | 1 | 2) => rows.map((row) => row[at]);
  return { items: column(0), annotators: column(1), classes: column(2), counts };
}

describe("the anaesthetists of the paper", () => {
  const result = dawidSkene(anaesthetists());

  it("have the paper's shares of the classes and its classes of the patients", () => {
    expect([...result.shares_C].map((share) => share.toFixed(2))).toEqual(["0.40", "0.42", "0.11", "0.07"]);
    expect(result.hasConverged).toBe(true);
    const most = (n: number) =>
      result.probs_N_C.subarray(4 * n, 4 * n + 4).indexOf(Math.max(...result.probs_N_C.subarray(4 * n, 4 * n + 4)));
    // Patient 3 is of class 2 although the votes are nearly even, patients 2 and 36 of class 4.
    expect([most(2), most(1), most(35)]).toEqual([1, 3, 3]);
  });

  it("ask for a second opinion where they contradict each other", () => {
    const scores = secondOpinionScores(dawidSkene(anaesthetists(), { smoothing: 1 }), { classes: 4 });
    expect(scores).toHaveLength(45);
    // All agree on the first patient; on the 36th half of the votes are for each of two classes.
    expect(scores[0]!).toBeLessThan(1e-3);
    expect(scores[35]!).toBeGreaterThan(100 * scores[0]!);
    expect(() => secondOpinionScores(result, { classes: 7 })).toThrow("7 classes");
  });

  it("become likelier with each step", () => {
    const { logLikelihoods } = result;
    for (let step = 1; step < logLikelihoods.length; step++)
      expect(logLikelihoods[step]!).toBeGreaterThanOrEqual(logLikelihoods[step - 1]! - 1e-9);
  });
});

/** The likelihood of all answers, summed over every way in which the items could be of the classes. */
function bruteForce(answers: AnnotatorAnswers, { shares_C, confusion_A_C_C }: ReturnType<typeof dawidSkene>) {
  const { items: N, classes: C } = answers.counts;
  const sums_N_C = new Float64Array(N * C);
  let all = 0;
  for (let way = 0; way < C ** N; way++) {
    const truth = Array.from({ length: N }, (_, n) => Math.floor(way / C ** n) % C);
    let p = truth.reduce((product, j) => product * shares_C[j]!, 1);
    for (let row = 0; row < answers.items.length; row++)
      p *= confusion_A_C_C[(answers.annotators[row]! * C + truth[answers.items[row]!]!) * C + answers.classes[row]!]!;
    all += p;
    for (const [n, j] of truth.entries()) sums_N_C[n * C + j]! += p;
  }
  return { all, probs_N_C: sums_N_C.map((sum) => sum / all) };
}

describe("any answers", () => {
  it("end where the probabilities are those of all ways together under the estimates", () => {
    const row = fc.tuple(fc.nat({ max: 3 }), fc.nat({ max: 2 }), fc.nat({ max: 2 }));
    fc.assert(
      fc.property(fc.array(row, { minLength: 4, maxLength: 20 }), (rows) => {
        const answers = answersOf(rows, { items: 4, annotators: 3, classes: 3 });
        const result = dawidSkene(answers, { smoothing: 1, tolerance: 1e-12, maxIterations: 5000 });
        const { probs_N_C } = bruteForce(answers, result);
        for (const [cell, p] of result.probs_N_C.entries()) expect(p).toBeCloseTo(probs_N_C[cell]!, 4);
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  it("find who is right, and follow two of them against a majority of three who guess", () => {
    const random = createRandom(5);
    const truth = Array.from({ length: 300 }, () => random.integer(0, 2));
    const rows = truth.flatMap((j, item) =>
      [0, 1, 2, 3, 4].map((annotator) => {
        const isRight = random.uniform() < (annotator < 2 ? 0.97 : 0.4);
        return [item, annotator, isRight ? j : (j + random.integer(1, 2)) % 3] as const;
      }),
    );
    const answers = answersOf(rows, { items: 300, annotators: 5, classes: 3 });
    const { accuracy_A, probs_N_C } = dawidSkene(answers, { smoothing: 1 });
    expect(accuracy_A[0]).toBeGreaterThan(0.9);
    expect(accuracy_A[2]).toBeLessThan(0.6);
    const right = truth.filter((j, n) => probs_N_C[3 * n + j]! > 0.5).length;
    expect(right / truth.length).toBeGreaterThan(0.9);
  });

  it("count as often as their weights say", () => {
    const counts = { items: 2, annotators: 2, classes: 2 };
    const once = answersOf(
      [
        [0, 0, 0],
        [0, 1, 1],
        [1, 0, 1],
      ],
      counts,
    );
    const twice = answersOf(
      [
        [0, 0, 0],
        [0, 0, 0],
        [0, 1, 1],
        [1, 0, 1],
      ],
      counts,
    );
    const options = { smoothing: 1 };
    expect([...dawidSkene({ ...once, weights: [2, 1, 1] }, options).probs_N_C]).toEqual([
      ...dawidSkene(twice, options).probs_N_C,
    ]);
  });

  it("without an answer of its own an item has the shares of the classes", () => {
    const { probs_N_C, shares_C } = dawidSkene(answersOf([[0, 0, 0]], { items: 2, annotators: 1, classes: 2 }), { smoothing: 1 });
    expect(probs_N_C[2]).toBeCloseTo(shares_C[0]!, 4);
  });

  it.each([
    ["an item that is not there", [[2, 0, 0]], "item from 0 to 1"],
    ["a class that is no number", [[0, 0, Number.NaN]], "class from 0 to 1"],
  ] as const)("with %s are refused", (_, rows, message) => {
    expect(() => dawidSkene(answersOf(rows, { items: 2, annotators: 1, classes: 2 }))).toThrow(message);
  });
});
