import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: CandidatePool","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/strategies/interfaces/CandidatePool.md","filePath":"reference/api/baaljs/strategies/interfaces/CandidatePool.md"}');
const _sfc_main = { name: "reference/api/baaljs/strategies/interfaces/CandidatePool.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-candidatepool" tabindex="-1">Interface: CandidatePool <a class="header-anchor" href="#interface-candidatepool" aria-label="Permalink to &quot;Interface: CandidatePool&quot;">​</a></h1><p>The items that may be picked, and what is known about them.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-features"></a> <code>features?</code></td><td><code>readonly</code></td><td><a href="./../../heuristics/interfaces/Features.html"><code>Features</code></a></td><td>An embedding of exactly these items, in the same order, for a strategy that needs <code>&quot;features&quot;</code>.</td></tr><tr><td><a id="property-indices"></a> <code>indices</code></td><td><code>readonly</code></td><td>readonly <code>number</code>[]</td><td>Dataset indices, each once.</td></tr><tr><td><a id="property-labelled"></a> <code>labelled?</code></td><td><code>readonly</code></td><td><a href="./../../heuristics/interfaces/LabelledItems.html"><code>LabelledItems</code></a></td><td>The items labelled so far, for a strategy that needs <code>&quot;labelled&quot;</code>; left out (or empty) where there are none.</td></tr><tr><td><a id="property-predictions"></a> <code>predictions?</code></td><td><code>readonly</code></td><td><a href="./../../heuristics/interfaces/Predictions.html"><code>Predictions</code></a></td><td>Draws for exactly these items, in the same order. May be left out for a strategy whose <code>needs</code> name no predictions.</td></tr><tr><td><a id="property-target"></a> <code>target?</code></td><td><code>readonly</code></td><td><a href="./../../heuristics/interfaces/Predictions.html"><code>Predictions</code></a></td><td>Draws for items of the distribution that the model will meet, for a strategy that needs <code>&quot;target&quot;</code>.</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/strategies/interfaces/CandidatePool.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const CandidatePool = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  CandidatePool as default
};
