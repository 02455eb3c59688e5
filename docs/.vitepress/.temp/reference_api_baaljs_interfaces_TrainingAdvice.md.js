import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: TrainingAdvice","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/interfaces/TrainingAdvice.md","filePath":"reference/api/baaljs/interfaces/TrainingAdvice.md"}');
const _sfc_main = { name: "reference/api/baaljs/interfaces/TrainingAdvice.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-trainingadvice" tabindex="-1">Interface: TrainingAdvice <a class="header-anchor" href="#interface-trainingadvice" aria-label="Permalink to &quot;Interface: TrainingAdvice&quot;">​</a></h1><p>What to do with a model and its labels.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-args"></a> <code>args</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/TrainingArguments.html"><code>TrainingArguments</code></a></td><td>Of the training by steps, where there is one.</td></tr><tr><td><a id="property-recipe"></a> <code>recipe</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/TrainingRecipe.html"><code>TrainingRecipe</code></a></td><td>-</td></tr><tr><td><a id="property-why"></a> <code>why</code></td><td><code>readonly</code></td><td><code>string</code></td><td>One sentence.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/interfaces/TrainingAdvice.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const TrainingAdvice = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  TrainingAdvice as default
};
