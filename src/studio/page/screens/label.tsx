import { EmptyState } from "../parts/empty-state.js";
import { ScreenHead } from "../parts/screen-head.js";

export function LabelScreen() {
  return (
    <div class="screen">
      <ScreenHead title="Label" />
      <EmptyState icon="label" title="Nothing here yet" />
    </div>
  );
}
