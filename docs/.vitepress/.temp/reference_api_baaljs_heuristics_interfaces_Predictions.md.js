import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Interface: Predictions","description":"","frontmatter":{},"headers":[],"relativePath":"reference/api/baaljs/heuristics/interfaces/Predictions.md","filePath":"reference/api/baaljs/heuristics/interfaces/Predictions.md"}');
const _sfc_main = { name: "reference/api/baaljs/heuristics/interfaces/Predictions.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="interface-predictions" tabindex="-1">Interface: Predictions <a class="header-anchor" href="#interface-predictions" aria-label="Permalink to &quot;Interface: Predictions&quot;">​</a></h1><p>Draws of a model for N items: row-major <code>[N, C, K]</code> (K draws of C class scores, or of C numbers), or dense <code>[N, C, ..., K]</code>. <code>indices</code> are the dataset indices of the N items, in the order of <code>data</code>.</p><h2 id="properties" tabindex="-1">Properties <a class="header-anchor" href="#properties" aria-label="Permalink to &quot;Properties&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Property</th><th>Modifier</th><th>Type</th><th>Description</th></tr></thead><tbody><tr><td><a id="property-beyondscope_n"></a> <code>beyondScope_N?</code></td><td><code>readonly</code></td><td><code>Float32Array</code>&lt;<code>ArrayBufferLike</code>&gt;</td><td>Of a model that abstains (<code>fitOutOfScope</code>): how far each item&#39;s score is above the threshold. Above 0 the item is taken for out of scope, whatever its draws say.</td></tr><tr><td><a id="property-data"></a> <code>data</code></td><td><code>readonly</code></td><td><code>Float32Array</code></td><td>-</td></tr><tr><td><a id="property-indices"></a> <code>indices</code></td><td><code>readonly</code></td><td>readonly <code>number</code>[]</td><td>-</td></tr><tr><td><a id="property-isconsistent"></a> <code>isConsistent?</code></td><td><code>readonly</code></td><td><code>boolean</code></td><td>Whether draw k is the same sample of the model&#39;s parameters for every item (consistent dropout, weights sampled per draw, ensembles), so that what two items have to do with each other can be read off their draws. Not so by default.</td></tr><tr><td><a id="property-kind"></a> <code>kind</code></td><td><code>readonly</code></td><td><a href="./../type-aliases/PredictionKind.html"><code>PredictionKind</code></a></td><td>-</td></tr><tr><td><a id="property-logvariances"></a> <code>logVariances?</code></td><td><code>readonly</code></td><td><code>Float32Array</code>&lt;<code>ArrayBufferLike</code>&gt;</td><td>Of a regression that predicts a variance beside each number: its logarithm, in the shape of <code>data</code>. What the numbers scatter by however well the model is known, beside the variance of the draws.</td></tr><tr><td><a id="property-shape"></a> <code>shape</code></td><td><code>readonly</code></td><td>readonly <code>number</code>[]</td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("reference/api/baaljs/heuristics/interfaces/Predictions.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const Predictions = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  Predictions as default
};
