import { EmptyState } from "../parts/empty-state.js";
import { ScreenHead } from "../parts/screen-head.js";

export function ExploreScreen() {
  return (
    <div class="screen">
      <ScreenHead title="Explore" words="See where items lie, search them, label what belongs together." />
      <EmptyState icon="explore" title="Nothing here yet" />
    </div>
  );
}
