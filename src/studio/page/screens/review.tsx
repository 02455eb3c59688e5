import { EmptyState } from "../parts/empty-state.js";
import { ScreenHead } from "../parts/screen-head.js";

export function ReviewScreen() {
  return (
    <div class="screen">
      <ScreenHead title="Review" words="Answers that deserve a second look." />
      <EmptyState icon="review" title="Nothing here yet" />
    </div>
  );
}
