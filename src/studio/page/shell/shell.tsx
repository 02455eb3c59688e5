import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";
import { clockTime } from "../../../page/parts/words.js";
import { connection, studio } from "../client/live.js";
import { type Route, route } from "../client/router.js";
import { useKeys } from "../keys/keyboard.js";
import { ExploreScreen } from "../screens/explore.js";
import { ExportScreen } from "../screens/export.js";
import { LabelScreen } from "../screens/label.js";
import { ModelScreen } from "../screens/model.js";
import { NewProjectScreen } from "../screens/new-project.js";
import { ProgressScreen } from "../screens/progress.js";
import { PropagateScreen } from "../screens/propagate.js";
import { ReviewScreen } from "../screens/review.js";
import { SettingsScreen } from "../screens/settings.js";
import { TrainScreen } from "../screens/train.js";
import { Header } from "./header.js";
import { Help } from "./help.js";
import { Navigation, TITLES } from "./navigation.js";
import { Toasts } from "./toasts.js";

const SCREENS: Readonly<Record<Route, ComponentType>> = {
  ...{ label: LabelScreen, explore: ExploreScreen, review: ReviewScreen, model: ModelScreen, train: TrainScreen },
  ...{ propagate: PropagateScreen, progress: ProgressScreen, export: ExportScreen, settings: SettingsScreen },
};

/** Whether the keys are shown. */
const isHelpOpen = signal(false);

/** The page: header, navigation, and the screen that the address names. */
export function Shell() {
  const state = studio.value;
  const isBegun = state === undefined || state.project.isBegun;
  const Screen = SCREENS[route.value];
  const title = isBegun ? TITLES[route.value] : "New project";
  useEffect(() => {
    document.title = state ? `${title} · ${state.project.name}` : "baal studio";
  }, [title, state?.project.name]);
  useKeys({
    keys: () => {
      isHelpOpen.value = true;
    },
  });
  return (
    <div class={isBegun ? "shell" : "shell is-new"}>
      <a class="jump" href="#main">
        To the content
      </a>
      <Header onHelp={() => (isHelpOpen.value = true)} />
      {isBegun && <Navigation />}
      <div class="content">
        <ConnectionBanner />
        <main id="main" tabIndex={-1} aria-busy={state === undefined}>
          {state === undefined && connection.value.state !== "refused" && <FirstLoad />}
          {state !== undefined && (isBegun ? <Screen key={route.value} /> : <NewProjectScreen />)}
        </main>
      </div>
      <Toasts />
      {isHelpOpen.value && <Help onClose={() => (isHelpOpen.value = false)} />}
    </div>
  );
}

function ConnectionBanner() {
  const told = connection.value;
  if (told.state === "refused")
    return (
      <div class="banner bad" role="alert">
        <p>
          <strong>Your session has ended.</strong> Open the link that <code>baal studio</code> printed, or the one you were given.
          Answers that are not saved yet wait here until then.
        </p>
      </div>
    );
  if (told.state !== "gone") return null;
  return (
    <div class="banner bad" role="alert">
      <p>
        <strong>The server does not answer</strong> since {clockTime(told.since)}. You can go on: answers are kept here and are
        saved when it is back.
      </p>
    </div>
  );
}

/** Stands where the screen will be, in its shape. */
function FirstLoad() {
  return (
    <div class="screen" aria-hidden="true">
      <div class="skeleton is-title" />
      <div class="skeleton is-block" />
      <div class="skeleton is-line" />
      <div class="skeleton is-line is-short" />
    </div>
  );
}
