import { sha256Bytes } from "../../system/digest.js";

/** The status page: one document without parts from elsewhere. Its script fills it from `api/events`; texts are never taken as markup. */
export function statusPage(): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>baal</title>
<style>${STYLE}</style>
<header><h1>baal</h1><p id="server">connecting ...</p></header>
<main id="projects"></main>
<section><h2>Last events</h2><ol id="events"></ol></section>
<script>${SCRIPT}</script>
</html>
`;
}

const STYLE = `
:root { color-scheme: light dark; --line: #8884; --quiet: #888; --accent: #2f6fdb; --bad: #c33; }
body { font: 15px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 1rem; }
header { align-items: baseline; display: flex; flex-wrap: wrap; gap: 1rem; }
h1 { margin: 0; } h2 { font-size: 1.1rem; margin: 0 0 .5rem; }
p { margin: .25rem 0; } .quiet { color: var(--quiet); } .bad { color: var(--bad); }
article, section { border: 1px solid var(--line); border-radius: .5rem; margin: 1rem 0; padding: 1rem; }
table { border-collapse: collapse; margin-top: .5rem; width: 100%; }
th, td { border-top: 1px solid var(--line); padding: .25rem .5rem .25rem 0; text-align: left; }
td.number, th.number { text-align: right; }
progress { accent-color: var(--accent); height: 1rem; width: 100%; }
button { font: inherit; margin-right: .5rem; padding: .25rem .75rem; }
img { background: #fff; border-radius: .5rem; max-width: 100%; }
ol { margin: 0; padding-left: 1.25rem; } .serving { font-weight: 600; }
`;

const SCRIPT = `
const byId = (id) => document.getElementById(id);
const element = (tag, text, className) => {
  const made = document.createElement(tag);
  if (text !== undefined) made.textContent = text;
  if (className) made.className = className;
  return made;
};
const time = (at) => new Date(at).toLocaleString();
const percent = (share) => share === undefined || share === null ? "" : (100 * share).toFixed(1) + " %";

function trainingOf({ training, lastRun }) {
  const box = element("div");
  if (training.state === "queued") box.append(element("p", "training is queued (" + training.cause + ")"));
  if (training.state === "running") {
    const { step, totalSteps, loss, phase, cause } = training;
    const bar = element("progress");
    bar.max = totalSteps || 1;
    bar.value = step;
    const told = loss === undefined || loss === null ? "" : ", loss " + loss.toFixed(3);
    box.append(element("p", phase + " (" + cause + "): step " + step + " of " + totalSteps + told), bar);
  }
  if (training.state === "idle" && lastRun) {
    const text = "last training: " + lastRun.status + (lastRun.endedAt ? ", " + time(lastRun.endedAt) : "") + (lastRun.message ? ": " + lastRun.message : "");
    box.append(element("p", text, lastRun.status === "failed" ? "bad" : "quiet"));
  }
  return box;
}

function headOf({ head }) {
  if (!head) return [];
  if (!head.solvedAt) return [element("p", "the head is not solved yet", "quiet")];
  const { labelled, unlabelled, withNames, pseudoWeight, milliseconds, accuracy, solvedAt } = head;
  const parts = ["head of " + labelled + " labels" + (withNames ? ", the labels' names" : "") + (pseudoWeight > 0 && unlabelled > 0 ? " and " + unlabelled + " unlabelled texts" : "")];
  parts.push("solved " + time(solvedAt) + " in " + Math.round(milliseconds) + " ms");
  if (accuracy !== undefined && accuracy !== null) parts.push("accuracy in cross-validation " + percent(accuracy));
  return [element("p", parts.join(", "))];
}

function versionsOf({ id, versions, modelVersion }) {
  if (versions.length === 0) return [];
  const table = element("table");
  const head = table.createTHead().insertRow();
  for (const [name, className] of [["version"], ["trained"], ["labels", "number"], ["held out", "number"], ["accuracy", "number"]]) head.append(element("th", name, className));
  for (const version of versions.slice(0, 10)) {
    const row = table.insertRow();
    if (version.version === modelVersion) row.className = "serving";
    row.append(element("td", version.version + (version.version === modelVersion ? " (serving)" : "")), element("td", time(version.createdAt)),
      element("td", version.trained, "number"), element("td", version.heldOut, "number"), element("td", percent(version.metrics.accuracy), "number"));
  }
  const curve = element("img");
  curve.alt = "learning curve";
  curve.src = "api/projects/" + id + "/curve.svg?" + versions.length;
  return versions.length > 1 ? [table, curve] : [table];
}

function button(text, path, isOff) {
  const made = element("button", text);
  made.disabled = isOff;
  made.onclick = () => fetch(path, { method: "POST" });
  return made;
}

function projectOf(project) {
  const { id, title, hostname, annotations, newAnnotations, modelVersion, isLoaded, training } = project;
  const article = element("article");
  article.dataset.project = id;
  const counts = annotations + " annotations, " + newAnnotations + " since the last training; model " + modelVersion + (isLoaded ? "" : " (not in memory)");
  article.append(element("h2", title || "project " + project.project), element("p", hostname, "quiet"), element("p", counts), ...headOf(project), trainingOf(project),
    button("Train", "api/projects/" + id + "/train", training.state !== "idle"), button("Cancel", "api/projects/" + id + "/cancel", training.state === "idle"), ...versionsOf(project));
  return article;
}

function show({ server, queue, projects, events }) {
  byId("server").textContent = "up since " + time(server.startedAt) + "; base model " + server.baseModel + "; " + Math.round(server.memoryBytes / 1048576) +
    " MiB; tasks waiting " + queue.waiting + ", running " + queue.running + ", refused " + queue.rejected;
  byId("projects").replaceChildren(...(projects.length ? projects.map(projectOf) : [element("p", "No project has called yet: connect this server in Label Studio, Settings > Model.", "quiet")]));
  byId("events").replaceChildren(...events.map(({ at, level, message }) => element("li", time(at) + " " + message, level === "info" ? "quiet" : "bad")));
}

const source = new EventSource("api/events");
source.onmessage = ({ data }) => show(JSON.parse(data));
source.onerror = () => { byId("server").textContent = "the server does not answer; trying again ..."; };
`;

/** Of the page's style and script, for its Content-Security-Policy. */
export const statusPageHashes: readonly string[] = [STYLE, SCRIPT].map(
  (text) => `sha256-${sha256Bytes(text).toString("base64")}`,
);
