import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { type DefaultTheme, defineConfig } from "vitepress";

const api = join(import.meta.dirname, "..", "reference", "api", "baaljs");

/** TypeDoc's folders of one door. */
const KINDS = new Set(["classes", "functions", "interfaces", "type-aliases", "variables"]);

/** The doors of the package, each with its page of exports. */
function doors(): DefaultTheme.SidebarItem[] {
  const folders = existsSync(api) ? readdirSync(api, { withFileTypes: true }).filter((entry) => entry.isDirectory()) : [];
  const subpaths = folders.map(({ name }) => name).filter((name) => !KINDS.has(name));
  return [
    { text: "baaljs", link: "/reference/api/baaljs/" },
    ...subpaths.map((name) => ({ text: `baaljs/${name}`, link: `/reference/api/baaljs/${name}/` })),
  ];
}

export default defineConfig({
  title: "baaljs",
  description: "Bayesian active learning for Node.js",
  lang: "en",
  base: process.env["DOCS_BASE"] ?? "/",
  srcExclude: [
    ...["tools/**", "preludes/**", ".blocks/**"],
    // Parts of other pages.
    ...["reference/config-keys.md", "reference/operators.md", "reference/strategy-names.md", "reference/training-arguments.md"],
  ],
  cleanUrls: false,
  ignoreDeadLinks: false,
  // The search index is one chunk.
  vite: { build: { chunkSizeWarningLimit: 8000 } },
  markdown: { theme: { light: "github-light", dark: "github-dark" } },
  themeConfig: {
    search: { provider: "local" },
    outline: [2, 3],
    nav: [
      { text: "Quick start", link: "/quick-start" },
      { text: "Guide", link: "/concepts" },
      { text: "Label Studio", link: "/label-studio/" },
      { text: "Reference", link: "/reference/cli" },
    ],
    sidebar: [
      {
        text: "Begin",
        items: [
          { text: "Install", link: "/install" },
          { text: "Quick start", link: "/quick-start" },
          { text: "Concepts", link: "/concepts" },
          { text: "Coming from Baal", link: "/coming-from-baal" },
        ],
      },
      {
        text: "Guide",
        items: [
          { text: "Your data", link: "/data" },
          { text: "Models and ONNX", link: "/models" },
          { text: "Training arguments", link: "/training-arguments" },
          { text: "Choosing a strategy", link: "/strategies" },
          { text: "Fewer draws", link: "/fewer-draws" },
          { text: "Predicting in int8", link: "/int8" },
          { text: "Multi-label, pairs, regression", link: "/tasks" },
          { text: "Several labels, numbers: training", link: "/several-labels-and-numbers" },
          { text: "Cold start and features", link: "/cold-start" },
          { text: "A folder project", link: "/projects" },
          { text: "Labelling in the browser", link: "/studio" },
          { text: "Labelling in the terminal", link: "/labelling-in-the-terminal" },
          { text: "Labelling rounds", link: "/labelling-rounds" },
          { text: "Commands", link: "/commands" },
          { text: "Experiments", link: "/experiments" },
          { text: "Calibration and metrics", link: "/calibration" },
          { text: "Engine", link: "/engine" },
          { text: "A pool larger than one machine", link: "/scale" },
          { text: "Production", link: "/production" },
        ],
      },
      {
        text: "Label Studio",
        items: [
          { text: "Set-up", link: "/label-studio/" },
          { text: "A first project, in pictures", link: "/label-studio/first-project" },
          { text: "Scores and ordering", link: "/label-studio/scores" },
          { text: "Settings", link: "/label-studio/settings" },
          { text: "Parameters and versions", link: "/label-studio/parameters" },
          { text: "In an app of your own", link: "/label-studio/embedding" },
          { text: "Troubleshooting", link: "/label-studio/troubleshooting" },
        ],
      },
      {
        text: "Reference",
        items: [
          { text: "Command line", link: "/reference/cli" },
          { text: "API", link: "/reference/api/", collapsed: true, items: doors() },
          { text: "Error codes", link: "/reference/errors" },
        ],
      },
      {
        text: "Facts",
        items: [
          { text: "Benchmarks", link: "/benchmarks" },
          { text: "The papers' curves", link: "/papers" },
          { text: "Limits", link: "/limits" },
          { text: "Errata", link: "/reference/errata" },
          { text: "Changelog", link: "/reference/changelog" },
        ],
      },
      {
        text: "The project",
        items: [
          { text: "Architecture", link: "/reference/architecture" },
          { text: "Contributing", link: "/reference/contributing" },
          { text: "Security", link: "/reference/security" },
        ],
      },
    ],
  },
});
