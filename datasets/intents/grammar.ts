/**
 * The grammar of the intent corpus. A pattern is text with `(a|b)` for a choice, `[a]` for an optional part and `{name}`
 * for one of the phrases of that name.
 */
export interface Intent {
  /** Intents of one domain share phrases, so that no single word tells them apart. */
  readonly domain: string;
  /** How often the intent comes up in the training pool, relative to the others; the test split is even. */
  readonly weight: number;
  readonly patterns: readonly string[];
}

/** Phrases that patterns refer to. */
export const phrases: Readonly<Record<string, readonly string[]>> = {
  city: [
    "lisbon",
    "oslo",
    "turin",
    "porto",
    "denver",
    "krakow",
    "osaka",
    "dublin",
    "malaga",
    "quito",
    "geneva",
    "tampa",
    "riga",
    "bergen",
  ],
  day: [
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "tomorrow",
    "next week",
    "the 4th",
    "the 19th",
    "the weekend",
  ],
  hour: [
    "six",
    "seven thirty",
    "8 am",
    "9:15",
    "noon",
    "five in the afternoon",
    "quarter to ten",
    "6 pm",
    "midnight",
    "half past four",
  ],
  minutes: ["ten minutes", "half an hour", "an hour", "twenty minutes", "two hours"],
  amount: ["20 euros", "fifty dollars", "300", "1,200 kronor", "eighty pounds", "a hundred", "45.90"],
  person: ["my sister", "my landlord", "maria", "my flatmate", "jonas", "my mum", "a colleague", "the plumber", "my son"],
  item: [
    "shoes",
    "headphones",
    "jacket",
    "lamp",
    "kettle",
    "phone case",
    "backpack",
    "desk chair",
    "blender",
    "keyboard",
    "rain coat",
  ],
  room: ["kitchen", "bedroom", "hall", "living room", "garage", "bathroom", "porch", "study"],
  doctor: ["dentist", "doctor", "eye doctor", "physio", "skin specialist", "gp", "vet", "paediatrician"],
  medicine: ["inhaler", "allergy tablets", "blood pressure pills", "insulin", "eye drops", "thyroid medication", "ointment"],
  chore: [
    "water the plants",
    "call {person}",
    "take the bins out",
    "pay the rent",
    "pick up the laundry",
    "feed the cat",
    "renew my passport",
    "send the invoice",
  ],
  flight: ["flight", "(plane|airline) ticket", "flight to {city}", "trip to {city}", "booking", "seat on the {day} plane"],
  card: ["card", "debit card", "credit card", "bank card", "visa"],
  order: ["order", "parcel", "package", "delivery", "{item} i (ordered|bought)", "purchase"],
  appointment: ["appointment", "{doctor} appointment", "slot with the {doctor}", "visit to the {doctor}", "check-up"],
  internet: ["internet", "wifi", "broadband", "connection", "network"],
  plan: ["plan", "subscription", "contract", "membership", "data plan"],
  light: ["(light|lights) in the {room}", "{room} (light|lights|lamp)", "lights", "ceiling lamp"],
  store: ["the shop", "the chemist", "the bank on main street", "the service desk", "your office", "the post office"],
};

/** Small talk around a request; the same for all intents of a domain. */
export const contexts: Readonly<Record<string, readonly string[]>> = {
  travel: [
    "i am (flying|going) to {city} on {day}",
    "my trip is on {day}",
    "i booked (online|with my phone|for two people)",
    "we leave from {city}",
    "plans changed because of {person}",
    "my flight leaves at {hour}",
    "i already checked in",
  ],
  money: [
    "i bank with you",
    "i was at {store}",
    "i have to pay {person} {amount}",
    "my card is from last year",
    "i am abroad in {city}",
    "it is my main account",
    "i used my card on {day}",
  ],
  shop: [
    "i bought (a|the) {item} on {day}",
    "my order came to {amount}",
    "i paid with my card",
    "it was a gift for {person}",
    "the order was placed on {day}",
    "i ordered (two things|a {item})",
  ],
  home: [
    "i am in the {room}",
    "i get up at {hour}",
    "i am tired",
    "we have guests on {day}",
    "before i forget",
    "{person} is asleep",
  ],
  health: [
    "i saw the {doctor} on {day}",
    "i take {medicine}",
    "it is for {person}",
    "i have to work on {day}",
    "my appointment is on {day}",
  ],
  telecom: [
    "i am a customer since spring",
    "i work from home",
    "i pay {amount} a month",
    "the router is in the {room}",
    "my contract runs until {day}",
    "we moved to {city}",
  ],
  account: [
    "i use the app",
    "i signed up last year",
    "i have a new phone",
    "my account is in {person}'s name",
    "i tried it on my laptop",
  ],
};

/** What comes before a request. */
export const openings: readonly string[] = [
  "hi",
  "hello",
  "hey",
  "good (morning|evening)",
  "hi there",
  "excuse me",
  "sorry to bother you",
  "ok so",
  "um",
  "quick question",
  "listen",
  "hello, me again",
];

/** What comes after a request. */
export const closings: readonly string[] = [
  "please",
  "thanks",
  "thank you",
  "thanks a lot",
  "asap",
  "can you help",
  "any idea",
  "it is urgent",
  "if possible",
  "cheers",
  "no rush",
  "what do i do",
];
