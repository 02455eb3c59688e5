import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: RecipeResult","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/RecipeResult.md","filePath":"reference/api/baaljs/interfaces/RecipeResult.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/RecipeResult.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-reciperesult" tabindex="-1">Interface: RecipeResult <a class="header-anchor" href="#interface-reciperesult" aria-label="Permalink to &quot;Interface: RecipeResult&quot;">​</a></h1><p>What <a href="./../functions/trainByRecipe.html">trainByRecipe</a> did.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-advice"></a> <code>advice</code></td><td><code>readonly</code></td><td><a href="./TrainingAdvice.html"><code>TrainingAdvice</code></a></td><td>What was chosen before it began, and why.</td></tr><tr><td><a id="property-heldout"></a> <code>heldOut?</code></td><td><code>readonly</code></td><td><code>HeldOutComparison</code></td><td>Loss and other figures on the labels that were held out, where a training by steps was tried.</td></tr><tr><td><a id="property-recipe"></a> <code>recipe</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/TrainingRecipe.html"><code>TrainingRecipe</code></a></td><td>What the model has become: <code>&quot;solvedHead&quot;</code> also where fine-tuning was tried and not kept.</td></tr><tr><td><a id="property-solved"></a> <code>solved?</code></td><td><code>readonly</code></td><td><a href="./SolveResult.html"><code>SolveResult</code></a></td><td>Of the last layer that the model has, or that its fine-tuning began at.</td></tr><tr><td><a id="property-thresholds"></a> <code>thresholds?</code></td><td><code>readonly</code></td><td>readonly <code>number</code>[]</td><td>Of labels that are each predicted by itself: the model&#39;s thresholds, found on what was held out, where that was enough.</td></tr><tr><td><a id="property-trained"></a> <code>trained?</code></td><td><code>readonly</code></td><td><a href="./TrainResult.html"><code>TrainResult</code></a></td><td>Of the fine-tuning that was kept, or the plain training.</td></tr><tr><td><a id="property-withnames"></a> <code>withNames</code></td><td><code>readonly</code></td><td><code>boolean</code></td><td>Whether the classes&#39; names took part.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/RecipeResult.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const RecipeResult = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  RecipeResult as default
};
