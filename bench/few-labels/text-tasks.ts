import { createRandom } from "../../src/core/random.js";
import { readClinc } from "../../src/data/rows/read-clinc.js";
import type { BenchContext } from "../bench-context.js";
import { MAIL_PACKAGE, readMail } from "./mail.js";
import { CONFUSABLE } from "./solved-head.js";
import { TICKET_LABELS, writeTickets } from "./tickets.js";

export interface LabelledText {
  readonly text: string;
  readonly label: string;
}

/** Texts that labels are asked for, and texts that the answers are measured on. */
export interface TextTask {
  readonly name: string;
  readonly labels: readonly string[];
  readonly train: readonly LabelledText[];
  readonly test: readonly LabelledText[];
}

/** Of mails, which are long. */
const MAIL = { train: 800, test: 400 } as const;
const TICKETS = { train: 1000, test: 600 } as const;

/** The data that few labels are measured on; `undefined` where it is not there. */
export const TEXT_TASKS: Readonly<Record<string, (context: BenchContext) => Promise<TextTask | undefined>>> = {
  async intents20(context) {
    const isOf = ({ label }: LabelledText) => CONFUSABLE.includes(label);
    const { train, test } = await clinc(context);
    return { name: "20 confusable intents", labels: CONFUSABLE, train: train.filter(isOf), test: test.filter(isOf) };
  },
  async tickets() {
    const train = writeTickets({ seed: 1, items: TICKETS.train });
    return tickets("generated tickets", train);
  },
  async ticketsHard() {
    const train = writeTickets({ seed: 1, items: TICKETS.train, isImbalanced: true, noise: 0.1, asides: [2, 5] });
    return tickets("generated tickets: long, 1/rank, 10 % wrong labels", train, [2, 5]);
  },
  async mail(context) {
    const rows = await readMail();
    if (rows === undefined) {
      context.progress(`mail: left out, ${MAIL_PACKAGE} is not installed (npm install --no-save ${MAIL_PACKAGE})`);
      return undefined;
    }
    const some = createRandom(0)
      .shuffled(rows)
      .slice(0, MAIL.train + MAIL.test);
    const labels = [...new Set(rows.map(({ label }) => label))].sort();
    return { name: "mail by list, or spam", labels, train: some.slice(MAIL.test), test: some.slice(0, MAIL.test) };
  },
  async intents150(context) {
    const { train, test } = await clinc(context);
    return { name: "150 intents", labels: [...new Set(train.map(({ label }) => label))].sort(), train, test };
  },
};

async function clinc(context: BenchContext) {
  const read = async (split: "train" | "test") =>
    (await readClinc(context.clinc, { split })).flatMap(({ text, intent }) =>
      intent === "oos" ? [] : [{ text, label: intent }],
    );
  return { train: await read("train"), test: await read("test") };
}

/** The texts of CLINC-OOS that are of no intent, as one class. */
export async function textsOutOfScope(context: BenchContext): Promise<TextTask> {
  const rows = await readClinc(context.clinc, { split: "test" });
  const texts = rows.filter(({ intent }) => intent === "oos").map(({ text }) => ({ text, label: "oos" }));
  return { name: "out of scope", labels: ["oos"], train: texts, test: texts };
}

/** The test's labels are right and its classes are of one size. */
function tickets(name: string, train: readonly LabelledText[], asides?: readonly [number, number]): TextTask {
  return { name, labels: TICKET_LABELS, train, test: writeTickets({ seed: 2, items: TICKETS.test, asides }) };
}
