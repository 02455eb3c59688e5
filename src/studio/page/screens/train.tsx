import { EmptyState } from "../parts/empty-state.js";
import { ScreenHead } from "../parts/screen-head.js";

export function TrainScreen() {
  return (
    <div class="screen">
      <ScreenHead title="Train" words="Make a version from the labels there are." />
      <EmptyState icon="train" title="Nothing here yet" />
    </div>
  );
}
