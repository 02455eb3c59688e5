import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: PredictionOptions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/label-studio/interfaces/PredictionOptions.md","filePath":"reference/api/baaljs/label-studio/interfaces/PredictionOptions.md"}');
const _sfc_main = { name: "reference/api/baaljs/label-studio/interfaces/PredictionOptions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-predictionoptions" tabindex="-1">Interface: PredictionOptions <a class="header-anchor" href="#interface-predictionoptions" aria-label="Permalink to &quot;Interface: PredictionOptions&quot;">​</a></h1><p>How a prediction is made of a model&#39;s draws.</p><h2 id="extended-by" tabindex="-1">Extended by <a class="header-anchor" href="#extended-by" aria-label="Permalink to &quot;Extended by&quot;">​</a></h2><ul><li><a href="./FixedBackendOptions.html"><code>FixedBackendOptions</code></a></li></ul><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-modelversion"></a> <code>modelVersion</code></td><td><code>readonly</code></td><td><code>string</code></td><td>-</td></tr><tr><td><a id="property-outofscopechoice"></a> <code>outOfScopeChoice?</code></td><td><code>readonly</code></td><td><code>string</code></td><td>A choice (its alias or value) that is served where the model abstains, by controls that have it; without one they get no region then. With <code>choice=&quot;multiple&quot;</code> and a model that has no such class it is served where no label is as probable as it has to be.</td></tr><tr><td><a id="property-score"></a> <code>score?</code></td><td><code>readonly</code></td><td><code>string</code></td><td><code>&quot;margin&quot;</code> by default.</td></tr><tr><td><a id="property-scoreorder"></a> <code>scoreOrder?</code></td><td><code>readonly</code></td><td><code>&quot;confidence&quot;</code> | <code>&quot;uncertainty&quot;</code></td><td><code>&quot;confidence&quot;</code> by default.</td></tr><tr><td><a id="property-threshold"></a> <code>threshold?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Controls with <code>choice=&quot;multiple&quot;</code>: labels at least this probable are chosen, or the most probable one. The model&#39;s own by default, 0.5 where it has none.</td></tr><tr><td><a id="property-toplabels"></a> <code>topLabels?</code></td><td><code>readonly</code></td><td><code>number</code></td><td>Of those at most so many, the most probable ones.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/label-studio/interfaces/PredictionOptions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const PredictionOptions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  PredictionOptions as default
};
