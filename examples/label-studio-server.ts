/**
 * A Label Studio ML backend from code: the model, of texts or of images, in a process of its own, an Express app in this one.
 * Run: npx tsx examples/label-studio-server.ts MODEL_FOLDER [port]      (`npm run demo` leaves a model in demo-output/model)
 */
import { createLabelStudioApp } from "../src/entries/label-studio.js";
import { ModelHost } from "../src/index.js";

const [folder = "demo-output/model", port = "9090"] = process.argv.slice(2);
const { LABEL_STUDIO_URL: url, LABEL_STUDIO_API_KEY: apiKey } = process.env;

const host = await ModelHost.start(folder);
const app = createLabelStudioApp({
  predictor: host,
  modelVersion: "intents-1", // must change whenever the model does
  score: "margin",
  scoreOrder: "confidence", // Label Studio's uncertainty sampling serves the lowest score first
  images: { labelStudio: url ? { url, apiKey } : undefined }, // where a model of images gets uploaded ones from
});
const server = app.listen(Number(port), () => {
  const address = server.address();
  console.log(`listening on http://localhost:${typeof address === "object" && address ? address.port : port}`);
});

process.once("SIGTERM", async () => {
  server.close();
  await host.stop();
});
