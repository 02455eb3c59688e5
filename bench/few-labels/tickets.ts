import { createRandom, type Random } from "../../src/core/random.js";

/** What customers of a shop write about, and how they may say it; `{x}` stands for one of {@link SLOTS}. */
const REQUESTS: Readonly<Record<string, readonly string[]>> = {
  late_delivery: [
    "my {item} should have been here {when} and there is still no sign of it",
    "the parcel with the {item} has not moved since {when}",
    "how much longer do I have to wait for the {item}",
    "the courier said {when}, and nobody came",
  ],
  damaged_item: [
    "the {item} came with a crack across the front",
    "when I unpacked the {item} one side was dented",
    "the {item} fell apart after a single use",
    "the box was crushed and so was the {item} inside",
  ],
  wrong_item: [
    "I ordered a {item} and found a {other} in the box",
    "you sent me the {other} of somebody else",
    "this is a {other}, not the {item} on my order",
    "the colour of the {item} is not the one I chose",
  ],
  refund_status: [
    "I sent the {item} back {when} and have not seen my money",
    "when will the amount for the {item} be on my account again",
    "the return was confirmed {when}, the refund was not",
    "how long does paying me back for the {item} take",
  ],
  cancel_order: [
    "please stop the order of the {item}, I do not need it any more",
    "I would like to call off what I bought {when}",
    "can the {item} be taken off before it is sent",
    "I changed my mind about the {item}, do not ship it",
  ],
  change_address: [
    "we are moving, send the {item} to the new flat instead",
    "I put in the wrong street for the {item}",
    "can the parcel go to my office rather than home",
    "the postcode of my order from {when} is not right",
  ],
  payment_failed: [
    "my card was turned down although there is money on it",
    "the checkout ends with an error when I pay for the {item}",
    "the {item} was charged twice {when}",
    "I cannot get past the page where I pay",
  ],
  invoice_request: [
    "I need a bill with our company's name for the {item}",
    "could you send the receipt of what I bought {when}",
    "the tax number is missing on the document for the {item}",
    "our accounts department asks for the paper that belongs to the {item}",
  ],
  password_reset: [
    "I cannot sign in, it says that the login is wrong",
    "the link for choosing a new password never arrives",
    "I am locked out of my account since {when}",
    "how do I get into my profile again after forgetting the code",
  ],
  discount_code: [
    "the voucher from your newsletter is not accepted for the {item}",
    "at the end the ten percent were not taken off the {item}",
    "can I still use the coupon that ran out {when}",
    "your page says that my promotion is not valid",
  ],
  product_question: [
    "does the {item} fit together with the {other}",
    "how heavy is the {item}, and is there a larger one",
    "is the {item} safe for small children",
    "what is the {item} made of",
  ],
  warranty_repair: [
    "the {item} stopped working {when}, it is less than two years old",
    "who mends a {item} that does not start any more",
    "is a new motor for the {item} covered",
    "I want the {item} repaired under the guarantee",
  ],
};

const SLOTS = {
  item: ["kettle", "desk lamp", "blender", "rucksack", "headphones", "bookshelf", "vacuum cleaner", "raincoat", "bicycle pump"],
  other: ["toaster", "garden chair", "keyboard", "blanket", "camera", "ladder"],
  when: ["last Monday", "a week ago", "on the third", "before the holidays", "yesterday", "two weeks ago"],
} as const;

const OPENINGS = ["", "Hello,", "Good morning,", "To whom it may concern,", "Hi there,"];
const CLOSINGS = ["", "Thanks.", "Kind regards", "I hope to hear from you soon.", "Please answer by mail."];
/** Sentences that say nothing about what is asked for. */
const ASIDES = [
  "I have been a customer for six years and was always content.",
  "My sister recommended your shop to me.",
  "The weather has been terrible here, by the way.",
  "I wrote to you before but could not find the answer in my mailbox.",
  "I tried to call, and listened to music for half an hour.",
  "Your new web page looks much better than the old one.",
  "I am writing this on the train, so forgive the mistakes.",
  "It was meant as a present for my father, who turns seventy.",
  "Last year I bought a tent from you that we still use every summer.",
  "I know that you have a lot to do at this time of the year.",
];

/** What {@link writeTickets} makes. */
export interface TicketOptions {
  readonly seed: number;
  readonly items: number;
  /** The class of rank r has a share in proportion to 1/r; all have the same by default. */
  readonly isImbalanced?: boolean | undefined;
  /** Share of tickets with a wrong label. */
  readonly noise?: number | undefined;
  /** Sentences beside the point. */
  readonly asides?: readonly [least: number, most: number] | undefined;
}

export const TICKET_LABELS: readonly string[] = Object.keys(REQUESTS);

/** Tickets of a shop's customers, made from a seed. */
export function writeTickets({ seed, items, isImbalanced = false, noise = 0, asides = [0, 1] }: TicketOptions) {
  const random = createRandom(seed);
  const order = random.shuffled(TICKET_LABELS);
  let total = 0;
  const upTo = order.map((_, rank) => {
    total += isImbalanced ? 1 / (1 + rank) : 1;
    return total;
  });
  return Array.from({ length: items }, () => {
    const at = random.uniform() * total;
    const own = order[upTo.findIndex((bound) => at < bound)]!;
    const text = ticket(own, asides, random);
    const label =
      random.uniform() < noise
        ? any(
            TICKET_LABELS.filter((name) => name !== own),
            random,
          )
        : own;
    return { text, label };
  });
}

function ticket(label: string, [least, most]: readonly [number, number], random: Random): string {
  const said = any(REQUESTS[label]!, random).replace(/\{(\w+)\}/g, (_, slot: keyof typeof SLOTS) => any(SLOTS[slot], random));
  const sentence = `${said[0]!.toUpperCase()}${said.slice(1)}.`;
  const beside = random.shuffled(ASIDES).slice(0, random.integer(least, most));
  const at = random.integer(0, beside.length);
  const parts = [any(OPENINGS, random), ...beside.slice(0, at), sentence, ...beside.slice(at), any(CLOSINGS, random)];
  return parts.filter((part) => part !== "").join(" ");
}

function any<T>(values: readonly T[], random: Random): T {
  return values[random.integer(0, values.length - 1)]!;
}
