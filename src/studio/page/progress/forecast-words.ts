import { number, percent } from "../../../page/parts/words.js";
import type { ProgressView } from "../../api/work-contract.js";

/** What the forecast comes to, in one sentence. */
export function sentence({ forecast, metric, curve }: Pick<ProgressView, "forecast" | "metric" | "curve">): string {
  const last = curve.at(-1);
  const now = last ? `${percent(last.value)} ${metric} with ${number(last.labelled)} labels` : undefined;
  if (!forecast) return now === undefined ? "How far it is, and how good." : `${now} now.`;
  const goal = `${Math.round(100 * forecast.target)} %`;
  if (last && last.value >= forecast.target) return `${now}: ${goal} is reached.`;
  if (!forecast.more) return `${now}. More labels alone will hardly bring it to ${goal}.`;
  const [low, high] = forecast.more.map(round);
  return `${now}. About ${low === high ? number(high!) : `${number(low!)}–${number(high!)}`} more labels for ${goal}.`;
}

/** To two digits: a forecast knows no more. */
function round(value: number): number {
  return Number(Math.max(1, Math.round(value)).toPrecision(2));
}
