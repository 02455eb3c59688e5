import { mkdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { launchBrowser } from "../../browser.js";
import { FakeStudio } from "./fake-studio.js";

/*
 * Takes the pictures of docs/studio.md: the page as it is, over made-up messages and suggestions of the tests' server.
 *   npx tsx test/studio/page/take-pictures.ts [FOLDER]
 */

const LABELS = ["card payment", "lost or stolen card", "transfer", "balance", "exchange rate", "report fraud", "fees", "other"];
const MESSAGES = [
  "Could you move 200 over to the account my daughter and I share before Friday please?",
  "Someone used my card in a shop where I have never been.",
  "What would I get for 40 pounds in dollars if I changed them today?",
  "Is there any money left in it?",
  "The machine swallowed my card on Saturday, and nobody at the counter knew what to do.",
  "Please stop everything, I lost my bag with the phone and the cards in it.",
  "Why was I charged 3.50 for taking out my own money?",
  "My top up by bank transfer has been pending since Monday.",
  "The rate you show is not the one that I was given.",
];
const items = Array.from({ length: 200 }, (_, i) => ({
  content: MESSAGES[i % MESSAGES.length]!,
  fields: { channel: ["app", "mail", "branch"][i % 3] },
  isValidation: i % 10 === 8,
}));

const folder = resolve(process.argv[2] ?? "docs/public/studio");
await mkdir(folder, { recursive: true });
const { url, close } = await new FakeStudio({ labels: LABELS, items }).listen();
const browser = await launchBrowser();
try {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, colorScheme: "light", reducedMotion: "reduce" });
  const picture = async (name: string) => {
    await page.waitForTimeout(1_000);
    await page.screenshot({ path: join(folder, `${name}.png`) });
  };
  await page.goto(`${url}label`);
  await page.waitForSelector(".item-text");
  for (const key of ["3", "6", "5", "4", "2", "2", "7", "3", "Space"]) {
    await page.keyboard.press(key);
    await page.waitForTimeout(100);
  }
  await picture("label");
  await page.keyboard.press("g");
  await page.waitForSelector(".cell");
  for (let i = 0; i < 5; i++) await page.keyboard.press("Shift+ArrowRight");
  await picture("grid");
} finally {
  await browser.close();
  close();
}
