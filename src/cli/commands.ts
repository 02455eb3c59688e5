import type { Command } from "commander";

/** A command of `baal`. Its module is loaded when the command is run or its help is asked for, so that `baal --help` is quick. */
export interface CommandEntry {
  readonly name: string;
  /** One line for `baal --help`. */
  readonly description: string;
  /** As `baal --help` shows them; none by default. */
  readonly arguments?: string | undefined;
  /** Whether it reads what the other commands have: then all are loaded with it. */
  readonly readsAll?: boolean | undefined;
  /** Gives the command, which has the options of all commands, its own options, arguments and action. */
  readonly load: () => Promise<(command: Command) => Command>;
}

/** Every command, in the order of `baal --help`. A new one is a line here and a file. */
export const commands: readonly CommandEntry[] = [
  {
    name: "demo",
    description: "watch active learning on embedded data: train, draw, choose, label, again",
    load: async () => (await import("./demo.js")).demoCommand,
  },
  {
    name: "init",
    description: "begin a project in this folder: baal.yaml keeps the options of the other commands",
    load: async () => (await import("./init.js")).initCommand,
  },
  {
    name: "select",
    description: "pick the rows of a file that are worth labelling next; no trained model is needed",
    load: async () => (await import("./select.js")).selectCommand,
  },
  {
    name: "label",
    description: "label texts or images in the terminal, the ones that teach most first",
    arguments: "[data]",
    load: async () => (await import("./label.js")).labelCommand,
  },
  {
    name: "studio",
    description: "label texts or images in the browser, alone or as a team: queue, grid, map, review, training",
    arguments: "[data]",
    load: async () => (await import("./studio.js")).studioCommand,
  },
  {
    name: "merge",
    description: "bring answers back into the data, by id or content; conflicts are listed",
    load: async () => (await import("./merge.js")).mergeCommand,
  },
  {
    name: "train",
    description: "fine-tune a classifier on labelled texts or images",
    load: async () => (await import("./train.js")).trainCommand,
  },
  {
    name: "predict",
    description: "predict a label, its probability and an uncertainty for each text or image",
    load: async () => (await import("./predict.js")).predictCommand,
  },
  {
    name: "score",
    description: "pick from a pool of any size: scored on one machine, by array jobs, or by workers of a queue",
    arguments: "[pool]",
    load: async () => (await import("./score.js")).scoreCommand,
  },
  {
    name: "worker",
    description: "do what a queue has, shards of baal score and cells of baal experiment, on as many machines as there are",
    load: async () => (await import("./worker.js")).workerCommand,
  },
  {
    name: "evaluate",
    description: "say how good a model is on labelled data, label by label, and where it is wrong",
    load: async () => (await import("./evaluate.js")).evaluateCommand,
  },
  {
    name: "hygiene",
    description: "look for wrong labels, duplicates, conflicts, and test texts among the training texts",
    load: async () => (await import("./hygiene.js")).hygieneCommand,
  },
  {
    name: "experiment",
    description: "compare strategies over several seeds: resumable, with learning curves and tables",
    arguments: "[config]",
    load: async () => (await import("./experiment.js")).experimentCommand,
  },
  {
    name: "report",
    description: "make an experiment's tables and charts again, or merge several runs",
    arguments: "<folders...>",
    load: async () => (await import("./report.js")).reportCommand,
  },
  {
    name: "serve",
    description: "serve a text or image classifier to Label Studio as its ML backend",
    load: async () => (await import("./serve.js")).serveCommand,
  },
  {
    name: "backup",
    description: "copy the state of a server or a labelling project: labels, versions and their models; it may go on working",
    load: async () => (await import("./state-commands.js")).backupCommand,
  },
  {
    name: "restore",
    description: "restore what baal backup has saved, into an empty folder; what works there must not be running",
    load: async () => (await import("./state-commands.js")).restoreCommand,
  },
  {
    name: "gc",
    description: "remove old versions of the server's models, never those that serve; the server must not be running",
    load: async () => (await import("./state-commands.js")).gcCommand,
  },
  {
    name: "forget",
    description:
      "forget a project's labels, texts and models, in the database, its copies and the journal; the server must not be running",
    arguments: "<project>",
    load: async () => (await import("./state-commands.js")).forgetCommand,
  },
  {
    name: "models",
    description: "list, show and compare the versions that a server keeps, and roll back to one of them",
    arguments: "[action] [versions...]",
    load: async () => (await import("./models.js")).modelsCommand,
  },
  {
    name: "inspect",
    description: "say what a saved model is: its kind, labels, layers, dropout sites, limits and files",
    arguments: "<model>",
    load: async () => (await import("./inspect.js")).inspectCommand,
  },
  {
    name: "doctor",
    description: "say what of this machine can be used (devices, memory, cache, hub, packages) and what to do about the rest",
    load: async () => (await import("./doctor.js")).doctorCommand,
  },
  {
    name: "bench",
    description: "measure this machine: predictions, a training step, draws of a head, requests to the server",
    load: async () => (await import("./bench.js")).benchCommand,
  },
  {
    name: "push",
    description: "push a model's folder or labelled data to the Hugging Face hub, private by default",
    arguments: "<path> <repository>",
    load: async () => (await import("./push.js")).pushCommand,
  },
  {
    name: "completion",
    description: "print what lets a shell complete commands, options and their values",
    arguments: "<shell>",
    readsAll: true,
    load: async () => (await import("./completion.js")).completionCommand,
  },
];
